import { podLimits } from '../../../api/pod-resources';
import { parseQuantity, scaledValue } from '../../../api/quantity';
import type { Pod, Volume } from '../../../api/stored-objects';
import type { Timer } from '../../../kernel/clock';
import type { Kernel } from '../../../kernel/kernel';
import { anyOf, sleep, sleepFully, type Task, WaitQueue } from '../../../kernel/task';
import { toBytes } from '../../../runtime/bytes';
import { DirectoryNode, type FileNode } from '../../../runtime/vfs/node';
import { ensureDirectory, giveToGroup, nodeAt } from '../../../runtime/vfs/tree';
import type { Latency } from '../../latency';
import { allContainers, podKey } from '../../pod-containers';
import type { PodEvents } from '../../pod-events';
import type { ApiLookup } from '../api-lookup';
import type { NodeFacts } from '../field-ref';
import { type Cancellation, CancelledError, SyncError } from '../sync-error';
import { writeAtomically } from './atomic-writer';
import type { NodeStorage } from './node-storage';
import { type Payload, payloadVersion, volumePayload } from './volume-payload';

/** A volume of a pod that lies on the node. It outlives the kubelet. */
export interface MountedVolume {
  readonly name: string;
  /** A directory, or the file of a hostPath volume. */
  readonly root: FileNode;
  readonly type: string;
  /** Set when the kubelet fills it, so that nobody else may write. */
  readonly filled: FilledVolume | undefined;
}

/** What a volume that the kubelet fills was filled with. */
interface FilledVolume {
  readonly root: DirectoryNode;
  version: string;
  /** Unix ms. */
  tokenIssuedMs: number;
}

/** Volumes on the node's disk, by pod UID and volume name. */
export type VolumesOnNode = Map<string, Map<string, MountedVolume>>;

interface PendingVolume {
  readonly volume: Volume;
  failures: number;
  retry: Timer | undefined;
}

/** Retries of one volume: 0.5 s, doubling, at most 2 min 2 s. */
const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 122_000;
/** A sync gives up waiting after this; the retries go on. */
const WAIT_TIMEOUT_MS = 123_000;
/** A service account token of the usual 3607 s is replaced when four fifths of its time are over. */
const TOKEN_REFRESH_MS = 2_885_600;

export interface VolumeManagerOptions {
  readonly kernel: Kernel;
  readonly storage: NodeStorage;
  readonly onNode: VolumesOnNode;
  readonly lookup: ApiLookup;
  readonly latency: Latency;
  readonly events: PodEvents;
  readonly nodeFacts: (pod: Pod) => NodeFacts;
}

/** Brings the volumes of pods onto the node. Models pkg/kubelet/volumemanager. */
export class VolumeManager {
  readonly #options: VolumeManagerOptions;
  readonly #pending = new Map<string, Map<string, PendingVolume>>();
  readonly #changes = new WaitQueue();

  constructor(options: VolumeManagerOptions) {
    this.#options = options;
  }

  /** The pod's volumes that are there. */
  mounted(uid: string): ReadonlyMap<string, MountedVolume> {
    return this.#options.onNode.get(uid) ?? new Map();
  }

  /**
   * Waits until all volumes that a container uses are there, and brings those that the kubelet fills up to
   * date. Throws CancelledError when the pod is to end, SyncError when the time is up (no event then).
   */
  *waitForAttachAndMount(pod: Pod, cancellation: Cancellation): Task {
    const { clock } = this.#options.kernel;
    const { latency } = this.#options;
    const began = clock.now;
    this.#refresh(pod);
    const missing = this.#missing(pod);
    if (missing.length === 0) return;
    this.#rejectUnknownSources(pod, missing);
    if (!this.#pending.has(pod.metadata.uid)) {
      if (latency.mountMs > 0) yield* sleepFully(clock, latency.mountMs);
      for (const volume of missing) this.#setUp(pod, { volume, failures: 0, retry: undefined });
    }
    const deadline = began + WAIT_TIMEOUT_MS;
    while (this.#missing(pod).length > 0) {
      if (cancellation.cancelled) throw new CancelledError();
      if (clock.now >= deadline) throw new SyncError('timed out waiting for volumes');
      yield anyOf(
        this.#changes.wait,
        cancellation.changed.wait,
        sleep(clock, deadline - clock.now),
      );
    }
    if (cancellation.cancelled) throw new CancelledError();
    const poll = latency.mountPollMs;
    if (poll > 0) {
      const late = (clock.now - began) % poll;
      if (late > 0) yield* sleepFully(clock, poll - late);
    }
  }

