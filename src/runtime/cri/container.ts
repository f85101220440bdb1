import { WaitQueue } from '../../kernel/task';
import { type Bytes, toBytes } from '../bytes';
import type { ContainerConfig, CriContainerState, CriContainerStatus, PulledImage } from '../cri';
import type { Cgroup } from '../process/cgroup';
import type { PidNamespace } from '../process/pid-namespace';
import type { Process } from '../process/process';
import { type ExitStatus, exitCodeOf } from '../syscalls';
import { DEFAULT_CAPABILITIES } from '../vfs/credentials';
import type { MountNamespace } from '../vfs/mounts';
import type { InstanceLog } from './container-log';
import type { ContainerStreams } from './container-streams';
import type { ContainerUser } from './container-user';
import type { PodSandbox } from './pod-sandbox';

/** What a running container consists of. */
export interface LiveContainer {
  readonly init: Process;
  readonly mounts: MountNamespace;
  readonly namespace: PidNamespace<Process>;
  readonly cgroup: Cgroup;
  readonly user: ContainerUser;
  readonly streams: ContainerStreams;
}

/** One container instance, from its creation to its removal. */
export class Container {
  readonly id: string;
  readonly sandbox: PodSandbox;
  readonly config: ContainerConfig;
  readonly image: PulledImage;
  readonly log: InstanceLog;
  readonly createdMs: number;
  state: CriContainerState = 'created';
  startedMs = 0;
  finishedMs = 0;
  exitCode = 0;
  reason = '';
  message = '';
  /** Whether somebody has asked it to stop. */
  stopSignalled = false;
  live: LiveContainer | undefined;
  user: ContainerUser | undefined;
  /** Kept after the end: the termination message is read from it. */
  mounts: MountNamespace | undefined;
  /** Wakes when it has ended. */
  readonly ended = new WaitQueue();

  constructor(own: {
    id: string;
    sandbox: PodSandbox;
    config: ContainerConfig;
    image: PulledImage;
    log: InstanceLog;
    createdMs: number;
  }) {
    this.id = own.id;
    this.sandbox = own.sandbox;
    this.config = own.config;
    this.image = own.image;
    this.log = own.log;
    this.createdMs = own.createdMs;
  }

  /** Entry point and arguments: the pod's, else the image's. Models containerd WithProcessArgs. */
  get argv(): readonly Bytes[] {
    const { command, args } = this.config;
    const { entrypoint = [], cmd = [] } = this.image.model;
    if (command && command.length > 0) return [...command, ...(args ?? [])];
    return [...entrypoint.map(toBytes), ...(args && args.length > 0 ? args : cmd.map(toBytes))];
  }

  get cwd(): Bytes {
    return this.config.workingDir ?? toBytes(this.image.model.workingDir ?? '/');
  }

  /** In the order in which `env` lists them: the image's, TERM, HOSTNAME, the pod's, HOME. */
  environment(home: Bytes): Map<Bytes, Bytes> {
    const env = new Map<Bytes, Bytes>();
    const image = {
      PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      ...this.image.model.env,
    };
    for (const [name, value] of Object.entries(image)) env.set(toBytes(name), toBytes(value));
    if (this.config.tty === true) env.set('TERM', 'xterm');
    env.set('HOSTNAME', toBytes(this.sandbox.config.hostname));
    for (const [name, value] of this.config.env) env.set(name, value);
    if (!env.has('HOME')) env.set('HOME', home);
    return env;
  }

  get capabilities(): readonly string[] {
    const { addCapabilities = [], dropCapabilities = [], privileged } = this.config.security ?? {};
    const dropAll = dropCapabilities.some((name) => name.toUpperCase() === 'ALL');
    const kept = dropAll
      ? []
      : DEFAULT_CAPABILITIES.filter((name) => !dropCapabilities.includes(name));
    return privileged === true ? ALL_KNOWN : [...kept, ...addCapabilities];
  }

  /** Its first process has ended. */
  exited(status: ExitStatus, unixMs: number): void {
    const oom = this.live?.cgroup.oomKilled === true;
    this.exitCode = oom ? 137 : exitCodeOf(status);
    this.reason = oom ? 'OOMKilled' : this.exitCode === 0 ? 'Completed' : 'Error';
    this.finishedMs = unixMs;
    this.state = 'exited';
    this.live = undefined;
    this.log.close();
    this.ended.wakeAll();
  }

  /** The node went down under it. Models containerd's recovery of tasks that it does not find again. */
  vanished(unixMs: number): void {
    this.exitCode = 255;
    this.reason = 'Unknown';
    this.finishedMs = unixMs;
    this.state = 'exited';
    this.live = undefined;
    this.log.close();
    this.ended.wakeAll();
  }

  /** The runtime could not start it. Models containerd internal/cri/server/container_start.go. */
  startFailed(message: string, unixMs: number): void {
    this.exitCode = 128;
    this.reason = 'StartError';
    this.message = message;
    this.finishedMs = unixMs;
    this.state = 'exited';
    this.log.close();
    this.ended.wakeAll();
  }

  status(): CriContainerStatus {
    const { id, sandbox, config, image } = this;
    return {
      id,
      sandboxId: sandbox.id,
      name: config.name,
      attempt: config.attempt,
      pod: sandbox.config,
      state: this.state,
      createdMs: this.createdMs,
      startedMs: this.startedMs,
      finishedMs: this.finishedMs,
      exitCode: this.exitCode,
      reason: this.reason,
      message: this.message,
      imageId: image.id,
      imageRef: image.reference,
      ...(this.user ? { user: this.user } : {}),
    };
  }
}

const ALL_KNOWN: readonly string[] = [
  ...DEFAULT_CAPABILITIES,
  'SYS_ADMIN',
  'NET_ADMIN',
  'SYS_PTRACE',
];
