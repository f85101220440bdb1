import { assign, createActor, fromPromise, setup } from 'xstate';
import type { FlowStatus } from './state';
import { usePage } from './store';

interface FlowInput {
  /** Starts a worker and opens the work in it; settles with the first snapshot. */
  readonly start: () => Promise<void>;
  /** Resolves when the worker has answered. */
  readonly ping: () => Promise<void>;
}

/** Real ms between two looks whether the worker still answers, and the longest answer that is no stall. */
const PING_EVERY_MS = 3000;
const STALLED_AFTER_MS = 5000;

/**
 * The page's flow. A worker that no longer answers is not waited for: the person may start it again, and the
 * work, which lives on this side, is opened in the new one.
 */
const flowMachine = setup({
  types: {
    context: {} as FlowInput & { reason: string },
    input: {} as FlowInput,
    events: {} as { type: 'restart' } | { type: 'worker failed'; reason: string },
  },
  actors: {
    start: fromPromise<void, FlowInput>(({ input }) => input.start()),
    ping: fromPromise<void, FlowInput>(({ input }) => input.ping()),
  },
}).createMachine({
  id: 'flow',
  context: ({ input }) => ({ ...input, reason: '' }),
  initial: 'starting',
  on: {
    'worker failed': {
      target: '.broken',
      actions: assign({ reason: ({ event }) => event.reason }),
    },
  },
  states: {
    starting: {
      invoke: {
        src: 'start',
        input: ({ context }) => context,
        onDone: 'ready',
        onError: {
          target: 'broken',
          actions: assign({ reason: ({ event }) => String(event.error) }),
        },
      },
    },
    ready: {
      initial: 'resting',
      states: {
        resting: { after: { [PING_EVERY_MS]: 'asking' } },
        asking: {
          invoke: { src: 'ping', input: ({ context }) => context, onDone: 'resting' },
          after: { [STALLED_AFTER_MS]: '#flow.stalled' },
        },
      },
    },
    stalled: {
      invoke: { src: 'ping', input: ({ context }) => context, onDone: 'ready' },
      on: { restart: 'starting' },
    },
    broken: { on: { restart: 'starting' } },
  },
});

export type FlowActor = ReturnType<typeof startFlow>;

/** Starts the flow and mirrors where it stands into the store. */
export function startFlow(input: FlowInput) {
  const actor = createActor(flowMachine, { input });
  actor.subscribe((snapshot) => {
    const flow: FlowStatus['flow'] = snapshot.matches('ready')
      ? 'ready'
      : snapshot.matches('stalled')
        ? 'stalled'
        : snapshot.matches('broken')
          ? 'broken'
          : 'starting';
    usePage.setState({ flow, flowReason: snapshot.context.reason });
  });
  actor.start();
  return actor;
}