  /** Forgets a pod's volumes and all attempts to bring them. */
  unmount(uid: string): void {
    for (const { retry } of this.#pending.get(uid)?.values() ?? []) {
      if (retry) this.#options.kernel.clock.cancel(retry);
    }
    this.#pending.delete(uid);
    this.#options.onNode.delete(uid);
  }

  /** The kubelet stops: no attempt goes on. */
  halt(): void {
    for (const volumes of this.#pending.values()) {
      for (const { retry } of volumes.values()) {
        if (retry) this.#options.kernel.clock.cancel(retry);
      }
    }
    this.#pending.clear();
  }

  #missing(pod: Pod): Volume[] {
    const there = this.mounted(pod.metadata.uid);
    const missing = pod.spec.volumes?.filter(({ name }) => !there.has(name)) ?? [];
    return missing.length === 0 ? missing : used(pod, missing);
  }

  /** A claim or a source that cannot be resolved is told at once. */
  #rejectUnknownSources(pod: Pod, volumes: readonly Volume[]): void {
    for (const volume of volumes) {
      const why = unresolvable(pod, volume, this.#options.lookup);
      if (why === undefined) continue;
      const { name } = volume;
      const text = `unmounted volumes=[${name}], unattached volumes=[], failed to process volumes=[${name}]: ${why}`;
      this.#options.events.pod(
        pod,
        'Warning',
        'FailedMount',
        `Unable to attach or mount volumes: ${text}`,
      );
      throw new SyncError(text);
    }
  }

  #setUp(pod: Pod, pending: PendingVolume): void {
    const { uid } = pod.metadata;
    const { volume } = pending;
    pending.retry = undefined;
    try {
      this.#mount(pod, volume);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      this.#tellFailedMount(pod, volume, error);
      const delay = Math.min(FIRST_RETRY_MS * 2 ** pending.failures, LONGEST_RETRY_MS);
      pending.failures++;
      pending.retry = this.#options.kernel.clock.after(delay, () => this.#setUp(pod, pending));
      const volumes = this.#pending.get(uid) ?? new Map<string, PendingVolume>();
      volumes.set(volume.name, pending);
      this.#pending.set(uid, volumes);
      return;
    }
    const volumes = this.#pending.get(uid);
    volumes?.delete(volume.name);
    if (volumes?.size === 0) this.#pending.delete(uid);
    this.#changes.wakeAll();
  }

  #mount(pod: Pod, volume: Volume): void {
    const { uid } = pod.metadata;
    const made = volume.hostPath
      ? this.#hostPath(volume)
      : volume.persistentVolumeClaim
        ? this.#claimed(pod, volume, volume.persistentVolumeClaim.claimName)
        : (this.#filledVolume(pod, volume) ?? this.#emptyDir(pod, volume));
    const volumes = this.#options.onNode.get(uid) ?? new Map<string, MountedVolume>();
    volumes.set(volume.name, made);
    this.#options.onNode.set(uid, volumes);
  }

  #filledVolume(pod: Pod, volume: Volume): MountedVolume | undefined {
    const { kernel, storage } = this.#options;
    const type = volumeType(volume);
    const context = this.#context(pod, kernel.unixMs());
    const version = payloadVersion(volume, context);
    if (version === undefined) return undefined;
    // Read first: when something is missing, no volume is made.
    const payload = volumePayload(volume, context);
    const traced = !holdsToken(volume);
    const system = storage.create({
      pod: podKey(pod),
      volume: volume.name,
      type: type === 'configMap' ? 'ext4' : 'tmpfs',
      rootMode: 0o777,
      traced,
    });
    const { root } = system;
    const filled: FilledVolume = { root, version: '', tokenIssuedMs: kernel.unixMs() };
    const atOnce = traced || pod.spec.securityContext?.fsGroup !== undefined;
    if (payload && atOnce) this.#write(pod, volume, filled, payload, version);
    else if (payload) {
      // Most programs never look at the token that their pod has got, and nobody hears of such a write.
      system.fillLater(this.#writer(pod, volume, root, payload));
      filled.version = version;
    }
    return { name: volume.name, root, filled, type };
  }

  #emptyDir(pod: Pod, volume: Volume): MountedVolume {
    const { medium, sizeLimit } = volume.emptyDir ?? {};
    const inMemory = medium === 'Memory';
    const limit =
      sizeLimit === undefined ? 0 : Number(scaledValue(parseQuantity(String(sizeLimit)), 0));
    const capacity = inMemory ? this.#memoryCapacity(pod, limit) : undefined;
    const { root } = this.#options.storage.create({
      pod: podKey(pod),
      volume: volume.name,
      type: inMemory ? 'tmpfs' : 'ext4',
      rootMode: 0o777,
      traced: true,
      ...(capacity === undefined ? {} : { capacityBytes: capacity }),
    });
    const { fsGroup } = pod.spec.securityContext ?? {};
    if (fsGroup !== undefined) giveToGroup(root, fsGroup, false);
    return { name: volume.name, root, filled: undefined, type: 'emptyDir' };
  }

  /** The least of its own limit, the pod's memory limit and what the node has. Models CalcEmptyDirSize. */
  #memoryCapacity(pod: Pod, limit: number): number {
    const { allocatable } = this.#options.nodeFacts(pod);
    const containers = [...(pod.spec.initContainers ?? []), ...pod.spec.containers];
    const isLimited = containers.every(({ resources }) => resources?.limits?.memory !== undefined);
    const ofPod = isLimited ? podLimits(pod).get('memory') : undefined;
    const bounds = [
      ...(limit > 0 ? [limit] : []),
      ...(ofPod === undefined ? [] : [Number(scaledValue(ofPod, 0))]),
      Number(scaledValue(parseQuantity(String(allocatable.memory)), 0)),
    ];
    return Math.min(...bounds);
  }

  /** Models pkg/volume/hostpath: the type says what must be there or is made. */
  #hostPath(volume: Volume): MountedVolume {
    const { path = '/', type = '' } = volume.hostPath ?? {};
    const root = this.#options.storage.hostRoot;
    const found = nodeAt(root, toBytes(path));
    const failed = (what: string) =>
      new Error(`hostPath type check failed: ${path} is not ${what}`);
    if (type === 'Directory' && !(found instanceof DirectoryNode)) throw failed('a directory');
    if (type === 'File' && found?.type !== 'file') throw failed('a file');
    if (type === 'Socket' && found?.type !== 'socket') throw failed('a socket file');
    if (type === 'CharDevice' && found?.type !== 'character device') {
      throw failed('a character device');
    }
    if (type === 'BlockDevice') throw failed('a block device');
    const node = found ?? ensureDirectory(root, toBytes(path));
    return { name: volume.name, root: node, filled: undefined, type: 'hostPath' };
  }

  /** A claim's volume outlives the pod: it is a folder of the node that everybody may write to. */
  #claimed(pod: Pod, volume: Volume, claim: string): MountedVolume {
    const folder = this.#options.lookup.claimedFolder(pod.metadata.namespace, claim);
    const isNew = nodeAt(this.#options.storage.hostRoot, toBytes(folder.path)) === undefined;
    const mounted = this.#hostPath({ name: volume.name, hostPath: folder });
    if (isNew) mounted.root.mode = 0o777;
    return mounted;
  }

  #context(pod: Pod, nowMs: number) {
    const { lookup, nodeFacts } = this.#options;
    return { pod, lookup, node: nodeFacts(pod), nowMs };
  }

  /** Brings a volume's files up to date; throws with the text of the FailedMount event. */
  #fill(pod: Pod, volume: Volume, filled: FilledVolume): void {
    const { kernel } = this.#options;
    const now = kernel.unixMs();
    if (now - filled.tokenIssuedMs > TOKEN_REFRESH_MS) filled.tokenIssuedMs = now;
    const context = this.#context(pod, filled.tokenIssuedMs);
    const version = payloadVersion(volume, context) ?? '';
    if (version === filled.version) return;
    const payload = volumePayload(volume, context);
    if (payload) this.#write(pod, volume, filled, payload, version);
  }

  #write(pod: Pod, volume: Volume, filled: FilledVolume, payload: Payload, version: string): void {
    this.#writer(pod, volume, filled.root, payload)();
    filled.version = version;
  }

  /** Writes a payload as of now, whenever it is called. */
  #writer(pod: Pod, volume: Volume, root: DirectoryNode, payload: Payload): () => void {
    const { kernel } = this.#options;
    const { uid } = pod.metadata;
    const now = kernel.clock.now;
    return () => {
      const random = kernel.random.stream(`volume ${uid} ${volume.name} ${now}`);
      const written = writeAtomically(root, payload, kernel.epochMs + now, random);
      const { fsGroup } = pod.spec.securityContext ?? {};
      if (written && fsGroup !== undefined) giveToGroup(root, fsGroup, true);
    };
  }

  #tellFailedMount(pod: Pod, { name }: Volume, { message }: Error): void {
    const text = `MountVolume.SetUp failed for volume "${name}" : ${message}`;
    this.#options.events.pod(pod, 'Warning', 'FailedMount', text);
  }

  /** Contents that have changed in the API reach the files with the pod's next sync. */
  #refresh(pod: Pod): void {
    const there = this.mounted(pod.metadata.uid);
    for (const volume of pod.spec.volumes ?? []) {
      const filled = there.get(volume.name)?.filled;
      if (!filled) continue;
      try {
        this.#fill(pod, volume, filled);
      } catch (error) {
        if (!(error instanceof Error)) throw error;
        this.#tellFailedMount(pod, volume, error);
      }
    }
  }
}

