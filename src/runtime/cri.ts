import type { Suspend, Task } from '../kernel/task';
import type { Bytes } from './bytes';
import type { ImageModel } from './image';
import type { MountSource } from './vfs/mounts';

/**
 * The container runtime as the kubelet sees it. Models k8s.io/cri-api pkg/apis/runtime/v1 (containerd 2):
 * RuntimeService and ImageService, reduced to what is used.
 */

export interface PodIdentity {
  readonly name: string;
  readonly namespace: string;
  readonly uid: string;
}

export interface SandboxConfig extends PodIdentity {
  readonly attempt: number;
  readonly hostname: string;
  readonly hostNetwork: boolean;
  /** One process table for all containers, with /pause as PID 1. */
  readonly shareProcessNamespace: boolean;
  /** Contents of /etc/resolv.conf. */
  readonly resolvConf: string;
  readonly sysctls?: Readonly<Record<string, string>>;
  /** Ports of the node that lead to ports of the pod. */
  readonly portMappings?: readonly { readonly hostPort: number; readonly containerPort: number }[];
}

export interface SandboxStatus {
  readonly id: string;
  readonly config: SandboxConfig;
  readonly state: 'ready' | 'notready';
  readonly ip: string;
  readonly createdMs: number;
}

/** A directory or file of the node that shows inside a container. */
export interface Mount {
  readonly containerPath: Bytes;
  /** Directory (or single file: subPath, /etc/hosts) that is mounted; from `Volumes`. */
  readonly source: MountSource;
  readonly readOnly: boolean;
  /** As `mount` and `df` print it, and what the trace calls the volume. */
  readonly volume: string;
}

export interface ContainerSecurity {
  readonly uid?: number;
  readonly gid?: number;
  readonly supplementalGroups?: readonly number[];
  readonly readOnlyRootFilesystem?: boolean;
  /** Capabilities as in the spec, without CAP_. */
  readonly addCapabilities?: readonly string[];
  readonly dropCapabilities?: readonly string[];
  readonly privileged?: boolean;
  /** allowPrivilegeEscalation: false. */
  readonly noNewPrivileges?: boolean;
}

export interface ContainerConfig {
  readonly name: string;
  readonly attempt: number;
  /** An image id from the image service. */
  readonly imageId: string;
  /** Overrides the image's entrypoint / cmd, $(VAR) already expanded. */
  readonly command?: readonly Bytes[];
  readonly args?: readonly Bytes[];
  readonly workingDir?: Bytes;
  /** In the order in which `env` shall list them (after the image's own). */
  readonly env: readonly (readonly [Bytes, Bytes])[];
  readonly mounts: readonly Mount[];
  readonly stdin?: boolean;
  readonly stdinOnce?: boolean;
  readonly tty?: boolean;
  readonly security?: ContainerSecurity;
  /** Bytes; undefined: none. */
  readonly memoryLimitBytes?: number;
  /** Thousandths of a core; undefined: none. */
  readonly cpuLimitMillis?: number;
  readonly terminationMessagePath?: Bytes;
  /** Thousandths of a core; what its share of busy cores is measured by. */
  readonly cpuRequestMillis?: number;
  /** −1000 to 1000: who is killed first when memory runs out. */
  readonly oomScoreAdj?: number;
  /** The container whose process table it joins (an ephemeral container's target). */
  readonly targetContainerId?: string;
}

export type CriContainerState = 'created' | 'running' | 'exited' | 'unknown';

export interface CriContainerStatus {
  readonly id: string;
  readonly sandboxId: string;
  readonly name: string;
  readonly attempt: number;
  readonly pod: PodIdentity;
  readonly state: CriContainerState;
  readonly createdMs: number;
  /** Unix ms; 0 while not started. */
  readonly startedMs: number;
  readonly finishedMs: number;
  readonly exitCode: number;
  /** Completed, Error, OOMKilled, StartError … once exited. */
  readonly reason: string;
  readonly message: string;
  readonly imageId: string;
  readonly imageRef: string;
  /** Whom its first process was started as; undefined while it has not been started. */
  readonly user?: {
    readonly uid: number;
    readonly gid: number;
    readonly groups: readonly number[];
  };
}

/** An error of the runtime, e.g. code 'NotFound'; kubelet texts put `rpc error: code = … desc = ` in front. */
export class CriError extends Error {
  readonly code:
    | 'Unknown'
    | 'NotFound'
    | 'DeadlineExceeded'
    | 'FailedPrecondition'
    | 'InvalidArgument';

  constructor(code: CriError['code'], message: string) {
    super(message);
    this.code = code;
  }
}

export type LogStreamName = 'stdout' | 'stderr';

/** One stored line (or piece of one) of a container's log. */
export interface LogEntry {
  readonly unixMs: number;
  readonly stream: LogStreamName;
  readonly text: Bytes;
  /** False: the line goes on in the next entry of the same stream (tag P). */
  readonly full: boolean;
}

