import type { Bytes } from '../../runtime/bytes';
import type { Sys } from '../../runtime/syscalls';

/** What git-sync is told by flags and variables; version 3 has other names for some of it. */
export interface SyncSettings {
  readonly repo: Bytes;
  readonly root: Bytes;
  /** Name of the link to the current work tree. */
  readonly link: Bytes;
  readonly ref: Bytes;
  readonly periodMs: number;
  readonly oneTime: boolean;
  readonly maxFailures: number;
}

const DEFAULT_PERIOD_MS = 10_000;

/** Values by flag name, from flags first, then from GITSYNC_* (4) and GIT_SYNC_* (3) variables. */
export function readSettings(sys: Sys): SyncSettings | Bytes {
  const flags = new Map<string, Bytes>();
  const args = sys.argv.slice(1);
  for (let i = 0; i < args.length; i++) {
    const [, name, value] = /^--?([\w-]+)(?:=(.*))?$/s.exec(args[i] ?? '') ?? [];
    if (name === undefined) return `unexpected argument: ${args[i]}`;
    const isBoolean = /^(one-time|v|verbose|ssh|http-metrics|submodules)$/.test(name);
    flags.set(name, value ?? (isBoolean ? 'true' : (args[++i] ?? '')));
  }
  const get = (...names: readonly string[]): Bytes | undefined => {
    for (const name of names) {
      const variable = name.toUpperCase().replaceAll('-', '_');
      const value =
        flags.get(name) ??
        sys.env.get(`GITSYNC_${variable}`) ??
        sys.env.get(`GIT_SYNC_${variable}`);
      if (value !== undefined) return value;
    }
    return undefined;
  };
  const repo = get('repo') ?? '';
  if (repo === '') return 'required flag: --repo must be specified';
  const home = sys.env.get('HOME') ?? '/tmp';
  const root =
    get('root') ?? (sys.env.has('GIT_SYNC_REPO') || flags.has('dest') ? `${home}/git` : '');
  if (root === '') return 'required flag: --root must be specified';
  const wait = get('wait');
  return {
    repo,
    root: root.replace(/\/+$/, '') || '/',
    link: get('link', 'dest') ?? repo.replace(/\/+$/, '').replace(/^.*\//, ''),
    ref: get('ref', 'branch', 'rev') ?? 'HEAD',
    periodMs: wait === undefined ? duration(get('period')) : Number(wait) * 1000,
    oneTime: get('one-time') === 'true',
    maxFailures: Number(get('max-failures', 'max-sync-failures') ?? 0),
  };
}

/** A Go duration in ms. */
function duration(text: Bytes | undefined): number {
  if (text === undefined) return DEFAULT_PERIOD_MS;
  const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
  let total = 0;
  for (const [, amount, unit] of text.matchAll(/([\d.]+)(ms|s|m|h)/g)) {
    total += Number(amount) * (units[unit ?? ''] ?? 0);
  }
  return total > 0 ? total : DEFAULT_PERIOD_MS;
}
