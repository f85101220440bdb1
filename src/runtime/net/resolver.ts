import type { Bytes } from '../bytes';
import { SysError } from '../errno';
import { readIfThere } from '../read-file';
import type { Call, Sys } from '../syscalls';

/** /etc/resolv.conf as resolvers read it. */
export interface ResolverConfig {
  readonly servers: readonly string[];
  readonly search: readonly string[];
  readonly ndots: number;
}

/** A libc asks each server so often before it gives up. */
const ATTEMPTS = 2;

/**
 * The IPv4 address of a host name, as getaddrinfo(3) finds it: a literal address, /etc/hosts, then DNS with
 * the search domains of /etc/resolv.conf. Undefined when there is none.
 */
export function* resolveHost(sys: Sys, name: Bytes): Call<string | undefined> {
  if (/^\d+\.\d+\.\d+\.\d+$/.test(name)) return name;
  if (name === '::1') return '127.0.0.1';
  const known = yield* lookUpHosts(sys, name);
  if (known !== undefined) return known;
  const config = yield* readResolverConfig(sys);
  for (const candidate of searchList(name, config)) {
    const address = yield* askServers(sys, candidate, config);
    if (address !== undefined) return address;
  }
  return undefined;
}

/** The names that are asked for, in order: a name with fewer dots than ndots tries the domains first. */
export function searchList(name: Bytes, { search, ndots }: ResolverConfig): Bytes[] {
  if (name.endsWith('.')) return [name.slice(0, -1)];
  const dots = name.split('.').length - 1;
  const completed = search.map((domain) => `${name}.${domain}`);
  return dots >= ndots ? [name, ...completed] : [...completed, name];
}

export function* readResolverConfig(sys: Sys): Call<ResolverConfig> {
  const servers: string[] = [];
  let search: string[] = [];
  let ndots = 1;
  for (const line of ((yield* readIfThere(sys, '/etc/resolv.conf')) ?? '').split('\n')) {
    const [keyword, ...values] = line.trim().split(/\s+/);
    if (keyword === 'nameserver' && values[0] !== undefined) servers.push(values[0]);
    if (keyword === 'search' || keyword === 'domain') search = values;
    if (keyword === 'options') {
      const option = values.find((value) => value.startsWith('ndots:'));
      if (option !== undefined) ndots = Number(option.slice('ndots:'.length));
    }
  }
  // Without a server the resolver asks the host itself.
  return { servers: servers.length > 0 ? servers : ['127.0.0.1'], search, ndots };
}

function* lookUpHosts(sys: Sys, name: Bytes): Call<string | undefined> {
  const wanted = name.toLowerCase();
  for (const line of ((yield* readIfThere(sys, '/etc/hosts')) ?? '').split('\n')) {
    const [address, ...names] = (line.split('#')[0] ?? '').trim().split(/\s+/);
    const matches = names.some((candidate) => candidate.toLowerCase() === wanted);
    if (matches && address !== undefined && !address.includes(':')) return address;
  }
  return undefined;
}

function* askServers(sys: Sys, name: Bytes, { servers }: ResolverConfig): Call<string | undefined> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    for (const server of servers) {
      try {
        const answer = yield* sys.dnsQuery(server, name, 'A');
        return answer.rcode === 0 ? answer.addresses[0] : undefined;
      } catch (error) {
        if (!(error instanceof SysError)) throw error;
      }
    }
  }
  return undefined;
}
