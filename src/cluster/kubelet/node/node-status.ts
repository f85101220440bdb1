import type { ApiClient } from '../../../api/client';
import { findObject } from '../../../api/find-object';
import { ApiError } from '../../../api/status';
import type { ResourceList } from '../../../api/stored-objects';
import { formatMicroTime, formatTime } from '../../../api/time';
import type { KubeObject } from '../../../api/types';
import type { Timer } from '../../../kernel/clock';
import type { Kernel } from '../../../kernel/kernel';
import type { ImageService } from '../../../runtime/cri';
import type { EventType } from '../../events';

/** A node status that has not changed is written again after this. */
const REPORT_MS = 300_000;
/** The kubelet looks after its node's lease and status this often. */
const HEARTBEAT_MS = 10_000;
const LEASE_SECONDS = 40;
const LEASES = 'leases.coordination.k8s.io';
const LEASE_NAMESPACE = 'kube-node-lease';
const IMAGES_SHOWN = 50;

export interface NodeDescription {
  readonly name: string;
  readonly ip: string;
  readonly podCidr: string;
  readonly capacity: ResourceList;
  readonly allocatable: ResourceList;
}

/** The kubelet's default for --max-pods. */
export const DEFAULT_MAX_PODS = 110;

const NODE_MEMORY_KIB = 8_148_624;
export const NODE_MEMORY_BYTES = NODE_MEMORY_KIB * 1024;

/** A node like the one on which the recordings were made: 4 cores, 8 GB. */
export function describeNode(
  name: string,
  ip: string,
  podCidr: string,
  maxPods = DEFAULT_MAX_PODS,
): NodeDescription {
  return {
    name,
    ip,
    podCidr,
    capacity: {
      cpu: '4',
      'ephemeral-storage': '64891708Ki',
      'hugepages-1Gi': '0',
      'hugepages-2Mi': '0',
      memory: `${NODE_MEMORY_KIB}Ki`,
      pods: String(maxPods),
    },
    allocatable: {
      cpu: '4',
      'ephemeral-storage': '59804198016',
      'hugepages-1Gi': '0',
      'hugepages-2Mi': '0',
      memory: '8046224Ki',
      pods: String(maxPods),
    },
  };
}

/** What the kernel of a node calls itself since its last boot. */
export function bootId(kernel: Kernel, node: string, boot: number): string {
  return kernel.random.stream(boot === 0 ? `boot ${node}` : `boot ${node} ${boot}`).uuid();
}

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
}

const CONDITIONS: readonly Condition[] = [
  {
    type: 'MemoryPressure',
    status: 'False',
    reason: 'KubeletHasSufficientMemory',
    message: 'kubelet has sufficient memory available',
  },
  {
    type: 'DiskPressure',
    status: 'False',
    reason: 'KubeletHasNoDiskPressure',
    message: 'kubelet has no disk pressure',
  },
  {
    type: 'PIDPressure',
    status: 'False',
    reason: 'KubeletHasSufficientPID',
    message: 'kubelet has sufficient PID available',
  },
  {
    type: 'Ready',
    status: 'True',
    reason: 'KubeletReady',
    message: 'kubelet is posting ready status',
  },
];

const UNDER_PRESSURE: Readonly<Record<string, Condition>> = {
  MemoryPressure: {
    type: 'MemoryPressure',
    status: 'True',
    reason: 'KubeletHasInsufficientMemory',
    message: 'kubelet has insufficient memory available',
  },
  DiskPressure: {
    type: 'DiskPressure',
    status: 'True',
    reason: 'KubeletHasDiskPressure',
    message: 'kubelet has disk pressure',
  },
};

export interface NodeStatusOptions {
  readonly kernel: Kernel;
  readonly client: ApiClient;
  readonly images: ImageService;
  readonly node: NodeDescription;
  /** Counts the node's boots, from 0. */
  readonly boot: () => number;
  /** Pressure the node is under, by condition type. */
  readonly pressure: () => ReadonlySet<string>;
  readonly event: (type: EventType, reason: string, message: string) => void;
}

/**
 * Registers the node and keeps its status and its lease. Models pkg/kubelet/kubelet_node_status.go and
 * component-helpers' lease controller.
 */
export class NodeStatus {
  readonly #options: NodeStatusOptions;
  readonly #kernel: Kernel;
  readonly #client: ApiClient;
  readonly #node: NodeDescription;
  #timer: Timer | undefined;
  #reportedMs = Number.NEGATIVE_INFINITY;
  #lease: KubeObject | undefined;

  constructor(options: NodeStatusOptions) {
    this.#options = options;
    this.#kernel = options.kernel;
    this.#client = options.client;
    this.#node = options.node;
  }

