import type { Bytes } from '../../runtime/bytes';
import type { Certificate } from '../../runtime/net/certificate';
import type { Call, Sys } from '../../runtime/syscalls';
import { loadCertificates } from './certificates';
import { ConfigError, type Directive } from './config';
import { checkLimits, type RequestZone, requestZones } from './limits';
import { DEFAULT_LISTEN, type Listen, parseListen } from './listen';
import { parsePass, resolvePeer } from './pass';
import type { Scope } from './scope';
import { buildStreamServers, type StreamServer } from './stream-site';
import { buildUpstream, Upstream } from './upstream';
import { checkVariables, mapRules } from './variable-rules';
import type { MapRule } from './variables';

export interface Location {
  readonly kind: 'exact' | 'prefix' | 'prefix no regex' | 'regex' | 'named';
  readonly pattern: Bytes;
  readonly regex: RegExp | undefined;
  readonly scope: Scope;
}

export interface VirtualServer {
  readonly listens: readonly Listen[];
  readonly names: readonly Bytes[];
  readonly locations: readonly Location[];
  readonly scope: Scope;
  /** What it shows to TLS clients; none if it does not speak TLS. */
  readonly chain: readonly Certificate[];
}

/** The configuration of the http block, ready to serve. */
export interface Site {
  readonly servers: readonly VirtualServer[];
  readonly types: ReadonlyMap<Bytes, Bytes>;
  readonly formats: ReadonlyMap<Bytes, Bytes>;
  readonly upstreams: ReadonlyMap<Bytes, Upstream>;
  readonly zones: ReadonlyMap<Bytes, RequestZone>;
  readonly maps: ReadonlyMap<string, MapRule>;
  readonly streams: readonly StreamServer[];
  readonly main: readonly Directive[];
}

const COMBINED =
  '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent"';

/** Builds what is served from the parsed directives; looks up names and reads certificates. Throws ConfigError. */
export function* buildSite(sys: Sys, main: readonly Directive[]): Call<Site> {
  const http = main.find((directive) => directive.name === 'http')?.block ?? [];
  const types = new Map<Bytes, Bytes>();
  for (const { block } of http.filter(({ name }) => name === 'types')) {
    for (const entry of block ?? [])
      for (const extension of entry.args) types.set(extension, entry.name);
  }
  const upstreams = new Map<Bytes, Upstream>();
  for (const directive of http.filter(({ name }) => name === 'upstream')) {
    const name = directive.args[0] ?? '';
    if (upstreams.has(name)) {
      throw new ConfigError(`duplicate upstream "${name}" in ${directive.place}`);
    }
    upstreams.set(name, yield* buildUpstream(sys, directive));
  }
  const servers: VirtualServer[] = [];
  for (const server of http.filter(({ name }) => name === 'server')) {
    servers.push(yield* buildServer(sys, server, http));
  }
  yield* resolvePasses(sys, servers, upstreams);
  const zones = requestZones(http);
  checkLimits(http, zones);
  const maps = mapRules(http);
  checkVariables(http, maps);
  if (main.every(({ name }) => name !== 'events')) {
    throw new ConfigError('no "events" section in configuration');
  }
  const streams = yield* buildStreamServers(sys, main);
  const formats = logFormats(http);
  return { servers, types, formats, upstreams, zones, maps, streams, main };
}

function logFormats(http: readonly Directive[]): ReadonlyMap<Bytes, Bytes> {
  const formats = new Map<Bytes, Bytes>([['combined', COMBINED]]);
  for (const { name, args, place } of http) {
    if (name !== 'log_format') continue;
    const format = args[0] ?? '';
    if (formats.has(format)) {
      throw new ConfigError(`duplicate "log_format" name "${format}" in ${place}`);
    }
    formats.set(format, args.slice(1).filter(notEscape).join(''));
  }
  checkFormats(http, formats);
  return formats;
}

function checkFormats(block: readonly Directive[], formats: ReadonlyMap<Bytes, Bytes>): void {
  for (const { name, args, place, block: inner } of block) {
    if (inner) checkFormats(inner, formats);
    const format = args[1];
    const named = name === 'access_log' && format !== undefined && !format.includes('=');
    if (named && !formats.has(format)) {
      throw new ConfigError(`unknown log format "${format}" in ${place}`);
    }
  }
}

/** Servers that a `proxy_pass` names without an `upstream` block become one of their own. */
function* resolvePasses(
  sys: Sys,
  servers: readonly VirtualServer[],
  upstreams: Map<Bytes, Upstream>,
): Call<void> {
  for (const { locations } of servers) {
    for (const { kind, scope } of locations) {
      for (const directive of passesIn(scope[0] ?? [])) {
        yield* resolvePass(sys, directive, kind, upstreams);
      }
    }
  }
}

function passesIn(block: readonly Directive[]): readonly Directive[] {
  return block.flatMap((directive) => {
    if (directive.name === 'proxy_pass') return [directive];
    return directive.name === 'if' ? passesIn(directive.block ?? []) : [];
  });
}

