import { assign, setup } from 'xstate';

export interface ProbeMachineContext {
  /** How often in a row the last result has come. */
  readonly run: number;
}

export type ProbeMachineEvent =
  | { readonly type: 'no container' }
  | { readonly type: 'delayed' }
  | { readonly type: 'gated' }
  | { readonly type: 'attempt' }
  | { readonly type: 'success'; readonly run: number }
  | { readonly type: 'failure'; readonly run: number }
  | { readonly type: 'thrown away' }
  | { readonly type: 'verdict' }
  | { readonly type: 'new container' }
  | { readonly type: 'stop' };

/**
 * The life of one probe of one container. The prober's worker runs this very machine; whether it is on
 * hold is read from here. Models pkg/kubelet/prober/worker.go.
 */
export const probeMachine = setup({
  types: { context: {} as ProbeMachineContext, events: {} as ProbeMachineEvent },
  actions: {
    'note run': assign({
      run: ({ context, event }) =>
        event.type === 'success' || event.type === 'failure' ? event.run : context.run,
    }),
    'reset run': assign({ run: 0 }),
  },
}).createMachine({
  id: 'probe',
  context: { run: 0 },
  initial: 'waiting',
  on: {
    'new container': '.waiting',
    'no container': '.waiting',
    stop: '.stopped',
  },
  states: {
    waiting: {
      description: 'No running container to probe yet (the published status decides).',
      on: { delayed: 'delayed', gated: 'gated', attempt: 'probing' },
    },
    delayed: {
      description: 'initialDelaySeconds since the container started are not over.',
      on: { delayed: {}, gated: 'gated', attempt: 'probing' },
    },
    gated: {
      description:
        'Held off: until the startup probe succeeds the others wait, afterwards it idles.',
      on: { gated: {}, delayed: 'delayed', attempt: 'probing' },
    },
    probing: {
      description: 'An attempt is under way.',
      on: {
        success: { target: 'succeeding', actions: 'note run' },
        failure: { target: 'failing', actions: 'note run' },
        'thrown away': 'waiting',
      },
    },
    succeeding: {
      description: 'The last attempt succeeded; successThreshold in a row make the result.',
      on: { attempt: 'probing', delayed: 'delayed', gated: 'gated', verdict: 'onHold' },
    },
    failing: {
      description: 'The last attempt failed; failureThreshold in a row make the result.',
      on: { attempt: 'probing', delayed: 'delayed', gated: 'gated', verdict: 'onHold' },
    },
    onHold: {
      description:
        'The verdict is in (liveness failed, startup decided): no more probes of this instance.',
      entry: 'reset run',
      on: { 'no container': {} },
    },
    stopped: {
      type: 'final',
      description: 'The container will not run again, or the pod is being deleted.',
    },
  },
});
