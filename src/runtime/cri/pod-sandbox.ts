import { toBytes } from '../bytes';
import type { Mount, SandboxConfig, SandboxStatus } from '../cri';
import type { NetNamespace } from '../open-file';
import type { PidNamespace } from '../process/pid-namespace';
import type { Process } from '../process/process';
import type { HostName } from '../process/process-state';
import type { FileSystem } from '../vfs/file-system';
import { laterFile, putFile } from '../vfs/tree';

/** What the containers of a pod share: an address, a host name, some files and perhaps a process table. */
export interface PodSandbox {
  readonly id: string;
  readonly config: SandboxConfig;
  readonly createdMs: number;
  readonly ip: string;
  readonly net: NetNamespace;
  readonly host: HostName;
  /** /etc/resolv.conf, /etc/hostname and /dev/shm of every container. */
  readonly mounts: readonly Mount[];
  /** With shareProcessNamespace: one table for all, with /pause as PID 1. */
  readonly processes: PidNamespace<Process> | undefined;
  ready: boolean;
  /** Frees the address. */
  readonly release: () => void;
}

/** The files that a sandbox puts into its containers. */
export function sandboxMounts(
  config: SandboxConfig,
  files: FileSystem,
  sharedMemory: FileSystem,
): Mount[] {
  files.fillLater(() => {
    putFile(files.root, '/etc/hostname', toBytes(`${config.hostname}\n`));
    putFile(files.root, '/etc/resolv.conf', toBytes(config.resolvConf));
  });
  const mount = (containerPath: string): Mount => ({
    containerPath,
    source: laterFile(files.root, containerPath),
    readOnly: false,
    volume: files.source,
  });
  return [
    mount('/etc/hostname'),
    mount('/etc/resolv.conf'),
    { containerPath: '/dev/shm', source: sharedMemory.root, readOnly: false, volume: 'shm' },
  ];
}

export function sandboxStatus(sandbox: PodSandbox): SandboxStatus {
  const { id, config, ready, ip, createdMs } = sandbox;
  return { id, config, state: ready ? 'ready' : 'notready', ip, createdMs };
}
