import type { Kernel } from '../../kernel/kernel';
import { anyOf, sleep, sleepFully, type Task } from '../../kernel/task';
import type { Bytes } from '../bytes';
import {
  type ContainerConfig,
  type ContainerLog,
  type ContainerUsage,
  type CriContainerStatus,
  CriError,
  type ExecSession,
  type ImageService,
  type Mount,
  type PortSession,
  type RuntimeService,
  type SandboxConfig,
  type SandboxStatus,
} from '../cri';
import { StartFailure } from '../process/spawn';
import { SIGNAL_NUMBERS, type Signal } from '../signals';
import type { ExitStatus } from '../syscalls';
import { RegularFile } from '../vfs/node';
import { findInside } from '../vfs/tree';
import { AttachSession } from './attach-session';
import { Container } from './container';
import { InstanceLog } from './container-log';
import { type Command, execCommand, startProcess } from './container-process';
import { buildContainerRoot } from './container-root';
import { ContainerStore } from './container-store';
import { ContainerStreams } from './container-streams';
import { containerUser } from './container-user';
import { type PodSandbox, sandboxStatus } from './pod-sandbox';
import { ForwardedConnection } from './port-session';
import { SandboxStore, type SandboxStoreOptions } from './sandbox-store';

/** How long the runtime's own work takes, ms; all 0 in benchmarks. */
export interface RuntimeLatency {
  readonly sandboxMs: number;
  readonly createMs: number;
  readonly startMs: number;
  /** Until a command in a running container starts. */
  readonly execMs: number;
}

export const TYPICAL_LATENCY: RuntimeLatency = {
  sandboxMs: 180,
  createMs: 30,
  startMs: 60,
  execMs: 30,
};
export const NO_LATENCY: RuntimeLatency = {
  sandboxMs: 0,
  createMs: 0,
  startMs: 0,
  execMs: 0,
};

export interface ContainerRuntimeOptions extends SandboxStoreOptions {
  readonly images: ImageService;
  readonly latency: RuntimeLatency;
}

/** Most output that a command run to its end may give (execSync), bytes. */
const EXEC_OUTPUT_BYTES = 16 * 1024 * 1024;

/** With less memory than this somebody has to look after it, bytes. */
const LITTLE_MEMORY_BYTES = 512 * 1024 ** 2;

/** PIDs that runc uses up in a table that a container joins, before its first process. */
const JOINING_RUNTIME_THREADS = 2;

type Change = { podUid: string; containerId?: string };

/** The container runtime of one node. Models containerd 2's CRI plugin, as far as the kubelet can tell. */
export class ContainerRuntime implements RuntimeService {
  readonly #options: ContainerRuntimeOptions;
  readonly #kernel: Kernel;
  readonly #sandboxes: SandboxStore;
  readonly #containers = new ContainerStore();
  readonly #listeners: ((change: Change) => void)[] = [];
  readonly #ids;
  /** By `namespace/name/container`, ms. */
  readonly #startDelays = new Map<string, number>();

  constructor(options: ContainerRuntimeOptions) {
    this.#options = options;
    this.#kernel = options.kernel;
    this.#sandboxes = new SandboxStore(options, (podUid) => this.#changed(podUid));
    this.#ids = options.kernel.random.stream(`container ids ${options.machine.name}`);
  }

  onChange(listener: (change: Change) => void): void {
    this.#listeners.push(listener);
  }

