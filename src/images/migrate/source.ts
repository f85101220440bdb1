import type { Bytes } from '../../runtime/bytes';
import { readIfThere } from '../../runtime/read-file';
import type { Call, Sys } from '../../runtime/syscalls';
import { namesIn, typeOf } from '../files';

/** A step of the schema: `1_create_users.up.sql` and its way back. */
export interface Migration {
  readonly version: number;
  readonly title: Bytes;
  /** Paths; undefined if there is no such file. */
  readonly up: Bytes | undefined;
  readonly down: Bytes | undefined;
}

/** The migrations in a folder, oldest first; or migrate's words for why there are none. */
export function readSource(sys: Sys, url: Bytes): readonly Migration[] | Bytes {
  const path = url.replace(/^file:\/\//, '');
  if (!url.startsWith('file://')) {
    const scheme = /^([^:]*):/.exec(url)?.[1] ?? '';
    return `source driver: unknown driver '${scheme}' (forgotten import?)`;
  }
  const type = typeOf(sys, path);
  if (type !== 'directory') {
    const reason = type === undefined ? 'no such file or directory' : 'not a directory';
    return `failed to open source, "${url}": open ${path === '' ? '.' : path}: ${reason}`;
  }
  const found = new Map<number, Migration>();
  for (const name of namesIn(sys, path)) {
    const match = /^(\d+)_(.*)\.(up|down)\.(.*)$/.exec(name);
    if (!match) continue;
    const version = Number(match[1]);
    const direction = match[3] === 'up' ? 'up' : 'down';
    const before = found.get(version) ?? {
      version,
      title: match[2] ?? '',
      up: undefined,
      down: undefined,
    };
    if (before[direction] !== undefined) {
      return `failed to open source, "${url}": duplicate migration file: ${name}`;
    }
    found.set(version, { ...before, [direction]: `${path}/${name}` });
  }
  return [...found.values()].sort((a, b) => a.version - b.version);
}

export function* readMigration(sys: Sys, path: Bytes): Call<Bytes> {
  return (yield* readIfThere(sys, path)) ?? '';
}
