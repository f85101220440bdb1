/**
 * The picture: what is true on the nodes at one moment, beside what the API says. The page draws it; it may
 * know more than kubectl shows (a back-off that runs while STATUS still says Error).
 */
export interface Picture {
  /** Virtual ms. */
  readonly t: number;
  readonly nodes: readonly {
    readonly name: string;
    readonly ip: string;
    readonly ready: boolean;
  }[];
  readonly pods: readonly PodPicture[];
}

export interface PodPicture {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  readonly node: string | undefined;
  readonly ip: string | undefined;
  readonly phase: string;
  /** kubectl's columns. */
  readonly status: string;
  readonly ready: string;
  readonly restarts: string;
  readonly conditions: readonly {
    readonly type: string;
    readonly status: string;
    readonly reason: string | undefined;
    readonly message: string | undefined;
  }[];
  readonly deleting: boolean;
  readonly sandbox: { readonly attempt: number; readonly ready: boolean } | undefined;
  /** Init containers and sidecars first, in spec order, then the others. */
  readonly containers: readonly ContainerPicture[];
  readonly ports: readonly ListeningPort[];
  /** The latest exchanges on the pod's network, oldest first. */
  readonly requests: readonly RequestPicture[];
  readonly volumes: readonly VolumePicture[];
  /** Where the pod's own lifecycle machine stands. */
  readonly machineState?: string | undefined;
  readonly lastTransition?: TransitionPicture | undefined;
  /** Ids of the lab's limitations that its spec meets. */
  readonly limitations?: readonly string[];
}

export interface ContainerPicture {
  readonly name: string;
  readonly kind: 'init' | 'sidecar' | 'regular' | 'ephemeral';
  readonly image: string;
  /** How much of the image is simulated, and a sentence about it. */
  readonly modelled: 'real' | 'placeholder' | 'lab' | undefined;
  readonly about: string | undefined;
  /** What the API status says. */
  readonly state: 'waiting' | 'running' | 'terminated' | 'none';
  /** kubectl's word: Running, Completed, Error, CrashLoopBackOff, ContainerCreating … */
  readonly reason: string;
  readonly message: string | undefined;
  readonly exitCode: number | undefined;
  /** Virtual ms. */
  readonly startedAt: number | undefined;
  readonly finishedAt: number | undefined;
  readonly restartCount: number;
  readonly ready: boolean;
  readonly started: boolean;
  /** What the node knows and the API does not say yet; undefined when both agree. */
  readonly nodeTruth: 'running' | 'exited' | 'created' | 'none' | undefined;
  /** Virtual ms at which the restart back-off ends. */
  readonly backoffUntil: number | undefined;
  readonly processes: readonly {
    readonly pid: number;
    readonly command: string;
    readonly user: number;
  }[];
  readonly probes: readonly {
    readonly type: 'liveness' | 'readiness' | 'startup';
    readonly periodSeconds: number;
    /** The latest results, oldest first. */
    readonly results: readonly ('success' | 'failure' | 'unknown')[];
    readonly message: string | undefined;
    readonly machineState?: string;
    readonly lastTransition?: TransitionPicture | undefined;
  }[];
  /** State of this container's lifecycle machine, e.g. `running.ready` (the page lights it in the statechart). */
  readonly machineState: string | undefined;
  readonly lastTransition?: TransitionPicture | undefined;
}

/** How a machine came to stand where it stands. */
export interface TransitionPicture {
  readonly from: string;
  /** Undefined: a delay ran out. */
  readonly event: string | undefined;
  readonly to: string;
}

export interface ListeningPort {
  readonly port: number;
  /** `127.0.0.1` when siblings alone can reach it. */
  readonly host: string;
  readonly container: string | undefined;
  readonly program: string;
}

export interface RequestPicture {
  readonly t: number;
  readonly source: string;
  readonly destination: string;
  readonly port: number;
  readonly outcome: 'open' | 'ok' | 'refused' | 'timeout' | 'reset';
  /** E.g. `GET / 200` where a protocol is known. */
  readonly summary: string | undefined;
}

export interface VolumePicture {
  readonly name: string;
  /** emptyDir, configMap, secret, hostPath, projected … */
  readonly type: string;
  readonly mounts: readonly {
    readonly container: string;
    readonly path: string;
    readonly readOnly: boolean;
  }[];
  readonly files: readonly FilePicture[];
  readonly usedBytes: number;
}

export interface FilePicture {
  readonly path: string;
  readonly type: 'file' | 'directory' | 'symlink' | 'fifo' | 'socket' | 'character device';
  readonly size: number;
  /** As ls -l prints it: -rw-r--r--. */
  readonly mode: string;
  readonly uid: number;
  readonly gid: number;
  /** Virtual ms of the last change. */
  readonly modifiedAt: number;
}
