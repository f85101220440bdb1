import type { Bytes } from '../../runtime/bytes';
import { GLOBAL_KEYWORDS, OPTIONS, PROXY_KEYWORDS, SERVER_KEYWORDS } from './keywords';
import { type Condition, parseAcl, parseCondition } from './rules';
import { type Complaint, type ConfigLine, parseTime, readSections, type Section } from './sections';

export interface Bind {
  readonly host: string;
  readonly port: number;
  readonly place: string;
}

export interface ServerConfig {
  readonly name: Bytes;
  /** Name or address. */
  readonly host: Bytes;
  /** Undefined: the port that the client came to. */
  readonly port: number | undefined;
  readonly weight: number;
  readonly backup: boolean;
  readonly check: boolean;
  readonly interMs: number;
  readonly rise: number;
  readonly fall: number;
  readonly disabled: boolean;
  /** An unknown name does not stop the start (`init-addr none`). */
  readonly mayBeUnknown: boolean;
  readonly place: string;
}

export interface HttpRule {
  readonly action: Bytes;
  readonly args: readonly Bytes[];
  readonly condition: Condition;
}

/** A frontend, a backend, or both at once (`listen`). */
export interface ProxyConfig {
  readonly kind: 'frontend' | 'backend' | 'listen';
  readonly name: Bytes;
  readonly place: string;
  mode: 'tcp' | 'http';
  balance: Bytes;
  logs: boolean;
  logFormat: 'tcp' | 'http' | 'default';
  timeouts: { connect?: number; client?: number; server?: number; check?: number };
  httpCheck: { readonly method: Bytes; readonly path: Bytes } | undefined;
  forwardFor: boolean;
  redispatch: boolean;
  retries: number;
  statsUri: Bytes | undefined;
  defaultBackend: Bytes | undefined;
  readonly binds: Bind[];
  readonly servers: ServerConfig[];
  readonly uses: {
    readonly backend: Bytes;
    readonly condition: Condition;
    readonly place: string;
  }[];
  readonly rules: HttpRule[];
  readonly acls: Map<Bytes, Exclude<ReturnType<typeof parseAcl>, string>[]>;
}

/** Where `log` lines go: a standard stream in a format. */
export interface LogTarget {
  readonly fd: 1 | 2;
  readonly format: 'raw' | 'short' | 'syslog';
}

export interface HaproxyConfig {
  readonly proxies: readonly ProxyConfig[];
  readonly targets: readonly LogTarget[];
  readonly complaints: readonly Complaint[];
}

/** Reads a configuration; what is wrong with it is among its complaints. Models cfgparse-listen.c. */
export function parseConfig(
  text: Bytes,
  path: Bytes,
  environment: ReadonlyMap<Bytes, Bytes>,
): HaproxyConfig {
  const { sections, complaints: first } = readSections(text, path, environment);
  const parser = new Parser([...first]);
  for (const section of sections) parser.section(section);
  return parser.finish();
}

class Parser {
  readonly #complaints: Complaint[];
  readonly #proxies: ProxyConfig[] = [];
  readonly #targets: LogTarget[] = [];
  #defaults: readonly ConfigLine[] = [];

  constructor(complaints: Complaint[]) {
    this.#complaints = complaints;
  }

  section(section: Section): void {
    const { kind } = section;
    if (kind === 'global') for (const line of section.lines) this.#global(line);
    else if (kind === 'defaults') {
      this.#defaults = section.lines;
      const scratch = newProxy({ ...section, kind: 'frontend' });
      for (const line of section.lines) this.#line(scratch, 'defaults', line);
    } else if (kind === 'frontend' || kind === 'backend' || kind === 'listen') {
      const proxy = newProxy({ ...section, kind });
      // What is wrong with the defaults has been said already.
      const silent = new Parser([]);
      for (const line of this.#defaults) silent.#line(proxy, 'defaults', line);
      for (const line of section.lines) this.#line(proxy, kind, line);
      this.#proxies.push(proxy);
    }
  }

  finish(): HaproxyConfig {
    const fatal = this.#complaints.some(({ severity }) => severity === 'ALERT');
    if (!fatal) this.#checkReferences();
    return { proxies: this.#proxies, targets: this.#targets, complaints: this.#complaints };
  }

  #alert(text: string): void {
    this.#complaints.push({ severity: 'ALERT', text });
  }

  #warn(text: string): void {
    this.#complaints.push({ severity: 'WARNING', text });
  }

