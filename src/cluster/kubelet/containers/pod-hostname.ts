import type { Pod } from '../../../api/stored-objects';

const LONGEST_HOSTNAME = 63;

/** Models pkg/kubelet/kubelet_pods.go GeneratePodHostNameAndDomain. `domain`: '' without a subdomain. */
export function podHostnameAndDomain(
  pod: Pod,
  clusterDomain: string,
): { readonly hostname: string; readonly domain: string } {
  const { hostname: wanted, subdomain, hostnameOverride } = pod.spec;
  if (hostnameOverride !== undefined) return { hostname: truncated(hostnameOverride), domain: '' };
  const hostname = truncated(wanted || pod.metadata.name);
  const domain = subdomain ? `${subdomain}.${pod.metadata.namespace}.svc.${clusterDomain}` : '';
  return { hostname, domain };
}

/** The hostname that the sandbox gets: the full one where the pod asks for it, the node's in its network. */
export function sandboxHostname(pod: Pod, clusterDomain: string): string {
  if (pod.spec.hostNetwork) return pod.spec.nodeName ?? '';
  const { hostname, domain } = podHostnameAndDomain(pod, clusterDomain);
  return pod.spec.setHostnameAsFQDN && domain ? `${hostname}.${domain}` : hostname;
}

function truncated(name: string): string {
  if (name.length <= LONGEST_HOSTNAME) return name;
  return name.slice(0, LONGEST_HOSTNAME).replace(/[-.]+$/, '');
}

const STANDARD_HOSTS = [
  '127.0.0.1\tlocalhost',
  '::1\tlocalhost ip6-localhost ip6-loopback',
  'fe00::0\tip6-localnet',
  'fe00::0\tip6-mcastprefix',
  'fe00::1\tip6-allnodes',
  'fe00::2\tip6-allrouters',
];

/** /etc/hosts of a pod. Models pkg/kubelet/kubelet_pods.go ensureHostsFile. */
export function hostsFile(
  pod: Pod,
  podIPs: readonly string[],
  clusterDomain: string,
  nodeHosts: string,
): string {
  const aliases = hostAliases(pod);
  if (pod.spec.hostNetwork) {
    return `# Kubernetes-managed hosts file (host network).\n${nodeHosts}${aliases}`;
  }
  const { hostname, domain } = podHostnameAndDomain(pod, clusterDomain);
  const names = domain ? `${hostname}.${domain}\t${hostname}` : hostname;
  const own = podIPs.map((ip) => `${ip}\t${names}`);
  const lines = ['# Kubernetes-managed hosts file.', ...STANDARD_HOSTS, ...own];
  return `${lines.join('\n')}\n${aliases}`;
}

function hostAliases(pod: Pod): string {
  const aliases = pod.spec.hostAliases ?? [];
  if (aliases.length === 0) return '';
  const lines = aliases.map(({ ip, hostnames = [] }) => `${ip}\t${hostnames.join('\t')}\n`);
  return `\n# Entries added by HostAliases.\n${lines.join('')}`;
}
