import type { ApiClient } from '../api/client';
import type { KubeletEndpoint } from '../cluster/apiserver/kubelet-endpoint';
import { type Kubelet, startKubelet } from '../cluster/kubelet/kubelet';
import { describeNode, NODE_MEMORY_BYTES } from '../cluster/kubelet/node/node-status';
import { NodeProbeNetwork } from '../cluster/kubelet/probes/node-probe-network';
import { NodeStorage } from '../cluster/kubelet/volumes/node-storage';
import { latencyOf } from '../cluster/latency';
import { CLUSTER_DNS_IP, CLUSTER_DOMAIN } from '../cluster/network/cluster-dns';
import type { Kernel } from '../kernel/kernel';
import { CriError } from '../runtime/cri';
import { type ImageRegistry, NodeImages } from '../runtime/cri/image-service';
import { ContainerRuntime, NO_LATENCY, TYPICAL_LATENCY } from '../runtime/cri/runtime-service';
import { Namespace } from '../runtime/net/namespace';
import type { Network } from '../runtime/net/network';
import { Machine } from '../runtime/process/machine';
import { NodeLink } from './node-link';

/** Pods of node i get addresses 10.244.i.2 to 10.244.i.254, those of many nodes 10.245.… and so on. */
const FIRST_POD_HOST = 2;
const LAST_POD_HOST = 254;
/** How long a node is away when it is booted again, ms. */
const BOOT_MS = 30_000;

export interface LabNodeOptions {
  readonly kernel: Kernel;
  readonly network: Network;
  readonly client: ApiClient;
  readonly registry: ImageRegistry;
  /** From 0. */
  readonly index: number;
  readonly latency: 'typical' | 'none';
  readonly maxPods?: number;
}

/** A node of the cluster: machine, container runtime, images and kubelet. */
export class LabNode {
  readonly name: string;
  readonly ip: string;
  readonly runtime: ContainerRuntime;
  readonly images: NodeImages;
  readonly kubelet: Kubelet;
  readonly machine: Machine;
  /** As the API server reaches the kubelet. */
  readonly endpoint: KubeletEndpoint;
  readonly #kernel: Kernel;
  readonly #link: NodeLink;
  readonly #detach: () => void;
  readonly #attach: () => void;
  readonly #prefix: string;
  /** When it comes back, virtual ms; undefined while it is up. */
  #upAt: number | undefined;

  constructor(options: LabNodeOptions) {
    const { kernel, network, registry, index, latency, maxPods } = options;
    this.name = `node-${index + 1}`;
    this.ip = `192.168.${49 + Math.floor((index + 2) / 256)}.${(index + 2) % 256}`;
    const instant = latency === 'none';
    const net = new Namespace(network, this.ip);
    const prefix = podPrefix(index);
    this.#kernel = kernel;
    this.#prefix = prefix;
    this.#link = new NodeLink(options.client, this.ip);
    this.#detach = () => network.detach(net);
    this.#attach = () => network.attach(net);
    this.machine = new Machine({ kernel, name: this.name, memoryBytes: NODE_MEMORY_BYTES });
    const freeHost = addressPool(network, prefix);
    this.images = new NodeImages(kernel, registry, { instant });
    this.runtime = new ContainerRuntime({
      kernel,
      machine: this.machine,
      images: this.images,
      latency: instant ? NO_LATENCY : TYPICAL_LATENCY,
      newPodNetwork: (pod) => new Namespace(network, freeHost(), pod),
      nodeNetwork: net,
    });
    this.kubelet = startKubelet({
      kernel,
      client: this.#link.client,
      runtime: this.runtime,
      images: this.images,
      node: describeNode(this.name, this.ip, `${prefix}.0/24`, maxPods),
      storage: new NodeStorage(kernel),
      network: new NodeProbeNetwork(kernel, net),
      dns: {
        ip: CLUSTER_DNS_IP,
        domain: CLUSTER_DOMAIN,
        hostResolvConf: `nameserver ${CLUSTER_DNS_IP}\n`,
      },
      latency: latencyOf(latency),
    });
    this.endpoint = this.#link.endpoint(
      this.kubelet.endpoint,
      () => this.up && this.kubelet.running,
    );
  }

  /** Whether the machine runs. */
  get up(): boolean {
    return this.#upAt === undefined;
  }

  /** Whether the network between this node and everything else works. */
  get connected(): boolean {
    return this.#link.up;
  }

  /** Whether an address belongs to this node or to one of its pods. */
  hasAddress(ip: string): boolean {
    return ip === this.ip || ip.startsWith(`${this.#prefix}.`);
  }

  cutOff(): void {
    this.#link.cut();
  }

  rejoin(): void {
    this.#link.restore();
  }

  /** Everything that runs on the node is gone at once; later the machine, and its kubelet, start again. */
  reboot(): void {
    this.kubelet.stop();
    this.runtime.powerOff();
    this.#detach();
    const { clock } = this.#kernel;
    this.#upAt = clock.now + BOOT_MS;
    clock.after(BOOT_MS, () => {
      this.#upAt = undefined;
      this.machine.reboot();
      this.#attach();
      this.kubelet.startAfterBoot();
    });
  }

  /** Removes container records from the runtime, as somebody with `crictl rm` would. */
  removeContainers(
    podUid: string,
    which: 'exited init' | 'all',
    initNames: ReadonlySet<string>,
  ): void {
    for (const { id, name, state } of [...this.runtime.listContainers(podUid)]) {
      const chosen = which === 'all' || (state === 'exited' && initNames.has(name));
      if (chosen) this.runtime.removeContainer(id);
    }
  }

  setKubelet(action: 'stop' | 'start' | 'restart'): void {
    if (action === 'stop') this.kubelet.stop();
    else if (action === 'start') this.kubelet.start();
    else this.kubelet.restart();
  }
}

function podPrefix(index: number): string {
  return `10.${244 + Math.floor(index / 256)}.${index % 256}`;
}

/** Whether an address belongs to some node's pods. */
export function isPodAddress(ip: string): boolean {
  const [first, second] = ip.split('.');
  return first === '10' && Number(second) >= 244;
}

/** Hands out the next free address; one that was given back comes round again last. */
function addressPool(network: Network, prefix: string): () => string {
  let next = FIRST_POD_HOST;
  return () => {
    for (let tries = FIRST_POD_HOST; tries <= LAST_POD_HOST; tries++) {
      const ip = `${prefix}.${next}`;
      next = next === LAST_POD_HOST ? FIRST_POD_HOST : next + 1;
      if (!network.at(ip)) return ip;
    }
    throw new CriError(
      'Unknown',
      `failed to setup network for sandbox: failed to allocate for range 0: no IP addresses available in range set: ${prefix}.1-${prefix}.254`,
    );
  };
}