  #global({ words, place }: ConfigLine): void {
    const [keyword = '', ...args] = words;
    if (keyword === 'log') this.#target(args);
    else if (
      !GLOBAL_KEYWORDS.has(keyword) &&
      !/^(tune|ssl|lua|deviceatlas|wurfl|51degrees)[.-]/.test(keyword)
    ) {
      this.#alert(`parsing [${place}] : unknown keyword '${keyword}' in 'global' section`);
    }
  }

  #target([target = '', ...args]: readonly Bytes[]): void {
    if (target !== 'stdout' && target !== 'stderr') return;
    const named = args[args.indexOf('format') + 1];
    const format =
      args.includes('format') && (named === 'raw' || named === 'short') ? named : 'syslog';
    this.#targets.push({ fd: target === 'stdout' ? 1 : 2, format });
  }

  #line(proxy: ProxyConfig, section: string, line: ConfigLine): void {
    const { words, place } = line;
    const [keyword = '', ...args] = words;
    switch (keyword) {
      case 'bind':
        this.#bind(proxy, args, place);
        break;
      case 'server':
        this.#server(proxy, args, place);
        break;
      case 'mode':
        if (args[0] === 'tcp' || args[0] === 'http') proxy.mode = args[0];
        else this.#alert(`parsing [${place}] : unknown proxy mode '${args[0] ?? ''}'.`);
        break;
      case 'timeout':
        this.#timeout(proxy, args, place);
        break;
      case 'option':
        this.#option(proxy, args, place);
        break;
      case 'balance':
        this.#balance(proxy, args, place);
        break;
      case 'log':
        proxy.logs = true;
        if (args[0] !== 'global') this.#target(args);
        break;
      case 'retries':
        proxy.retries = Number(args[0] ?? 3);
        break;
      case 'default_backend':
        if (args[0] === undefined) {
          this.#alert(`parsing [${place}] : 'default_backend' expects a backend name.`);
        } else proxy.defaultBackend = args[0];
        break;
      case 'stats':
        if (args[0] === 'enable') proxy.statsUri ??= '/haproxy?stats';
        if (args[0] === 'uri') proxy.statsUri = args[1];
        break;
      case 'acl':
      case 'use_backend':
      case 'http-request':
        this.#rule(proxy, keyword, args, place);
        break;
      default:
        if (!PROXY_KEYWORDS.has(keyword)) {
          this.#alert(`parsing [${place}] : unknown keyword '${keyword}' in '${section}' section`);
        }
    }
  }

  #bind(proxy: ProxyConfig, [address]: readonly Bytes[], place: string): void {
    if (address === undefined) {
      this.#alert(
        `parsing [${place}] : 'bind' expects {<path>|[addr1]:port1[-end1]}{,[addr]:port[-end]}... as arguments.`,
      );
      return;
    }
    for (const part of address.split(',')) {
      const match = /^(?:ipv4@|ipv6@)?(.*):(\d+)$/.exec(part);
      if (!match) {
        this.#alert(`parsing [${place}] : 'bind' : missing port specification in '${part}'`);
        return;
      }
      const host = match[1] === '' || match[1] === '*' ? '0.0.0.0' : (match[1] ?? '');
      proxy.binds.push({
        host: host === 'localhost' ? '127.0.0.1' : host,
        port: Number(match[2]),
        place,
      });
    }
  }

  #server(proxy: ProxyConfig, args: readonly Bytes[], place: string): void {
    const [name, address, ...parameters] = args;
    if (name === undefined || address === undefined) {
      this.#alert(`[${place}] : 'server' expects <name> and <addr>[:<port>] as arguments.`);
      return;
    }
    const match = /^(?:ipv4@|ipv6@)?(.*?)(?::(\d+))?$/.exec(address);
    const values = new Map<Bytes, Bytes>();
    for (let i = 0; i < parameters.length; i++) {
      const parameter = parameters[i] ?? '';
      const takes = SERVER_KEYWORDS.get(parameter);
      if (takes === undefined) {
        this.#alert(
          `[${place}] : 'server ${proxy.name}/${name}' : unknown keyword '${parameter}'.`,
        );
        return;
      }
      values.set(parameter, takes === 1 ? (parameters[++i] ?? '') : '');
    }
    const weight = Number(values.get('weight') ?? 1);
    if (!(weight >= 0 && weight <= 256)) {
      this.#alert(
        `[${place}] : 'server ${proxy.name}/${name}' : weight of server ${name} is not within 0 and 256 (${weight})..`,
      );
      return;
    }
    proxy.servers.push({
      name,
      host: match?.[1] ?? '',
      port: match?.[2] === undefined ? undefined : Number(match[2]),
      weight,
      backup: values.has('backup'),
      check: values.has('check'),
      interMs: parseTime(values.get('inter')) ?? 2000,
      rise: Number(values.get('rise') ?? 2),
      fall: Number(values.get('fall') ?? 3),
      disabled: values.has('disabled'),
      mayBeUnknown: /\bnone\b/.test(values.get('init-addr') ?? ''),
      place,
    });
  }

  #timeout(proxy: ProxyConfig, [name = '', value]: readonly Bytes[], place: string): void {
    const known =
      /^(client|server|connect|check|queue|http-keep-alive|http-request|tunnel|tarpit|client-fin|server-fin)$/;
    if (!known.test(name)) {
      this.#alert(
        `parsing [${place}] : 'timeout' supports 'client', 'server', 'connect', 'check', 'queue', 'http-keep-alive', 'http-request', 'tunnel', 'tarpit', 'client-fin' and 'server-fin' (got '${name}')`,
      );
      return;
    }
    const ms = parseTime(value);
    if (name === 'client' || name === 'server' || name === 'connect' || name === 'check') {
      if (ms !== undefined) proxy.timeouts[name] = ms;
    }
  }

  #option(proxy: ProxyConfig, [name = '', ...args]: readonly Bytes[], place: string): void {
    if (!OPTIONS.has(name)) {
      this.#alert(`parsing [${place}] : unknown option '${name}'.`);
      return;
    }
    if (name === 'tcplog') proxy.logFormat = 'tcp';
    if (name === 'httplog') proxy.logFormat = 'http';
    if (name === 'forwardfor') proxy.forwardFor = true;
    if (name === 'redispatch') proxy.redispatch = true;
    if (name === 'httpchk') {
      const [first, second] = args;
      proxy.httpCheck =
        second === undefined
          ? { method: 'OPTIONS', path: first ?? '/' }
          : { method: first ?? 'GET', path: second };
    }
  }

  #balance(proxy: ProxyConfig, [algorithm = '']: readonly Bytes[], place: string): void {
    if (proxy.kind === 'frontend' && proxy.name !== '') {
      this.#warn(
        `parsing [${place}] : 'balance' ignored because frontend '${proxy.name}' has no backend capability.`,
      );
      return;
    }
    if (
      !/^(roundrobin|static-rr|leastconn|first|source|uri|url_param|random|hdr\(.*\)|hash|rdp-cookie.*)$/.test(
        algorithm,
      )
    ) {
      this.#alert(
        `parsing [${place}] : balance only supports 'roundrobin', 'static-rr', 'leastconn', 'source', 'uri', 'url_param', 'hdr(name)' and 'rdp-cookie(name)' options.`,
      );
      return;
    }
    proxy.balance = algorithm;
  }

  #rule(proxy: ProxyConfig, keyword: string, args: readonly Bytes[], place: string): void {
    if (keyword === 'acl') {
      const [name = '', ...words] = args;
      const test = parseAcl(words);
      if (typeof test === 'string') {
        this.#alert(`parsing [${place}] : error detected while parsing ACL '${name}' : ${test}`);
      } else proxy.acls.set(name, [...(proxy.acls.get(name) ?? []), test]);
      return;
    }
    const at = args.findIndex((word) => word === 'if' || word === 'unless');
    const own = at < 0 ? args : args.slice(0, at);
    const condition = parseCondition(at < 0 ? [] : args.slice(at), proxy.acls);
    if (typeof condition === 'string') {
      this.#alert(
        `parsing [${place}] : error detected while parsing switching rule : ${condition}`,
      );
      return;
    }
    if (keyword === 'use_backend') {
      proxy.uses.push({ backend: own[0] ?? '', condition, place });
      return;
    }
    if (proxy.uses.length > 0) {
      this.#warn(
        `parsing [${place}] : a 'http-request' rule placed after a 'use_backend' rule will still be processed before.`,
      );
    }
    proxy.rules.push({ action: own[0] ?? '', args: own.slice(1), condition });
  }

  #checkReferences(): void {
    const backends = new Set(
      this.#proxies.filter(({ kind }) => kind !== 'frontend').map(({ name }) => name),
    );
    for (const proxy of this.#proxies) {
      const { defaultBackend, kind, name, timeouts } = proxy;
      if (defaultBackend !== undefined && kind !== 'backend' && !backends.has(defaultBackend)) {
        this.#alert(
          `Proxy '${name}': unable to find required default_backend: '${defaultBackend}'.`,
        );
      }
      for (const { backend, place } of proxy.uses) {
        if (backends.has(backend) || backend.includes('%[')) continue;
        this.#alert(
          `Proxy '${name}': unable to find required use_backend: '${backend}' (in ${place}).`,
        );
      }
      const missing =
        (kind !== 'backend' && !timeouts.client) ||
        (kind !== 'frontend' &&
          proxy.servers.length > 0 &&
          (!timeouts.connect || !timeouts.server));
      if (missing) {
        const what = kind === 'listen' ? 'proxy' : kind;
        this.#warn(`missing timeouts for ${what} '${name}'.${MISSING_TIMEOUTS}`);
      }
    }
  }
}

const MISSING_TIMEOUTS = `
   | While not properly invalid, you will certainly encounter various problems
   | with such a configuration. To fix this, please ensure that all following
   | timeouts are set to a non-zero value: 'client', 'connect', 'server'.`;

function newProxy(section: {
  kind: 'frontend' | 'backend' | 'listen';
  name: Bytes;
  place: string;
}): ProxyConfig {
  return {
    kind: section.kind,
    name: section.name,
    place: section.place,
    mode: 'tcp',
    balance: 'roundrobin',
    logs: false,
    logFormat: 'default',
    timeouts: {},
    httpCheck: undefined,
    forwardFor: false,
    redispatch: false,
    retries: 3,
    statsUri: undefined,
    defaultBackend: undefined,
    binds: [],
    servers: [],
    uses: [],
    rules: [],
    acls: new Map(),
  };
}
