import type { Kernel } from '../../kernel/kernel';
import type { SandboxConfig, SandboxStatus } from '../cri';
import type { Namespace } from '../net/namespace';
import type { Machine } from '../process/machine';
import { spawnProgram } from '../process/spawn';
import { MountNamespace } from '../vfs/mounts';
import { ensureDirectory, putFile } from '../vfs/tree';
import { type PodSandbox, sandboxMounts, sandboxStatus } from './pod-sandbox';

/** Size of /dev/shm in a sandbox, bytes. */
const SHARED_MEMORY_BYTES = 64 * 1024 * 1024;

export interface SandboxStoreOptions {
  readonly kernel: Kernel;
  readonly machine: Machine;
  /** A network namespace with an address of its own for a pod. */
  readonly newPodNetwork: (pod: string) => Namespace;
  /** The node's own, for hostNetwork. */
  readonly nodeNetwork: Namespace;
}

/** The pod sandboxes of one node. */
export class SandboxStore {
  readonly #options: SandboxStoreOptions;
  readonly #changed: (podUid: string) => void;
  readonly #sandboxes = new Map<string, PodSandbox>();
  /** By pod UID, oldest first. */
  readonly #ofPod = new Map<string, readonly PodSandbox[]>();

  constructor(options: SandboxStoreOptions, changed: (podUid: string) => void) {
    this.#options = options;
    this.#changed = changed;
  }

  get(id: string): PodSandbox | undefined {
    return this.#sandboxes.get(id);
  }

  /** Newest first. */
  list(podUid?: string): readonly SandboxStatus[] {
    const all = podUid === undefined ? this.#sandboxes.values() : (this.#ofPod.get(podUid) ?? []);
    const found: SandboxStatus[] = [];
    for (const sandbox of all) found.push(sandboxStatus(sandbox));
    return found.reverse();
  }

  create(id: string, config: SandboxConfig): void {
    const { kernel, machine, newPodNetwork, nodeNetwork } = this.#options;
    const pod = `${config.namespace}/${config.name}`;
    const net = config.hostNetwork ? nodeNetwork : newPodNetwork(pod);
    const forwards = config.hostNetwork
      ? []
      : (config.portMappings ?? []).map(({ hostPort, containerPort }) =>
          nodeNetwork.forward(hostPort, { host: net.ip, port: containerPort }),
        );
    const files = machine.createFileSystem({ type: 'ext4', source: '/dev/sda1' });
    const shm = machine.createFileSystem({
      type: 'tmpfs',
      source: 'shm',
      capacityBytes: SHARED_MEMORY_BYTES,
      rootMode: 0o1777,
    });
    const sandbox: PodSandbox = {
      id,
      config,
      createdMs: kernel.unixMs(),
      ip: net.ip,
      net,
      host: { hostname: config.hostname },
      mounts: sandboxMounts(config, files, shm),
      processes: config.shareProcessNamespace ? machine.createPidNamespace() : undefined,
      ready: true,
      release: () => {
        for (const end of forwards) end();
        if (!config.hostNetwork) net.remove();
      },
    };
    this.#sandboxes.set(id, sandbox);
    this.#ofPod.set(config.uid, [...(this.#ofPod.get(config.uid) ?? []), sandbox]);
    this.#startPause(sandbox);
    this.#changed(config.uid);
  }

  /** With a shared process table /pause is its PID 1; when it ends, so does every process of the pod. */
  #startPause(sandbox: PodSandbox): void {
    const { processes } = sandbox;
    if (!processes) return;
    const { machine } = this.#options;
    const { root } = machine.createFileSystem({ type: 'overlay', source: 'overlay' });
    for (const folder of ['dev', 'etc', 'proc', 'sys']) ensureDirectory(root, folder);
    putFile(root, 'pause', '', { mode: 0o755 });
    spawnProgram(machine, {
      name: 'pause',
      argv: ['/pause'],
      *program(sys) {
        for (const signal of ['TERM', 'INT'] as const) sys.signalAction(signal, 'catch');
        while (sys.takeSignals().length === 0) yield* sys.wait(() => () => {});
        return 0;
      },
      mounts: new MountNamespace(root),
      env: [],
      uid: 0,
      gid: 0,
      groups: [0],
      capabilities: [],
      namespace: processes,
      cgroup: machine.createCgroup(),
      net: sandbox.net,
      host: sandbox.host,
      actor: { pod: `${sandbox.config.namespace}/${sandbox.config.name}` },
      onExit: () => this.lose(sandbox.id),
    });
  }

  /** The sandbox is gone from under its containers, as when its pause process is killed. */
  lose(id: string): void {
    const sandbox = this.#sandboxes.get(id);
    if (!sandbox?.ready) return;
    const { config } = sandbox;
    this.#options.kernel.trace.emit('sandbox.lost', {
      pod: `${config.namespace}/${config.name}`,
      attempt: config.attempt,
      ip: sandbox.ip,
    });
    this.stop(id);
  }

  /** Its address is given back; containers are the caller's business. */
  stop(id: string): void {
    const sandbox = this.#sandboxes.get(id);
    if (!sandbox?.ready) return;
    sandbox.ready = false;
    sandbox.processes?.init?.killOutright();
    sandbox.release();
    this.#changed(sandbox.config.uid);
  }

  remove(id: string): void {
    const uid = this.#sandboxes.get(id)?.config.uid;
    this.#sandboxes.delete(id);
    if (uid === undefined) return;
    const others = this.#ofPod.get(uid)?.filter((one) => one.id !== id) ?? [];
    if (others.length > 0) this.#ofPod.set(uid, others);
    else this.#ofPod.delete(uid);
  }
}
