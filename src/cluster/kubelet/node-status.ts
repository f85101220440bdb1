import type { ApiClient } from '../../api/client';
import { ApiError } from '../../api/status';
import { formatTime } from '../../api/time';
import type { KubeObject } from '../../api/types';
import type { Timer } from '../../kernel/clock';
import type { Kernel } from '../../kernel/kernel';
import type { ImageService } from '../../runtime/cri';
import type { ResourceList } from './core-v1';

/** A node status that has not changed is written again after this. */
const REPORT_MS = 300_000;
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
      memory: '8148624Ki',
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

/** Registers the node and keeps its status. Models pkg/kubelet/kubelet_node_status.go. */
export class NodeStatus {
  readonly #kernel: Kernel;
  readonly #client: ApiClient;
  readonly #images: ImageService;
  readonly #node: NodeDescription;
  #timer: Timer | undefined;

  constructor(kernel: Kernel, client: ApiClient, images: ImageService, node: NodeDescription) {
    this.#kernel = kernel;
    this.#client = client;
    this.#images = images;
    this.#node = node;
  }

  start(): void {
    this.#register();
    this.#report();
  }

  halt(): void {
    if (this.#timer) this.#kernel.clock.cancel(this.#timer);
    this.#timer = undefined;
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

  #report(): void {
    const stored = this.#read();
    if (stored) {
      const status = this.#status(stored);
      this.#client.update('nodes', undefined, { ...stored, status }, { subresource: 'status' });
    }
    this.#timer = this.#kernel.clock.after(REPORT_MS, () => this.#report());
  }

  #read(): KubeObject | undefined {
    try {
      return this.#client.get('nodes', undefined, this.#node.name);
    } catch (error) {
      if (error instanceof ApiError) return undefined;
      throw error;
    }
  }

  #status(stored: KubeObject): Record<string, unknown> {
    const { name, ip, capacity, allocatable } = this.#node;
    const now = formatTime(this.#kernel.unixMs());
    const before = (stored.status ?? {}) as { conditions?: readonly Record<string, unknown>[] };
    const conditions = CONDITIONS.map((condition) => {
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
      images: this.#images
        .listImages()
        .slice(0, IMAGES_SHOWN)
        .map(({ reference, sizeBytes }) => ({ names: [reference], sizeBytes })),
      nodeInfo: {
        architecture: 'amd64',
        bootID: this.#kernel.random.stream(`boot ${name}`).uuid(),
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
