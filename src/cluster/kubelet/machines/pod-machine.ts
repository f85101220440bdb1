import { setup } from 'xstate';

export type PodMachineEvent =
  | { readonly type: 'mount volumes' }
  | { readonly type: 'create sandbox' }
  | { readonly type: 'initialize' }
  | { readonly type: 'start containers' }
  | { readonly type: 'run' }
  | { readonly type: 'terminate' }
  | { readonly type: 'containers stopped' }
  | { readonly type: 'cleaned up' };

/**
 * The life of a pod on its node. Its three stages are those of upstream's pod workers (SyncPod,
 * TerminatingPod, TerminatedPod in pkg/kubelet/pod_workers.go): the worker asks this machine which kind of
 * work comes next.
 */
export const podMachine = setup({
  types: { events: {} as PodMachineEvent },
}).createMachine({
  id: 'pod',
  initial: 'syncing',
  states: {
    syncing: {
      description: 'The kubelet moves the pod towards its spec.',
      initial: 'admitted',
      on: {
        terminate: 'terminating',
        'mount volumes': '.mountingVolumes',
        'create sandbox': '.creatingSandbox',
        initialize: '.initializing',
        'start containers': '.startingContainers',
        run: '.running',
      },
      states: {
        admitted: { description: 'Bound to the node and accepted by its kubelet.' },
        mountingVolumes: {
          description:
            'All volumes must be there before anything starts; a missing ConfigMap or Secret holds the pod here.',
        },
        creatingSandbox: {
          description: 'The pod gets its network namespace, address and hostname.',
        },
        initializing: {
          description: 'Init containers run one after another; sidecars start in between and stay.',
        },
        startingContainers: {
          description:
            'Regular containers are started one after another, in the order of the spec.',
        },
        running: {
          description:
            'Every container has been started; the kubelet restarts those that end, by policy.',
        },
      },
    },
    terminating: {
      description:
        'Containers are being stopped: preStop hooks, stop signals, grace period; then the sandbox.',
      on: { 'containers stopped': 'terminated' },
    },
    terminated: {
      description: 'Nothing runs any more; volumes are unmounted and the final status is written.',
      on: { 'cleaned up': 'finished' },
    },
    finished: { type: 'final', description: 'The kubelet is done with the pod.' },
  },
});