/** The log of one container instance; kept after the container is removed. */
export interface ContainerLog {
  readonly entries: readonly LogEntry[];
  /** How many older entries rotation has dropped: `entries[0]` was number `dropped`. */
  readonly dropped: number;
  readonly closed: boolean;
  /** Wakes on new entries and on closing. */
  readonly changed: Suspend;
}

/** A command running in a container, or an attached one, seen from outside. */
export interface ExecSession {
  /** Output not yet taken, oldest first. */
  take(): { readonly stream: LogStreamName; readonly bytes: Bytes } | undefined;
  /** Set once the command has ended; output may still wait to be taken. */
  readonly exit: { readonly code: number } | undefined;
  /** Wakes on output and on the end. */
  readonly changed: Suspend;
  write(bytes: Bytes): void;
  closeInput(): void;
  resize(columns: number, rows: number): void;
  /** The client has gone: HUP to the command if it has a terminal, closed pipes otherwise. */
  close(): void;
}

/** One connection into a sandbox, seen from outside. */
export interface PortSession {
  /** Bytes from inside that have not been taken yet. */
  take(): Bytes | undefined;
  /** Why the connection could not be made; undefined while that is open, and when it was made. */
  readonly error: string | undefined;
  /** Whether the side inside has closed and all its bytes have been taken. */
  readonly ended: boolean;
  readonly changed: Suspend;
  write(bytes: Bytes): void;
  closeInput(): void;
  close(): void;
}

export interface ContainerUsage {
  readonly layerBytes: number;
  readonly logBytes: number;
  /** 0 unless it runs. */
  readonly memoryBytes: number;
  /** µs of CPU time since its start. */
  readonly cpuUs: number;
}

export interface RuntimeService {
  runPodSandbox(config: SandboxConfig): Task<string>;
  stopPodSandbox(id: string): Task<void>;
  removePodSandbox(id: string): void;
  sandboxStatus(id: string): SandboxStatus | undefined;
  /** Newest first. */
  listSandboxes(podUid?: string): readonly SandboxStatus[];
  createContainer(sandboxId: string, config: ContainerConfig): string;
  /** Throws CriError with the OCI runtime's text; the container is then exited, StartError, 128. */
  startContainer(id: string): Task<void>;
  /** Stop signal, then KILL after `timeoutMs`; returns when it has ended. */
  stopContainer(id: string, timeoutMs: number): Task<void>;
  /** Changes the limits of a container that runs; undefined: none. */
  updateContainerResources(
    id: string,
    resources: Pick<ContainerConfig, 'memoryLimitBytes' | 'cpuLimitMillis' | 'cpuRequestMillis'>,
  ): void;
  removeContainer(id: string): void;
  containerStatus(id: string): CriContainerStatus | undefined;
  /** Newest first. */
  listContainers(podUid?: string): readonly CriContainerStatus[];
  /** Runs a command to its end; DeadlineExceeded kills it. `timeoutMs` 0: none. */
  execSync(
    id: string,
    argv: readonly Bytes[],
    timeoutMs: number,
  ): Task<{ readonly stdout: Bytes; readonly stderr: Bytes; readonly exitCode: number }>;
  /** Throws CriError when the container does not run or the program does not exist. */
  exec(id: string, argv: readonly Bytes[], options: { stdin: boolean; tty: boolean }): ExecSession;
  attach(id: string, options: { stdin: boolean; tty: boolean }): ExecSession;
  /** A connection to a port of a sandbox's loopback address. */
  portForward(sandboxId: string, port: number): PortSession;
  containerLog(id: string): ContainerLog | undefined;
  /** What a container has written to the node's disk (its own layer, its log) and what it takes of the rest. */
  containerUsage(id: string): ContainerUsage | undefined;
  /** Bytes of memory that the node could still give. */
  availableMemoryBytes(): number;
  /** Called when memory has been taken and little is left, and after the node has killed for want of it. */
  onLowMemory(listener: (victim?: { readonly name: Bytes; readonly pid: number }) => void): void;
  /** Reads a file of the container without charging it (termination message). */
  readFile(id: string, path: Bytes): Bytes | undefined;
  /** Called whenever a container or sandbox changes its state; the kubelet's PLEG delays it to its next relist. */
  onChange(listener: (change: { podUid: string; containerId?: string }) => void): void;
}

export interface PulledImage {
  readonly id: string;
  readonly model: ImageModel;
  /** Full reference, e.g. docker.io/library/busybox:1.37. */
  readonly reference: string;
  readonly sizeBytes: number;
}

export interface ImageService {
  /** An image that is on the node, by reference as in the spec. */
  imageStatus(reference: string): PulledImage | undefined;
  /** Brings an image to the node; throws CriError with containerd's text. */
  pullImage(reference: string): Task<PulledImage>;
  listImages(): readonly PulledImage[];
}