  #changed(podUid: string, containerId?: string): void {
    for (const listener of this.#listeners) {
      listener(containerId === undefined ? { podUid } : { podUid, containerId });
    }
  }

  #newId(): string {
    return this.#ids.text(64, '0123456789abcdef');
  }

  // Sandboxes --------------------------------------------------------------------------------------

  *runPodSandbox(config: SandboxConfig): Task<string> {
    const { latency } = this.#options;
    if (latency.sandboxMs > 0) yield* sleepFully(this.#kernel.clock, latency.sandboxMs);
    const id = this.#newId();
    this.#sandboxes.create(id, config);
    return id;
  }

  loseSandbox(id: string): void {
    this.#sandboxes.lose(id);
  }

  *stopPodSandbox(id: string): Task<void> {
    for (const container of this.#containersOf(id)) {
      if (container.state === 'running') yield* this.stopContainer(container.id, 0);
    }
    this.#sandboxes.stop(id);
  }

  removePodSandbox(id: string): void {
    for (const container of this.#containersOf(id)) this.removeContainer(container.id);
    this.#sandboxes.remove(id);
  }

  #containersOf(sandboxId: string): Container[] {
    const uid = this.#sandboxes.get(sandboxId)?.config.uid;
    if (uid === undefined) return [];
    return [...this.#containers.list(uid)].filter(({ sandbox }) => sandbox.id === sandboxId);
  }

  sandboxStatus(id: string): SandboxStatus | undefined {
    const sandbox = this.#sandboxes.get(id);
    return sandbox && sandboxStatus(sandbox);
  }

  listSandboxes(podUid?: string): readonly SandboxStatus[] {
    return this.#sandboxes.list(podUid);
  }

  /** The network of a sandbox, for the picture. */
  sandboxNetwork(id: string): PodSandbox['net'] | undefined {
    return this.#sandboxes.get(id)?.net;
  }

  // Containers -------------------------------------------------------------------------------------

  createContainer(sandboxId: string, config: ContainerConfig): string {
    const sandbox = this.#sandboxes.get(sandboxId);
    if (!sandbox)
      throw new CriError('NotFound', `failed to find sandbox id "${sandboxId}": not found`);
    const image = this.#options.images.listImages().find(({ id }) => id === config.imageId);
    if (!image)
      throw new CriError('NotFound', `failed to resolve image "${config.imageId}": not found`);
    const id = this.#newId();
    const pod = `${sandbox.config.namespace}/${sandbox.config.name}`;
    const log = new InstanceLog(this.#kernel, {
      pod,
      container: config.name,
      attempt: config.attempt,
    });
    const container = new Container({
      id,
      sandbox,
      config,
      image,
      log,
      createdMs: this.#kernel.unixMs(),
    });
    if (container.argv.length === 0) {
      throw new CriError(
        'Unknown',
        `failed to generate container "${id}" spec: failed to generate spec: no command specified`,
      );
    }
    this.#containers.add(container);
    return id;
  }

  *startContainer(id: string): Task<void> {
    const container = this.#containers.require(id);
    const { latency } = this.#options;
    const delay = latency.createMs + latency.startMs;
    if (delay > 0) yield* sleepFully(this.#kernel.clock, delay);
    try {
      this.#launch(container);
    } catch (error) {
      const text =
        error instanceof StartFailure
          ? error.text
          : error instanceof CriError
            ? error.message
            : undefined;
      if (text === undefined) throw error;
      const message = `failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: ${text}`;
      container.startFailed(message, this.#kernel.unixMs());
      this.#changed(container.sandbox.config.uid, id);
      throw new CriError('Unknown', message);
    }
  }

  #launch(container: Container): void {
    const { machine } = this.#options;
    const { sandbox, config, image, log } = container;
    const pod = `${sandbox.config.namespace}/${sandbox.config.name}`;
    const target = this.#containers.get(config.targetContainerId ?? '')?.live;
    const namespace = sandbox.processes ?? target?.namespace ?? machine.createPidNamespace();
    const cgroup = machine.createCgroup({
      memoryLimitBytes: config.memoryLimitBytes,
      cpuLimitMillis: config.cpuLimitMillis,
      cpuRequestMillis: config.cpuRequestMillis,
      oomScoreAdj: config.oomScoreAdj,
    });
    if (target) namespace.skip(JOINING_RUNTIME_THREADS);
    const readOnly = config.security?.readOnlyRootFilesystem === true;
    const mounts = buildContainerRoot(machine, {
      model: image.model,
      mounts: [...sandboxMountsFor(sandbox, readOnly), ...config.mounts],
      readOnly,
      terminationMessagePath: config.terminationMessagePath,
      namespace,
      net: sandbox.net,
      host: sandbox.host,
      cgroup,
      pod,
      container: config.name,
    });
    container.mounts = mounts;
    const streams = new ContainerStreams(this.#kernel, machine, config, log);
    const user = containerUser(mounts.root.root, image.model.user, config.security);
    const own = { mounts, namespace, cgroup, user };
    const init = startProcess(machine, container, own, {
      argv: container.argv,
      env: container.environment(user.home),
      stdin: streams.stdin,
      stdout: log.sink('stdout'),
      stderr: log.sink('stderr'),
      terminal: streams.terminal,
      onExit: (status) => this.#exited(container, status),
      startDelayMs: this.#startDelays.get(`${pod}/${config.name}`),
    });
    container.live = { init, mounts, namespace, cgroup, user, streams };
    container.user = user;
    container.state = 'running';
    container.startedMs = this.#kernel.unixMs();
    this.#changed(sandbox.config.uid, container.id);
  }

  #exited(container: Container, status: ExitStatus): void {
    // All that is left in the container's cgroup dies with its first process, also in a shared table.
    if (container.state === 'exited') return;
    const cgroup = container.live?.cgroup;
    container.live?.streams.flush();
    container.exited(status, this.#kernel.unixMs());
    cgroup?.kill();
    this.#changed(container.sandbox.config.uid, container.id);
  }

  *stopContainer(id: string, timeoutMs: number): Task<void> {
    const container = this.#containers.get(id);
    if (container?.state !== 'running') return;
    const { clock } = this.#kernel;
    const init = container.live?.init;
    if (timeoutMs > 0) {
      // A second stop brings the KILL forward, no more.
      if (!container.stopSignalled) init?.deliver(stopSignal(container), 'node');
      container.stopSignalled = true;
      const until = clock.now + timeoutMs;
      while (container.state === 'running' && clock.now < until) {
        yield anyOf(container.ended.wait, sleep(clock, until - clock.now));
      }
    }
    if (container.state === 'running') init?.deliver('KILL', 'node');
  }

  updateContainerResources(
    id: string,
    resources: Pick<ContainerConfig, 'memoryLimitBytes' | 'cpuLimitMillis' | 'cpuRequestMillis'>,
  ): void {
    this.#containers.get(id)?.live?.cgroup.setLimits(resources);
  }

  removeContainer(id: string): void {
    const container = this.#containers.get(id);
    if (!container) return;
    container.live?.init.deliver('KILL', 'node');
    this.#containers.remove(container);
    this.#changed(container.sandbox.config.uid, id);
  }

  containerStatus(id: string): CriContainerStatus | undefined {
    return this.#containers.get(id)?.status();
  }

  listContainers(podUid?: string): readonly CriContainerStatus[] {
    const found: CriContainerStatus[] = [];
    for (const container of this.#containers.list(podUid)) found.push(container.status());
    return found.reverse();
  }

  /** For the picture and for faults: the instance itself. */
  container(id: string): Container | undefined {
    return this.#containers.get(id);
  }

  // Commands in containers -------------------------------------------------------------------------

  *execSync(
    id: string,
    argv: readonly Bytes[],
    timeoutMs: number,
  ): Task<{ stdout: Bytes; stderr: Bytes; exitCode: number }> {
    const { clock } = this.#kernel;
    const until = timeoutMs > 0 ? clock.now + timeoutMs : Number.POSITIVE_INFINITY;
    const { execMs } = this.#options.latency;
    // What has been started just before gets to run before a command that is run beside it.
    if (execMs > 0) yield* sleepFully(clock, execMs);
    const session = this.exec(id, argv, { stdin: false, tty: false });
    const output = { stdout: '', stderr: '' };
    for (;;) {
      const piece = session.take();
      if (piece) {
        const room = EXEC_OUTPUT_BYTES - output[piece.stream].length;
        output[piece.stream] += piece.bytes.slice(0, room);
      } else if (session.exit) {
        return { ...output, exitCode: session.exit.code };
      } else if (clock.now >= until) {
        session.kill();
        throw new CriError(
          'DeadlineExceeded',
          `failed to exec in container: timeout ${timeoutMs / 1000}s exceeded: context deadline exceeded`,
        );
      } else if (until === Number.POSITIVE_INFINITY) {
        yield session.changed;
      } else {
        yield anyOf(session.changed, sleep(clock, until - clock.now));
      }
    }
  }

  exec(id: string, argv: readonly Bytes[], options: { stdin: boolean; tty: boolean }): Command {
    const { machine } = this.#options;
    return execCommand(machine, this.#containers.require(id), argv, options, () => this.#newId());
  }

  attach(id: string, options: { stdin: boolean; tty: boolean }): ExecSession {
    const container = this.#containers.require(id);
    if (container.state !== 'running') {
      throw new CriError(
        'Unknown',
        `failed to attach to container: container is in CONTAINER_${container.state.toUpperCase()} state`,
      );
    }
    const streams = options.stdin ? container.live?.streams : undefined;
    return new AttachSession(container.log, streams, () =>
      container.state === 'exited' ? container.exitCode : undefined,
    );
  }

  portForward(sandboxId: string, port: number): PortSession {
    const sandbox = this.#sandboxes.get(sandboxId);
    if (!sandbox) {
      throw new CriError('NotFound', `failed to find sandbox "${sandboxId}" in store: not found`);
    }
    return new ForwardedConnection(sandbox.net, sandboxId, port);
  }

  containerLog(id: string): ContainerLog | undefined {
    return this.#containers.log(id);
  }

  containerUsage(id: string): ContainerUsage | undefined {
    const container = this.#containers.get(id);
    if (!container) return undefined;
    const layerBytes = container.mounts?.root.fileSystem.usedBytes ?? 0;
    const { memoryBytes = 0, cpuUs = 0 } = container.live?.cgroup ?? {};
    return { layerBytes, logBytes: container.log.sizeBytes, memoryBytes, cpuUs };
  }

  availableMemoryBytes(): number {
    return this.#options.machine.availableMemoryBytes;
  }

  onLowMemory(listener: (victim?: { name: Bytes; pid: number }) => void): void {
    const { machine } = this.#options;
    machine.onMemory = () => {
      if (machine.availableMemoryBytes < LITTLE_MEMORY_BYTES) listener();
    };
    machine.onOutOfMemory = listener;
  }

  readFile(id: string, path: Bytes): Bytes | undefined {
    const mounts = this.#containers.get(id)?.mounts;
    const node = mounts && findInside(mounts, path)?.node;
    return node instanceof RegularFile ? node.content : undefined;
  }

  // Faults -----------------------------------------------------------------------------------------

  /** A signal from the node to a process of a container (PID as seen inside). */
  signal(id: string, signal: Signal, pid = 1): boolean {
    const live = this.#containers.get(id)?.live;
    const target = pid === 1 ? live?.init : live?.namespace.processes.get(pid);
    target?.deliver(signal, 'node');
    return target !== undefined;
  }

  /** A container's first process holds so much more memory. */
  leakMemory(id: string, bytes: number): void {
    this.#containers.get(id)?.live?.init.leak(bytes);
  }

  /** Instances of a container do nothing for so long after their start (pod as namespace/name). */
  setStartDelay(pod: string, container: string, ms: number): void {
    if (ms > 0) this.#startDelays.set(`${pod}/${container}`, ms);
    else this.#startDelays.delete(`${pod}/${container}`);
  }

  /** A container's first process ends with a code of its own accord. */
  exit(id: string, exitCode: number): boolean {
    const init = this.#containers.get(id)?.live?.init;
    init?.terminate({ kind: 'exited', code: exitCode });
    return init !== undefined;
  }

  /** The node loses its power: no process and no network of a pod is left. */
  powerOff(): void {
    for (const container of this.#containers.list()) {
      const { live } = container;
      if (!live) continue;
      container.vanished(this.#kernel.unixMs());
      live.cgroup.kill();
      this.#changed(container.sandbox.config.uid, container.id);
    }
    for (const { id } of this.#sandboxes.list()) this.#sandboxes.lose(id);
  }
}

/** The sandbox's own files are as writable as the container's root; /dev/shm always is. */
function sandboxMountsFor({ mounts }: PodSandbox, readOnly: boolean): readonly Mount[] {
  if (!readOnly) return mounts;
  return mounts.map((mount) =>
    mount.containerPath === '/dev/shm' ? mount : { ...mount, readOnly: true },
  );
}

function stopSignal(container: Container): Signal {
  const name = (container.image.model.stopSignal ?? 'SIGTERM').replace(/^SIG/, '');
  return name in SIGNAL_NUMBERS ? (name as Signal) : 'TERM';
}
