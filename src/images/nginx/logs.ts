import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import type { Call, Sys } from '../../runtime/syscalls';
import { clockTime } from '../http/message';
import type { Directive } from './config';
import { errorNumber } from './errors';
import { allOf, type Scope } from './scope';
import type { Site } from './site';
import { expandForLog, expandVariables, type RequestVariables } from './variables';

export type Severity = 'debug' | 'info' | 'notice' | 'warn' | 'error' | 'crit' | 'alert' | 'emerg';

const SEVERITIES: readonly Severity[] = [
  'debug',
  'info',
  'notice',
  'warn',
  'error',
  'crit',
  'alert',
  'emerg',
];

/** The files that nginx logs to, opened once and kept open. */
export class NginxLogs {
  readonly #formats: ReadonlyMap<Bytes, Bytes>;
  readonly #main: readonly Directive[];
  readonly #open = new Map<Bytes, number>();

  constructor(site: Pick<Site, 'formats' | 'main'>) {
    this.#formats = site.formats;
    this.#main = site.main;
  }

  /** Opens all log files of the configuration, as nginx does before it serves. Returns what failed. */
  *openAll(sys: Sys, scopes: readonly Scope[]): Call<string | undefined> {
    const paths = new Set<Bytes>([this.#errorTarget(scopes[0] ?? []).path]);
    for (const scope of [[this.#main], ...scopes]) {
      for (const { args } of allOf(scope, 'error_log')) paths.add(args[0] ?? '');
      for (const { args } of accessLogs(scope)) paths.add(args[0] ?? '');
    }
    paths.delete('off');
    paths.delete('stderr');
    for (const path of paths) {
      try {
        this.#open.set(
          path,
          yield* sys.open(path, { write: true, append: true, create: true }, 0o644),
        );
      } catch (error) {
        if (!(error instanceof SysError)) throw error;
        return `open() "${path}" failed (${errorNumber(error)}: ${error.message})`;
      }
    }
    return undefined;
  }

  *access(sys: Sys, scope: Scope, variables: RequestVariables): Call<void> {
    for (const { args } of accessLogs(scope)) {
      const condition = args.find((arg) => arg.startsWith('if='))?.slice('if='.length);
      const wanted = condition === undefined ? '1' : expandVariables(condition, variables);
      if (wanted === '' || wanted === '0') continue;
      const fd = this.#open.get(args[0] ?? '');
      if (fd === undefined) continue;
      const named = args[1]?.includes('=') ? undefined : args[1];
      const format = this.#formats.get(named ?? 'combined') ?? '';
      yield* write(sys, fd, `${expandForLog(format, variables)}\n`);
    }
  }

  /** `2026/01/01 00:00:04 [error] 31#31: *1 …, client: …` */
  *error(
    sys: Sys,
    scope: Scope,
    severity: Severity,
    message: string,
    variables?: RequestVariables,
    upstream?: Bytes,
  ): Call<void> {
    const { path, level } = this.#errorTarget(scope);
    if (SEVERITIES.indexOf(severity) < SEVERITIES.indexOf(level)) return;
    const fd = path === 'stderr' ? 2 : (this.#open.get(path) ?? 2);
    const connection = variables ? `*${variables.request.connection ?? 1} ` : '';
    const context = variables ? contextOf(variables, upstream) : '';
    yield* write(sys, fd, `${errorPrefix(sys, severity)}${connection}${message}${context}\n`);
  }

  #errorTarget(scope: Scope): { path: Bytes; level: Severity } {
    const args = allOf([...scope, this.#main], 'error_log')[0]?.args ?? [
      '/var/log/nginx/error.log',
    ];
    const level = SEVERITIES.find((severity) => severity === args[1]) ?? 'error';
    return { path: args[0] ?? 'stderr', level };
  }
}

/** What an error's line says of the request at hand. */
function contextOf({ request, server }: RequestVariables, upstream: Bytes | undefined): string {
  const host = request.headers.get('host');
  const parts = [
    `, client: ${request.peer.host}, server: ${server?.names[0] ?? ''}, request: "${request.line}"`,
    upstream === undefined ? '' : `, upstream: "${upstream}"`,
    host === undefined ? '' : `, host: "${host}"`,
  ];
  return parts.join('');
}

/** Start of a line of the error log. */
export function errorPrefix(sys: Sys, severity: Severity): string {
  const date = new Date(sys.nowMs).toISOString().slice(0, 10).replaceAll('-', '/');
  return `${date} ${clockTime(sys.nowMs)} [${severity}] ${sys.pid}#${sys.pid}: `;
}

function accessLogs(scope: Scope): readonly Directive[] {
  const found = allOf(scope, 'access_log');
  return found.some(({ args }) => args[0] === 'off') ? [] : found;
}

/** A full volume or a closed log must not stop the server. */
function* write(sys: Sys, fd: number, text: Bytes): Call<void> {
  try {
    yield* sys.write(fd, text);
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
  }
}