  start(): void {
    attempt(() => this.#register());
    this.#beat();
  }

  halt(): void {
    if (this.#timer) this.#kernel.clock.cancel(this.#timer);
    this.#timer = undefined;
  }

  /** Something that the status tells has changed. */
  report(): void {
    this.#reportedMs = Number.NEGATIVE_INFINITY;
    attempt(() => this.#report());
  }

  /** Without the API server the next beat tries again. */
  #beat(): void {
    const { clock } = this.#kernel;
    attempt(() => this.#renewLease());
    attempt(() => this.#report());
    this.#timer = clock.after(HEARTBEAT_MS, () => this.#beat());
  }

  #renewLease(): void {
    const { name } = this.#node;
    const renewTime = formatMicroTime(this.#kernel.unixMs());
    const known = this.#lease ?? findObject(this.#client, LEASES, LEASE_NAMESPACE, name);
    if (known) {
      const lease = { ...known, spec: { ...(known.spec as object), renewTime } };
      this.#lease = this.#client.update(LEASES, LEASE_NAMESPACE, lease);
      return;
    }
    this.#lease = this.#client.create(LEASES, LEASE_NAMESPACE, {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name, namespace: LEASE_NAMESPACE },
      spec: { holderIdentity: name, leaseDurationSeconds: LEASE_SECONDS, renewTime },
    });
  }

  #register(): void {
    const { name, podCidr } = this.#node;
    const known = this.#read();
    if (known) return;
    this.#client.create('nodes', undefined, {
      apiVersion: 'v1',
      kind: 'Node',
      metadata: {
        name,
        labels: {
          'beta.kubernetes.io/arch': 'amd64',
          'beta.kubernetes.io/os': 'linux',
          'kubernetes.io/arch': 'amd64',
          'kubernetes.io/hostname': name,
          'kubernetes.io/os': 'linux',
        },
        annotations: {
          'node.alpha.kubernetes.io/ttl': '0',
          'volumes.kubernetes.io/controller-managed-attach-detach': 'true',
        },
      },
      spec: { podCIDR: podCidr, podCIDRs: [podCidr] },
    });
  }

  /** Writes the status when it is due, or when somebody else has written that the node is not ready. */
  #report(): void {
    const { now } = this.#kernel.clock;
    const stored = this.#read();
    if (!stored) return;
    if (now - this.#reportedMs < REPORT_MS && saysReady(stored)) return;
    const status = this.#status(stored);
    this.#client.update('nodes', undefined, { ...stored, status }, { subresource: 'status' });
    this.#reportedMs = now;
    const boot = bootOf(status);
    const before = bootOf(stored.status);
    if (!before || before === boot) return;
    const text = `Node ${this.#node.name} has been rebooted, boot id: ${boot}`;
    this.#options.event('Warning', 'Rebooted', text);
  }

  #read(): KubeObject | undefined {
    return findObject(this.#client, 'nodes', undefined, this.#node.name);
  }

  #status(stored: KubeObject): Record<string, unknown> {
    const { name, ip, capacity, allocatable } = this.#node;
    const now = formatTime(this.#kernel.unixMs());
    const before = (stored.status ?? {}) as { conditions?: readonly Record<string, unknown>[] };
    const pressure = this.#options.pressure();
    const conditions = CONDITIONS.map((usual) => {
      const condition = pressure.has(usual.type) ? (UNDER_PRESSURE[usual.type] ?? usual) : usual;
      const old = before.conditions?.find(({ type }) => type === condition.type);
      const same = old?.status === condition.status;
      return {
        type: condition.type,
        status: condition.status,
        lastHeartbeatTime: now,
        lastTransitionTime: same ? old.lastTransitionTime : now,
        reason: condition.reason,
        message: condition.message,
      };
    });
    return {
      addresses: [
        { type: 'InternalIP', address: ip },
        { type: 'Hostname', address: name },
      ],
      allocatable,
      capacity,
      conditions,
      daemonEndpoints: { kubeletEndpoint: { Port: 10250 } },
      images: this.#options.images
        .listImages()
        .slice(0, IMAGES_SHOWN)
        .map(({ reference, sizeBytes }) => ({ names: [reference], sizeBytes })),
      nodeInfo: {
        architecture: 'amd64',
        bootID: bootId(this.#kernel, name, this.#options.boot()),
        containerRuntimeVersion: 'containerd://2.4.0',
        kernelVersion: '6.1.0',
        kubeProxyVersion: '',
        kubeletVersion: 'v1.36.2',
        machineID: this.#kernel.random.stream(`machine ${name}`).text(32, '0123456789abcdef'),
        operatingSystem: 'linux',
        osImage: 'Podlab',
        systemUUID: this.#kernel.random.stream(`system ${name}`).uuid(),
      },
    };
  }
}

function attempt(request: () => void): void {
  try {
    request();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
  }
}

function bootOf(status: unknown): string | undefined {
  return (status as { nodeInfo?: { bootID?: string } } | undefined)?.nodeInfo?.bootID;
}

function saysReady(node: KubeObject): boolean {
  const { conditions = [] } = (node.status ?? {}) as { conditions?: readonly Condition[] };
  return conditions.some(({ type, status }) => type === 'Ready' && status === 'True');
}
