import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import { readFile } from '../../runtime/read-file';
import type { Call, Sys } from '../../runtime/syscalls';

export const SERVER_ROOT = '/usr/local/apache2';

/** What one `<VirtualHost>`, or the main server, says. */
export interface HttpdHost {
  /** Undefined for the main server and `*`. */
  readonly port: number | undefined;
  names: Bytes[];
  documentRoot: Bytes | undefined;
  directoryIndex: readonly Bytes[];
  readonly aliases: (readonly [path: Bytes, folder: Bytes])[];
  readonly passes: (readonly [path: Bytes, url: Bytes])[];
  readonly redirects: (readonly [path: Bytes, status: number, target: Bytes])[];
}

export interface HttpdConfig {
  readonly ports: number[];
  serverName: Bytes | undefined;
  readonly hosts: HttpdHost[];
  accessFormat: 'common' | 'combined';
}

/** A configuration that httpd refuses, in its words. */
export class HttpdConfigError {
  readonly message: string;

  constructor(message: string) {
    this.message = message;
  }
}

/** Directives that httpd's usual modules know and that have no effect here. */
const READ_OVER = new Set(
  `loadmodule serverroot user group serveradmin allowoverride require options order allow deny
  errorlog loglevel logformat typesconfig addtype addencoding addhandler addoutputfilter
  requestheader header timeout keepalive keepalivetimeout maxkeepaliverequests servertokens serversignature
  hostnamelookups enablemmap enablesendfile accessfilename scriptalias proxypreservehost proxyrequests
  proxypassreverse proxyvia proxytimeout rewriteengine rewritecond rewriterule sslengine sslcertificatefile
  sslcertificatekeyfile sslprotocol sslrandomseed setenv setenvif browsermatch expiresactive errordocument
  traceenable maxrequestworkers startservers minsparethreads maxsparethreads threadsperchild
  maxconnectionsperchild pidfile usecanonicalname adddefaultcharset define authtype authname authuserfile
  sethandler extendedstatus mutex filteretag fileetag limitrequestbody indexoptions proxyhtmlenable
  sethandler addicon defaulticon readmename headername indexignore addoutputfilterbytype`
    .trim()
    .split(/\s+/),
);

/** Sections whose lines count as if they stood outside. */
const OPEN_SECTIONS = /^(ifmodule|ifdefine|ifversion|proxy|requireall|requireany|if|else|elseif)$/;
/** Sections whose lines apply to a part of the site only; what the lab reads of them is nothing. */
const CLOSED_SECTIONS =
  /^(directory|directorymatch|files|filesmatch|location|locationmatch|limit|limitexcept|proxymatch)$/;

function newHost(port: number | undefined, main?: HttpdHost): HttpdHost {
  return {
    port,
    names: [],
    documentRoot: main?.documentRoot,
    directoryIndex: main?.directoryIndex ?? ['index.html'],
    aliases: [],
    passes: [],
    redirects: [],
  };
}

/** Reads httpd.conf with what it includes. Throws HttpdConfigError. */
export function* loadHttpdConfig(sys: Sys, path: Bytes): Call<HttpdConfig> {
  const main = newHost(undefined);
  const config: HttpdConfig = {
    ports: [],
    serverName: undefined,
    hosts: [main],
    accessFormat: 'common',
  };
  yield* readInto(sys, path, config, { host: main, closed: 0 });
  if (config.ports.length === 0) {
    throw new HttpdConfigError('no listening sockets available, shutting down');
  }
  return config;
}

interface Place {
  host: HttpdHost;
  /** Depth of sections that are read over. */
  closed: number;
}

function* readInto(sys: Sys, path: Bytes, config: HttpdConfig, place: Place): Call<void> {
  let text: Bytes;
  try {
    text = yield* readFile(sys, path);
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    throw new HttpdConfigError(
      `httpd: Could not open configuration file ${path}: ${error.message}`,
    );
  }
  for (const [i, raw] of text.replaceAll('\\\n', ' \n').split('\n').entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    const refuse = (message: string): HttpdConfigError =>
      new HttpdConfigError(`AH00526: Syntax error on line ${i + 1} of ${path}:\n${message}`);
    const section = /^<(\/?)(\w+)\s*([^>]*)>$/.exec(line);
    if (section) {
      enterSection(section[1] === '/', section[2] ?? '', section[3] ?? '', config, place, refuse);
      continue;
    }
    const [name = '', ...args] = wordsOf(line);
    if (place.closed > 0 && READ_OVER.has(name.toLowerCase())) continue;
    if (/^include(optional)?$/i.test(name)) {
      yield* include(sys, args[0] ?? '', /optional/i.test(name), config, place);
      continue;
    }
    if (!apply(name.toLowerCase(), args, config, place.host)) {
      throw refuse(
        `Invalid command '${name}', perhaps misspelled or defined by a module not included in the server configuration`,
      );
    }
  }
}

