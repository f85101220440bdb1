import type { ApiClient } from '../../api/client';
import type { Pod, Service } from '../../api/types';
import type { Random } from '../../kernel/random';
import type { Route } from '../../runtime/net/network';

/** The addresses that Services get: 10.96.0.0/12. */
export function isServiceAddress(ip: string): boolean {
  const [first, second] = ip.split('.');
  return first === '10' && Number(second) >= 96 && Number(second) < 112;
}

/** Pods that a Service sends traffic to: selected, with an address, and ready (or asked for regardless). */
export function readyBackends(client: ApiClient, service: Service): Pod[] {
  const selector = service.spec?.selector;
  if (!selector || Object.keys(selector).length === 0) return [];
  const namespace = service.metadata?.namespace ?? 'default';
  const pods = client.list('pods', { namespace }).items as Pod[];
  return pods.filter(
    (pod) =>
      pod.status?.podIP !== undefined &&
      pod.status.phase !== 'Succeeded' &&
      pod.status.phase !== 'Failed' &&
      selects(selector, pod) &&
      (service.spec?.publishNotReadyAddresses === true ||
        (pod.metadata?.deletionTimestamp === undefined &&
          pod.status.conditions?.some((c) => c.type === 'Ready' && c.status === 'True') === true)),
  );
}

/**
 * Where a connection to a Service's cluster IP goes: one of its ready pods, at random. Models kube-proxy's
 * iptables rules: a Service without ready pods refuses at once, an unknown port is dropped.
 */
export function serviceRoute(
  client: ApiClient,
  random: Random,
  address: { readonly host: string; readonly port: number },
): Route | undefined {
  if (!isServiceAddress(address.host)) return undefined;
  const services = client.list('services').items as Service[];
  const service = services.find(({ spec }) => spec?.clusterIP === address.host);
  const port = service?.spec?.ports?.find((candidate) => candidate.port === address.port);
  if (!service || !port) return 'drop';
  const backends = readyBackends(client, service);
  const backend = backends[random.below(Math.max(1, backends.length))];
  if (!backend?.status?.podIP) return 'refuse';
  const target = targetPort(port.targetPort ?? port.port, backend);
  return target === undefined ? 'refuse' : { host: backend.status.podIP, port: target };
}

function targetPort(target: number | string, pod: Pod): number | undefined {
  if (typeof target === 'number') return target;
  const containers = [...(pod.spec?.containers ?? []), ...(pod.spec?.initContainers ?? [])];
  return containers
    .flatMap((container) => container.ports ?? [])
    .find((port) => port.name === target)?.containerPort;
}

function selects(selector: Readonly<Record<string, string>>, pod: Pod): boolean {
  const labels = pod.metadata?.labels ?? {};
  return Object.entries(selector).every(([key, value]) => labels[key] === value);
}
