import type { Pod } from '../../../api/stored-objects';

export interface ClusterDns {
  readonly ip: string;
  /** `cluster.local`. */
  readonly domain: string;
  /** The node's own /etc/resolv.conf. */
  readonly hostResolvConf: string;
}

interface ResolverSettings {
  nameservers: string[];
  searches: string[];
  options: string[];
}

const MOST_NAMESERVERS = 3;
const MOST_SEARCHES = 32;
const LONGEST_SEARCH = 253;
const LONGEST_SEARCH_LINE = 2048;

/**
 * A pod's /etc/resolv.conf; `onExceeded` hears what does not fit in. Models pkg/kubelet/network/dns/dns.go
 * GetPodDNS.
 */
export function podResolvConf(
  pod: Pod,
  dns: ClusterDns,
  onExceeded: (message: string) => void = () => {},
): string {
  const host = parse(dns.hostResolvConf);
  const policy = pod.spec.dnsPolicy ?? 'ClusterFirst';
  const usesHost =
    policy === 'Default' || (policy === 'ClusterFirst' && pod.spec.hostNetwork === true);
  let settings: ResolverSettings;
  if (policy === 'None') settings = { nameservers: [], searches: [], options: [] };
  else if (usesHost) settings = host;
  else {
    const { namespace } = pod.metadata;
    settings = {
      nameservers: [dns.ip],
      searches: [
        `${namespace}.svc.${dns.domain}`,
        `svc.${dns.domain}`,
        dns.domain,
        ...host.searches,
      ],
      options: ['ndots:5'],
    };
  }
  const { nameservers, searches, options } = withPodSettings(settings, pod);
  return text({
    nameservers: fittingServers(nameservers, onExceeded),
    searches: fittingSearches(searches, onExceeded),
    options,
  });
}

/** Models formDNSNameserversFitsLimits. */
function fittingServers(servers: string[], onExceeded: (message: string) => void): string[] {
  if (servers.length <= MOST_NAMESERVERS) return servers;
  const kept = servers.slice(0, MOST_NAMESERVERS);
  onExceeded(
    `Nameserver limits were exceeded, some nameservers have been omitted, the applied nameserver line is: ${kept.join(' ')}`,
  );
  return kept;
}

/** Models formDNSSearchFitsLimits. */
function fittingSearches(searches: string[], onExceeded: (message: string) => void): string[] {
  const kept = searches.slice(0, MOST_SEARCHES).filter((search) => search.length <= LONGEST_SEARCH);
  while (kept.join(' ').length > LONGEST_SEARCH_LINE) kept.pop();
  if (kept.length === searches.length) return searches;
  onExceeded(
    `Search Line limits were exceeded, some search paths have been omitted, the applied search line is: ${kept.join(' ')}`,
  );
  return kept;
}

function withPodSettings(settings: ResolverSettings, pod: Pod): ResolverSettings {
  const { dnsConfig } = pod.spec;
  if (!dnsConfig) return settings;
  const unique = (values: readonly string[]) => [...new Set(values)];
  const options = new Map(settings.options.map((option) => [option.split(':')[0] ?? '', option]));
  for (const { name = '', value } of dnsConfig.options ?? []) {
    options.set(name, value === undefined ? name : `${name}:${value}`);
  }
  return {
    nameservers: unique([...settings.nameservers, ...(dnsConfig.nameservers ?? [])]),
    searches: unique([...settings.searches, ...(dnsConfig.searches ?? [])]),
    options: [...options.values()],
  };
}

function parse(resolvConf: string): ResolverSettings {
  const settings: ResolverSettings = { nameservers: [], searches: [], options: [] };
  for (const line of resolvConf.split('\n')) {
    const [word, ...rest] = line.trim().split(/\s+/);
    if (word === 'nameserver' && rest[0]) settings.nameservers.push(rest[0]);
    else if (word === 'search') settings.searches = rest;
    else if (word === 'options') settings.options = rest;
  }
  return settings;
}

function text({ nameservers, searches, options }: ResolverSettings): string {
  const lines: string[] = [];
  if (searches.length > 0) lines.push(`search ${searches.join(' ')}`);
  for (const server of nameservers) lines.push(`nameserver ${server}`);
  if (options.length > 0) lines.push(`options ${options.join(' ')}`);
  return lines.map((line) => `${line}\n`).join('');
}
