import type { ApiClient } from '../../api/client';
import type { Service } from '../../api/types';
import type { DnsAnswer } from '../../runtime/syscalls';
import type { Endpoint } from '../controllers/endpoints/endpoints';
import { slicesOf } from './service-routes';

/** The cluster's domain and the address of its DNS Service. */
export const CLUSTER_DOMAIN = 'cluster.local';
export const CLUSTER_DNS_IP = '10.96.0.10';

const NOERROR = 0;
const NXDOMAIN = 3;

/**
 * Answers DNS questions from the objects in the API, as CoreDNS's kubernetes plugin does: Services by
 * `name.namespace.svc.cluster.local`, the pods of headless Services, addresses in reverse. Other names are
 * asked of `upstream`, which gives the IPv4 address of those that exist outside of the cluster.
 */
export function answerDns(
  client: ApiClient,
  name: string,
  type: 'A' | 'AAAA' | 'PTR',
  upstream: (name: string) => string | undefined = () => undefined,
): DnsAnswer {
  const question = name.toLowerCase().replace(/\.$/, '');
  if (type === 'PTR') return reverse(client, question);
  const suffix = `.svc.${CLUSTER_DOMAIN}`;
  if (!question.endsWith(suffix)) {
    const outside = inCluster(question) ? undefined : upstream(question);
    if (outside === undefined) return answer(isZone(question) ? NOERROR : NXDOMAIN);
    return { ...answer(NOERROR, type === 'A' ? [outside] : []), authoritative: false };
  }
  const labels = question.slice(0, -suffix.length).split('.');
  const namespace = labels.pop();
  const serviceName = labels.pop();
  if (namespace === undefined || serviceName === undefined) {
    return answer(namespaceExists(client, namespace ?? '') ? NOERROR : NXDOMAIN);
  }
  const service = (client.list('services', { namespace }).items as Service[]).find(
    ({ metadata }) => metadata?.name === serviceName,
  );
  if (!service) return answer(NXDOMAIN);
  if (service.spec?.type === 'ExternalName') {
    const canonicalName = service.spec.externalName ?? '';
    const outside = type === 'A' ? upstream(canonicalName) : undefined;
    return { ...answer(NOERROR, outside === undefined ? [] : [outside]), canonicalName };
  }
  const addresses = serviceAddresses(client, service, labels.join('.'));
  if (addresses.length === 0) return answer(labels.length > 0 ? NXDOMAIN : headlessEmpty(service));
  return answer(NOERROR, type === 'A' ? addresses : []);
}

/** A headless Service without ready pods has no name in DNS; others always do. */
function headlessEmpty(service: Service): number {
  return service.spec?.clusterIP === 'None' ? NXDOMAIN : NOERROR;
}

/** `endpoint`: the label in front of the Service's name, '' for the Service itself. */
function serviceAddresses(client: ApiClient, service: Service, endpoint: string): string[] {
  const { clusterIP } = service.spec ?? {};
  if (clusterIP !== undefined && clusterIP !== 'None') {
    return endpoint === '' ? [clusterIP] : [];
  }
  const endpoints = slicesOf(client, service)
    .flatMap((slice) => slice.endpoints ?? [])
    .filter(({ conditions }) => conditions.ready !== false);
  const chosen = endpoint === '' ? endpoints : endpoints.filter((one) => nameOf(one) === endpoint);
  return chosen.flatMap(({ addresses }) => addresses);
}

/** An endpoint's name below its Service's: its host name, or its address with dashes. */
function nameOf({ hostname, addresses }: Endpoint): string {
  return hostname ?? (addresses[0] ?? '').replaceAll('.', '-');
}

function reverse(client: ApiClient, question: string): DnsAnswer {
  const match = /^(\d+)\.(\d+)\.(\d+)\.(\d+)\.in-addr\.arpa$/.exec(question);
  const ip = match ? [match[4], match[3], match[2], match[1]].join('.') : '';
  const service = (client.list('services').items as Service[]).find(
    ({ spec }) => spec?.clusterIP === ip,
  );
  if (!service?.metadata) return answer(NXDOMAIN);
  const { name, namespace } = service.metadata;
  return {
    ...answer(NOERROR),
    canonicalName: `${name}.${namespace}.svc.${CLUSTER_DOMAIN}`,
  };
}

function inCluster(question: string): boolean {
  return question === CLUSTER_DOMAIN || question.endsWith(`.${CLUSTER_DOMAIN}`);
}

function isZone(question: string): boolean {
  return question === CLUSTER_DOMAIN || question === `svc.${CLUSTER_DOMAIN}`;
}

function namespaceExists(client: ApiClient, name: string): boolean {
  return client.list('namespaces').items.some(({ metadata }) => metadata?.name === name);
}

function answer(rcode: number, addresses: readonly string[] = []): DnsAnswer {
  return { rcode, authoritative: true, addresses };
}
