import type { KubeletEndpoint } from '../apiserver/kubelet-endpoint';
import { type KubeletOptions, KubeletProcess } from './kubelet-process';
import { createKubeletServer } from './node/kubelet-server';
import { NodeRecords } from './observed/node-records';

export type PodInspection = NonNullable<ReturnType<KubeletProcess['inspect']>>;

/** The node agent of one node, for whoever puts a cluster together. */
export interface Kubelet {
  /** Logs, exec and attach, for the API server. */
  readonly endpoint: KubeletEndpoint;
  readonly running: boolean;
  start(): void;
  /** Containers run on, nobody looks after them. */
  stop(): void;
  restart(): void;
  /**
   * The node has been booted again, and its kubelet starts: what lay in memory is gone. Before, it has been
   * stopped.
   */
  startAfterBoot(): void;
  /** What the node knows of a pod and the API may not say yet; undefined for pods of other nodes. */
  inspect(uid: string): PodInspection | undefined;
  /** The volumes of a pod that lie on the node. */
  volumes(uid: string): ReturnType<NodeRecords['volumes']['get']>;
}

/** Starts the node agent of a node; it registers the node. */
export function startKubelet(options: KubeletOptions): Kubelet {
  const { kernel, runtime } = options;
  const records = new NodeRecords();
  const endedIds = new Set<string>();
  let process: KubeletProcess | undefined;

  runtime.onChange(({ podUid, containerId }) => {
    if (containerId !== undefined) traceExit(containerId);
    process?.runtimeChanged(podUid, containerId);
  });

  runtime.onLowMemory((victim) => process?.memoryIsLow(victim));

  function traceExit(id: string): void {
    const status = runtime.containerStatus(id);
    if (!status) {
      endedIds.delete(id);
      records.removeContainer(id);
      return;
    }
    if (status.state !== 'exited' || endedIds.has(id)) return;
    endedIds.add(id);
    const { pod, name, attempt, exitCode, reason } = status;
    kernel.trace.emit('container.exited', {
      pod: `${pod.namespace}/${pod.name}`,
      container: name,
      attempt,
      exitCode,
      reason,
    });
  }

  function start(wasThereBefore: boolean): void {
    if (process) return;
    process = new KubeletProcess(options, records, wasThereBefore);
    process.start();
  }

  function stop(): void {
    process?.halt();
    process = undefined;
  }

  start(true);
  return {
    endpoint: createKubeletServer(runtime),
    get running() {
      return process !== undefined;
    },
    start: () => start(false),
    stop,
    restart() {
      stop();
      start(false);
    },
    startAfterBoot() {
      records.booted();
      start(false);
    },
    inspect: (uid) => process?.inspect(uid),
    volumes: (uid) => records.volumes.get(uid),
  };
}
