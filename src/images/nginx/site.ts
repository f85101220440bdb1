import type { Bytes } from '../../runtime/bytes';
import { ConfigError, type Directive } from './config';

/** Directives that apply at a place, from the innermost block outwards. */
export type Scope = readonly (readonly Directive[])[];

export interface Listen {
  readonly host: string;
  readonly port: number;
  readonly isDefault: boolean;
}

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
}

/** The configuration of the http block, ready to serve. */
export interface Site {
  readonly servers: readonly VirtualServer[];
  readonly types: ReadonlyMap<Bytes, Bytes>;
  readonly formats: ReadonlyMap<Bytes, Bytes>;
  readonly upstreams: ReadonlyMap<Bytes, readonly Directive[]>;
  readonly main: readonly Directive[];
}

/** The values of a directive at its innermost occurrence; undefined when it is nowhere. */
export function argsOf(scope: Scope, name: string): readonly Bytes[] | undefined {
  return allOf(scope, name)[0]?.args;
}

/** All occurrences at the innermost level that has any (nginx inherits arrays whole or not at all). */
export function allOf(scope: Scope, name: string): readonly Directive[] {
  for (const level of scope) {
    const found = level.filter((directive) => directive.name === name);
    if (found.length > 0) return found;
  }
  return [];
}

const COMBINED =
  '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent"';

/** Builds what is served from the parsed directives. Throws ConfigError. */
export function buildSite(main: readonly Directive[]): Site {
  const http = main.find((directive) => directive.name === 'http')?.block ?? [];
  const formats = new Map<Bytes, Bytes>([['combined', COMBINED]]);
  for (const { name, args } of http) {
    if (name === 'log_format') formats.set(args[0] ?? '', args.slice(1).filter(notEscape).join(''));
  }
  const types = new Map<Bytes, Bytes>();
  for (const { block } of http.filter(({ name }) => name === 'types')) {
    for (const entry of block ?? [])
      for (const extension of entry.args) types.set(extension, entry.name);
  }
  const upstreams = new Map<Bytes, readonly Directive[]>();
  for (const { name, args, block } of http) {
    if (name === 'upstream') upstreams.set(args[0] ?? '', block ?? []);
  }
  const servers = http
    .filter(({ name }) => name === 'server')
    .map((server) => buildServer(server, http));
  if (main.every(({ name }) => name !== 'events')) {
    throw new ConfigError('no "events" section in configuration');
  }
  return { servers, types, formats, upstreams, main };
}

function notEscape(arg: Bytes): boolean {
  return !arg.startsWith('escape=');
}

function buildServer(server: Directive, http: readonly Directive[]): VirtualServer {
  const block = server.block ?? [];
  const scope: Scope = [block, http];
  const listens = block.filter(({ name }) => name === 'listen').map(parseListen);
  const names = block.filter(({ name }) => name === 'server_name').flatMap(({ args }) => args);
  return {
    listens: listens.length > 0 ? listens : [{ host: '0.0.0.0', port: 80, isDefault: false }],
    names,
    locations: buildLocations(block, scope),
    scope,
  };
}

function parseListen({ args, place }: Directive): Listen {
  const address = args[0] ?? '';
  const isDefault = args.includes('default_server') || args.includes('default');
  const port = /^(?:(.*):)?(\d+)$/.exec(address);
  if (address.startsWith('unix:')) return { host: address, port: 0, isDefault };
  if (port) {
    const host =
      port[1] === undefined || port[1] === '*' ? '0.0.0.0' : port[1].replace(/^\[|\]$/g, '');
    const number = Number(port[2]);
    if (number < 1 || number > 65_535) {
      throw new ConfigError(`invalid port in "${address}" of the "listen" directive in ${place}`);
    }
    return { host: host === 'localhost' ? '127.0.0.1' : host, port: number, isDefault };
  }
  return { host: address.replace(/^\[|\]$/g, ''), port: 80, isDefault };
}

function buildLocations(block: readonly Directive[], outer: Scope): Location[] {
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