/** The volume that every pod gets for its service account would only be noise in the trace. */
function holdsToken({ projected }: Volume): boolean {
  return projected?.sources?.some((source) => source.serviceAccountToken !== undefined) ?? false;
}

/** Volumes that no container mounts are never brought. */
function used(pod: Pod, volumes: readonly Volume[]): Volume[] {
  const mounted = new Set(
    allContainers(pod).flatMap(({ volumeMounts = [] }) => volumeMounts.map(({ name }) => name)),
  );
  return volumes.filter(({ name }) => mounted.has(name));
}

const KNOWN_TYPES = [
  'emptyDir',
  'configMap',
  'secret',
  'downwardAPI',
  'projected',
  'hostPath',
] as const;

/** Which kind of volume it is, by the field that is set. */
export function volumeType(volume: Volume): string {
  const known = KNOWN_TYPES.find((type) => volume[type] !== undefined);
  return known ?? Object.keys(volume).find((key) => key !== 'name') ?? 'emptyDir';
}

function unresolvable(pod: Pod, volume: Volume, lookup: ApiLookup): string | undefined {
  const claim = volume.persistentVolumeClaim?.claimName;
  if (claim !== undefined) {
    const { namespace } = pod.metadata;
    try {
      lookup.claimedFolder(namespace, claim);
      return undefined;
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      return `error processing PVC ${namespace}/${claim}: ${error.message}`;
    }
  }
  const known = KNOWN_TYPES.some((type) => volume[type] !== undefined);
  if (known) return undefined;
  return `failed to get Plugin from volumeSpec for volume "${volume.name}" err=no volume plugin matched`;
}
