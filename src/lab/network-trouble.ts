import { CLUSTER_DNS_IP, CLUSTER_DOMAIN } from '../cluster/network/cluster-dns';
import { isServiceAddress } from '../cluster/network/service-routes';
import type { Host } from '../runtime/net/host';
import type { Network, NetworkFaults } from '../runtime/net/network';
import type { LabNode } from './lab-node';

/** What faults have done to the network: lost packets, silent name servers, nodes that are cut off. */
export class NetworkTrouble {
  readonly #network: Network;
  readonly #nodes: readonly LabNode[];
  #allLost = false;
  /** Hosts that nothing gets through to, as the fault named them. */
  readonly #lost = new Set<string>();
  #dnsSilent = false;
  readonly #failingNames = new Set<string>();

  constructor(network: Network, nodes: readonly LabNode[]) {
    this.#network = network;
    this.#nodes = nodes;
  }

  setNetwork(fail: boolean, host: string | undefined): void {
    if (host === undefined) {
      this.#allLost = fail;
      if (!fail) this.#lost.clear();
    } else if (fail) this.#lost.add(host);
    else this.#lost.delete(host);
    this.update();
  }

  setDns(fail: boolean, host: string | undefined): void {
    const name = host?.toLowerCase().replace(/\.$/, '');
    if (name === undefined) {
      this.#dnsSilent = fail;
      if (!fail) this.#failingNames.clear();
    } else if (fail) this.#failingNames.add(name);
    else this.#failingNames.delete(name);
    this.update();
  }

  /** Whether anything in the lab goes by this name. */
  knows(host: string): boolean {
    return host.includes('/') || this.#addressesOf(host).length > 0;
  }

  /** Tells the network what is wrong now: also after a node was cut off or has come back. */
  update(): void {
    const cut = this.#nodes.some(({ connected }) => !connected);
    const nothing =
      !cut &&
      !this.#allLost &&
      !this.#dnsSilent &&
      this.#lost.size === 0 &&
      this.#failingNames.size === 0;
    this.#network.setFaults(nothing ? undefined : this.#faults);
  }

  readonly #faults: NetworkFaults = {
    loses: (from, address) =>
      this.#isCutOff(from.ip, address) ||
      (this.#allLost && !this.#isNode(from.ip) && !this.#isNode(address)) ||
      [...this.#lost].some((host) => this.#concerns(host, from, address)),
    dns: (name) => {
      if (this.#dnsSilent) return 'silent';
      const asked = name.toLowerCase().replace(/\.$/, '');
      const fails = [...this.#failingNames].some(
        (failing) => asked === failing || asked.startsWith(`${failing}.`),
      );
      return fails ? 'fails' : undefined;
    },
  };

  #isNode(ip: string): boolean {
    return this.#nodes.some((node) => node.ip === ip);
  }

  /** Whether a node that is cut off lies between the two. A Service leads to somewhere, perhaps this side. */
  #isCutOff(from: string, to: string): boolean {
    if (isServiceAddress(to) && to !== CLUSTER_DNS_IP) return false;
    return this.#islandOf(from) !== this.#islandOf(to);
  }

  #islandOf(ip: string): LabNode | undefined {
    return this.#nodes.find((node) => !node.connected && node.hasAddress(ip));
  }

  #concerns(host: string, from: Host, address: string): boolean {
    if (host.includes('/')) return from.pod === host || this.#network.at(address)?.pod === host;
    const addresses = this.#addressesOf(host);
    return addresses.includes(address) || addresses.includes(from.ip);
  }

  #addressesOf(host: string): readonly string[] {
    if (/^\d+(\.\d+){3}$/.test(host)) return [host];
    const node = this.#nodes.find(({ name }) => name === host);
    if (node) return [node.ip];
    const service = `svc.${CLUSTER_DOMAIN}`;
    for (const name of [host, `${host}.default.${service}`, `${host}.${service}`]) {
      const found = this.#network.lookUp(name);
      if (found.length > 0) return found;
    }
    return [];
  }
}