function* resolvePass(
  sys: Sys,
  { args, place }: Directive,
  kind: Location['kind'],
  upstreams: Map<Bytes, Upstream>,
): Call<void> {
  const target = args[0] ?? '';
  if (target.includes('$')) return;
  const url = parsePass(target);
  if (!url) throw new ConfigError(`invalid URL prefix in ${place}`);
  if (url.uri !== undefined && (kind === 'regex' || kind === 'named')) {
    throw new ConfigError(
      `"proxy_pass" cannot have URI part in location given by regular expression, or inside named location, or inside "if" statement, or inside "limit_except" block in ${place}`,
    );
  }
  if (upstreams.has(url.authority)) return;
  const peer = yield* resolvePeer(sys, url, place);
  upstreams.set(url.authority, new Upstream(url.authority, [peer]));
}

function notEscape(arg: Bytes): boolean {
  return !arg.startsWith('escape=');
}

function* buildServer(
  sys: Sys,
  server: Directive,
  http: readonly Directive[],
): Call<VirtualServer> {
  const block = server.block ?? [];
  const scope: Scope = [block, http];
  const listens = block.filter(({ name }) => name === 'listen').map(parseListen);
  const ssl = listens.find((listen) => listen.ssl);
  const chain = ssl ? yield* loadCertificates(sys, scope, ssl.place) : [];
  for (const [i, { host, port, place }] of listens.entries()) {
    if (listens.slice(0, i).some((other) => other.host === host && other.port === port)) {
      throw new ConfigError(`a duplicate listen ${host}:${port} in ${place}`);
    }
  }
  const names = block.filter(({ name }) => name === 'server_name').flatMap(({ args }) => args);
  return {
    listens: listens.length > 0 ? listens : [DEFAULT_LISTEN],
    names,
    locations: buildLocations(block, scope),
    scope,
    chain,
  };
}

function buildLocations(block: readonly Directive[], outer: Scope): Location[] {
  const seen = new Set<Bytes>();
  for (const { name, args, place } of block) {
    if (name !== 'location') continue;
    const key = args.join(' ');
    if (seen.has(key) && !key.startsWith('~')) {
      throw new ConfigError(`duplicate location "${args.at(-1)}" in ${place}`);
    }
    seen.add(key);
  }
  return block
    .filter(({ name }) => name === 'location')
    .flatMap((directive) => {
      const inner = directive.block ?? [];
      const scope: Scope = [inner, ...outer];
      const location = parseLocation(directive, scope);
      return [location, ...buildLocations(inner, scope)];
    });
}

function parseLocation({ args, place }: Directive, scope: Scope): Location {
  const modifier = args.length > 1 ? (args[0] ?? '') : '';
  const pattern = args.at(-1) ?? '';
  const base = { pattern, scope, regex: undefined };
  if (modifier === '=') return { ...base, kind: 'exact' };
  if (modifier === '^~') return { ...base, kind: 'prefix no regex' };
  if (modifier === '~' || modifier === '~*') {
    try {
      return { ...base, kind: 'regex', regex: new RegExp(pattern, modifier === '~*' ? 'i' : '') };
    } catch {
      throw new ConfigError(`pcre2_compile() failed: invalid pattern in "${pattern}" in ${place}`);
    }
  }
  if (modifier !== '') throw new ConfigError(`invalid location modifier "${modifier}" in ${place}`);
  return { ...base, kind: pattern.startsWith('@') ? 'named' : 'prefix' };
}

/** The server that answers for a port and a Host header. */
export function chooseServer(site: Site, port: number, host: Bytes): VirtualServer | undefined {
  const candidates = site.servers.filter(({ listens }) => listens.some((l) => l.port === port));
  const name = host.replace(/:\d+$/, '').toLowerCase();
  return (
    candidates.find(({ names }) => names.some((pattern) => nameMatches(pattern, name))) ??
    candidates.find(({ listens }) => listens.some((l) => l.port === port && l.isDefault)) ??
    candidates[0]
  );
}

function nameMatches(pattern: Bytes, name: Bytes): boolean {
  if (pattern.startsWith('*.')) return name.endsWith(pattern.slice(1));
  if (pattern.endsWith('.*')) return name.startsWith(pattern.slice(0, -1));
  if (pattern.startsWith('~')) return new RegExp(pattern.slice(1)).test(name);
  return pattern.toLowerCase() === name;
}

/** nginx's order: exact, longest prefix (if ^~), first matching regex, longest prefix. */
export function chooseLocation(server: VirtualServer, path: Bytes): Location | undefined {
  let longest: Location | undefined;
  for (const location of server.locations) {
    if (location.kind === 'exact' && location.pattern === path) return location;
    const isPrefix = location.kind === 'prefix' || location.kind === 'prefix no regex';
    if (isPrefix && path.startsWith(location.pattern)) {
      if (!longest || location.pattern.length > longest.pattern.length) longest = location;
    }
  }
  if (longest?.kind === 'prefix no regex') return longest;
  return server.locations.find(({ regex }) => regex?.test(path)) ?? longest;
}
