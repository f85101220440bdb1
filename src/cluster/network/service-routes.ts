import type { ApiClient } from '../../api/client';
import type { Node, Service, ServicePort } from '../../api/types';
import type { Random } from '../../kernel/random';
import type { Route } from '../../runtime/net/network';
import { SERVICE_NAME } from '../controllers/endpoints/endpoint-slice-controller';
import type { Endpoint, EndpointSlice } from '../controllers/endpoints/endpoints';

/** The addresses that Services get: 10.96.0.0/12. */
export function isServiceAddress(ip: string): boolean {
  if (!ip.startsWith('10.')) return false;
  const second = Number.parseInt(ip.slice(3), 10);
  return second >= 96 && second < 112;
}

/** The EndpointSlices of a Service, whoever wrote them. */
export function slicesOf(client: ApiClient, { metadata }: Service): EndpointSlice[] {
  const { namespace } = metadata;
  const { items } = client.list('endpointslices.discovery.k8s.io', { namespace });
  return (items as EndpointSlice[]).filter(
    (slice) =>
      slice.metadata.labels?.[SERVICE_NAME] === metadata.name && slice.addressType === 'IPv4',
  );
}

interface Backend {
  readonly host: string;
  readonly port: number;
  readonly conditions: Endpoint['conditions'];
}

const AFFINITY_SECONDS = 10_800;

/**
 * Where connections to Services go: to one of the ready endpoints in their EndpointSlices, at random. Models
 * kube-proxy's iptables rules: a Service without ready endpoints refuses at once, an unknown port is dropped,
 * ClientIP affinity keeps a client with its endpoint.
 */
export class ServiceProxy {
  readonly #client: ApiClient;
  readonly #random: Random;
  readonly #nowMs: () => number;
  /** Service, port and client → where it went last, and until when (ms) it keeps going there. */
  readonly #affinities = new Map<string, { readonly backend: string; readonly untilMs: number }>();

  constructor(client: ApiClient, random: Random, nowMs: () => number) {
    this.#client = client;
    this.#random = random;
    this.#nowMs = nowMs;
  }

  /** Undefined: the address is no Service's. `from` is the client's address. */
  route(
    address: { readonly host: string; readonly port: number },
    from: string,
  ): Route | undefined {
    if (!isServiceAddress(address.host)) return this.#nodePortRoute(address, from);
    const service = this.#services().find(({ spec }) => spec?.clusterIP === address.host);
    const port = service?.spec?.ports?.find((candidate) => candidate.port === address.port);
    if (!service || !port) return 'drop';
    return this.#backendRoute(service, port, from);
  }

  #services(): Service[] {
    return this.#client.list('services').items as Service[];
  }

  #nodePortRoute(
    address: { readonly host: string; readonly port: number },
    from: string,
  ): Route | undefined {
    if (address.port < NODE_PORT_FIRST || address.port > NODE_PORT_LAST) return undefined;
    const nodes = this.#client.list('nodes').items as Node[];
    const isNode = nodes.some(({ status }) =>
      status?.addresses?.some((one) => one.address === address.host),
    );
    if (!isNode) return undefined;
    for (const service of this.#services()) {
      const port = service.spec?.ports?.find(({ nodePort }) => nodePort === address.port);
      if (port) return this.#backendRoute(service, port, from);
    }
    return undefined;
  }

  #backendRoute(service: Service, port: ServicePort, from: string): Route {
    const backends = chosenFrom(backendsOf(this.#client, service, port));
    if (backends.length === 0) return 'refuse';
    const { namespace, name } = service.metadata;
    const key = `${namespace}/${name}:${port.name ?? ''} ${from}`;
    const sticky = service.spec?.sessionAffinity === 'ClientIP';
    const last = sticky ? this.#affinities.get(key) : undefined;
    const kept =
      last && last.untilMs > this.#nowMs()
        ? backends.find((backend) => backendText(backend) === last.backend)
        : undefined;
    const backend = kept ?? backends[this.#random.below(backends.length)];
    if (!backend) return 'refuse';
    if (sticky) {
      const config = service.spec?.sessionAffinityConfig?.clientIP;
      const seconds = config?.timeoutSeconds ?? AFFINITY_SECONDS;
      const untilMs = this.#nowMs() + seconds * 1000;
      this.#affinities.set(key, { backend: backendText(backend), untilMs });
    }
    return { host: backend.host, port: backend.port };
  }
}

const NODE_PORT_FIRST = 30_000;
const NODE_PORT_LAST = 32_767;

function backendText({ host, port }: Backend): string {
  return `${host}:${port}`;
}

function backendsOf(client: ApiClient, service: Service, port: ServicePort): Backend[] {
  return slicesOf(client, service).flatMap(({ endpoints, ports }) => {
    const target = (ports ?? []).find(
      ({ name, protocol }) => name === (port.name ?? '') && protocol === (port.protocol ?? 'TCP'),
    );
    if (!target) return [];
    return (endpoints ?? []).flatMap(({ addresses, conditions }) =>
      addresses.map((host) => ({ host, port: target.port, conditions })),
    );
  });
}

/** Ready ones; when all are on their way out, those that still serve. */
function chosenFrom(backends: readonly Backend[]): Backend[] {
  const ready = backends.filter(({ conditions }) => conditions.ready !== false);
  if (ready.length > 0) return ready;
  return backends.filter(({ conditions }) => conditions.serving && conditions.terminating);
}