function enterSection(
  closes: boolean,
  name: Bytes,
  argument: Bytes,
  config: HttpdConfig,
  place: Place,
  refuse: (message: string) => HttpdConfigError,
): void {
  const kind = name.toLowerCase();
  if (kind === 'virtualhost') {
    const [main] = config.hosts;
    const port = /:(\d+)$/.exec(argument)?.[1];
    const host = newHost(port === undefined ? undefined : Number(port), main);
    if (!closes) config.hosts.push(host);
    place.host = closes && main ? main : host;
  } else if (CLOSED_SECTIONS.test(kind)) {
    place.closed += closes ? -1 : 1;
  } else if (!OPEN_SECTIONS.test(kind)) {
    throw refuse(
      `Invalid command '<${closes ? '/' : ''}${name}', perhaps misspelled or defined by a module not included in the server configuration`,
    );
  }
}

function* include(
  sys: Sys,
  pattern: Bytes,
  optional: boolean,
  config: HttpdConfig,
  place: Place,
): Call<void> {
  const full = absolute(pattern);
  if (!/[*?]/.test(full)) {
    if (optional && typeof sys.tryStat(full) === 'string') return;
    yield* readInto(sys, full, config, place);
    return;
  }
  const slash = full.lastIndexOf('/');
  const matcher = new RegExp(
    `^${full
      .slice(slash + 1)
      .replace(/[.+^$]/g, '\\$&')
      .replace(/\*/g, '.*')
      .replace(/\?/g, '.')}$`,
  );
  let names: readonly Bytes[] = [];
  try {
    names = [...sys.readdir(full.slice(0, slash))].sort();
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
  }
  for (const name of names) {
    if (matcher.test(name)) yield* readInto(sys, `${full.slice(0, slash)}/${name}`, config, place);
  }
}

export function absolute(path: Bytes): Bytes {
  return path.startsWith('/') ? path : `${SERVER_ROOT}/${path}`;
}

function wordsOf(line: Bytes): Bytes[] {
  return [...line.matchAll(/"((?:[^"\\]|\\.)*)"|(\S+)/g)].map(
    ([, quoted, bare]) => quoted ?? bare ?? '',
  );
}

const REDIRECT_STATUS: Readonly<Record<string, number>> = {
  permanent: 301,
  temp: 302,
  seeother: 303,
};

/** False for a directive that nobody knows. */
function apply(
  name: string,
  args: readonly Bytes[],
  config: HttpdConfig,
  host: HttpdHost,
): boolean {
  const [first = '', second = ''] = args;
  switch (name) {
    case 'listen':
      config.ports.push(Number(/(\d+)$/.exec(first)?.[1] ?? 80));
      return true;
    case 'servername':
      if (host === config.hosts[0]) config.serverName = first;
      host.names.push(first.replace(/:\d+$/, ''));
      return true;
    case 'serveralias':
      host.names.push(...args);
      return true;
    case 'documentroot':
      host.documentRoot = absolute(first);
      return true;
    case 'directoryindex':
      host.directoryIndex = args;
      return true;
    case 'alias':
      host.aliases.push([first, absolute(second)]);
      return true;
    case 'proxypass':
      host.passes.push([first, second]);
      return true;
    case 'redirect': {
      const status = REDIRECT_STATUS[first] ?? (/^\d{3}$/.test(first) ? Number(first) : undefined);
      const [path = '', target = ''] = status === undefined ? args : args.slice(1);
      host.redirects.push([path, status ?? 302, target]);
      return true;
    }
    case 'customlog':
    case 'transferlog':
      if (second === 'combined') config.accessFormat = 'combined';
      return true;
    default:
      return READ_OVER.has(name);
  }
}
