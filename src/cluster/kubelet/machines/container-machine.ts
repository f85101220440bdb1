import { assign, setup } from 'xstate';

export interface ContainerMachineContext {
  /** How long the present back-off lasts, ms. */
  backOffMs: number;
  readonly attempt: number;
}

export type ContainerMachineEvent =
  | { readonly type: 'pull' }
  | { readonly type: 'pull failed' }
  | { readonly type: 'create' }
  | { readonly type: 'start failed' }
  | { readonly type: 'started'; readonly attempt: number; readonly hook: boolean }
  | { readonly type: 'hook done' }
  | { readonly type: 'ready' }
  | { readonly type: 'unready' }
  | { readonly type: 'kill' }
  | { readonly type: 'exited'; readonly exitCode: number }
  | { readonly type: 'back off'; readonly delayMs: number }
  | { readonly type: 'removed' };

/**
 * The life of one container of a pod, over all its instances. The kubelet runs this very machine and sends
 * it what happens; the page draws it. It decides nothing that computePodActions decides: it holds where the
 * container stands, what may come next, and how long a back-off still lasts.
 */
export const containerMachine = setup({
  types: {
    context: {} as ContainerMachineContext,
    events: {} as ContainerMachineEvent,
  },
  delays: { backOff: ({ context }) => context.backOffMs },
  guards: {
    'exit code 0': ({ event }) => event.type === 'exited' && event.exitCode === 0,
    'has a postStart hook': ({ event }) => event.type === 'started' && event.hook,
  },
  actions: {
    'note attempt': assign({
      attempt: ({ context, event }) => (event.type === 'started' ? event.attempt : context.attempt),
    }),
    'note delay': assign({
      backOffMs: ({ context, event }) =>
        event.type === 'back off' ? event.delayMs : context.backOffMs,
    }),
  },
}).createMachine({
  id: 'container',
  context: { backOffMs: 0, attempt: 0 },
  initial: 'waiting',
  states: {
    waiting: {
      description:
        'Not started yet: ContainerCreating, or PodInitializing in a pod with init containers.',
      on: { pull: 'pulling', create: 'creating', unready: {} },
    },
    pulling: {
      description: 'The image is being brought to the node.',
      on: { create: 'creating', 'pull failed': 'waitingForImage' },
    },
    waitingForImage: {
      description:
        'ErrImagePull or ImagePullBackOff: the image could not be had; tried again with growing delays.',
      on: { pull: 'pulling', create: 'creating' },
    },
    creating: {
      description:
        'Mounts, environment and security settings are put together and the container is made.',
      on: {
        'start failed': 'startFailed',
        exited: 'startFailed',
        started: [
          { guard: 'has a postStart hook', target: 'running.postStart', actions: 'note attempt' },
          { target: 'running.started', actions: 'note attempt' },
        ],
      },
    },
    startFailed: {
      description:
        'CreateContainerConfigError, CreateContainerError or RunContainerError: it could not be started.',
      on: {
        pull: 'pulling',
        create: 'creating',
        'back off': { target: 'backOff', actions: 'note delay' },
        'start failed': {},
        removed: 'waiting',
      },
    },
    running: {
      description: 'The main process runs.',
      initial: 'started',
      on: {
        kill: '.stopping',
        exited: [{ guard: 'exit code 0', target: 'exited.completed' }, { target: 'exited.error' }],
        removed: 'waiting',
      },
      states: {
        postStart: {
          description:
            'The postStart hook runs; the kubelet starts no other container of the pod meanwhile.',
          on: { 'hook done': 'started' },
        },
        started: {
          description: 'Running; probes, if any, have not spoken yet.',
          on: { ready: 'ready', unready: 'notReady' },
        },
        notReady: {
          description:
            'Running, but the readiness probe does not succeed: no traffic from Services.',
          on: { ready: 'ready' },
        },
        ready: {
          description: 'Running and ready.',
          on: { unready: 'notReady' },
        },
        stopping: {
          description:
            'Being stopped: preStop hook, stop signal, and KILL when the grace period is over.',
          on: { ready: {}, unready: {}, 'hook done': {} },
        },
      },
    },
    exited: {
      description: 'The main process has ended.',
      on: {
        pull: 'pulling',
        create: 'creating',
        'back off': { target: 'backOff', actions: 'note delay' },
        // It ended before the kubelet knew, and is stopped once more.
        kill: {},
        // A probe's last word may come after the end.
        ready: {},
        unready: {},
        'hook done': {},
        removed: 'waiting',
      },
      initial: 'completed',
      states: {
        completed: { description: 'Completed: exit code 0.' },
        error: { description: 'Error, OOMKilled or ended by a signal: any other exit code.' },
      },
    },
    backOff: {
      description: 'The restart delay runs. STATUS says CrashLoopBackOff from the next sync on.',
      after: { backOff: 'due' },
      on: {
        'back off': { target: 'backOff', reenter: true, actions: 'note delay' },
        unready: {},
        removed: 'waiting',
      },
    },
    due: {
      description: 'The delay is over; the next sync of the pod starts the container again.',
      on: {
        pull: 'pulling',
        create: 'creating',
        'back off': { target: 'backOff', actions: 'note delay' },
        unready: {},
        removed: 'waiting',
      },
    },
  },
});
