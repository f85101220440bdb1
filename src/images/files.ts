import type { Bytes } from '../runtime/bytes';
import { SysError } from '../runtime/errno';
import type { Call, FileType, Sys } from '../runtime/syscalls';

export function* writeFile(sys: Sys, path: Bytes, content: Bytes, mode = 0o644): Call<void> {
  const fd = yield* sys.open(path, { write: true, create: true, truncate: true }, mode);
  try {
    yield* sys.write(fd, content);
  } finally {
    sys.close(fd);
  }
}

/** mkdir -p. */
export function makeDirectories(sys: Sys, path: Bytes): void {
  if (typeOf(sys, path) === 'directory') return;
  const slash = path.lastIndexOf('/');
  if (slash > 0) makeDirectories(sys, path.slice(0, slash));
  sys.mkdir(path, 0o777);
}

/** What lies at a path, links followed; undefined if nothing does. */
export function typeOf(sys: Sys, path: Bytes): FileType | undefined {
  const stat = sys.tryStat(path);
  return typeof stat === 'string' ? undefined : stat.type;
}

/** The names in a folder; none if there is no such folder. */
export function namesIn(sys: Sys, path: Bytes): readonly Bytes[] {
  return typeOf(sys, path) === 'directory' ? [...sys.readdir(path)].sort() : [];
}

/** Removes a file or a folder with all that is in it. */
export function removeAll(sys: Sys, path: Bytes): void {
  let isDirectory: boolean;
  try {
    isDirectory = sys.lstat(path).type === 'directory';
  } catch (error) {
    if (error instanceof SysError) return;
    throw error;
  }
  if (!isDirectory) {
    sys.unlink(path);
    return;
  }
  for (const name of sys.readdir(path)) removeAll(sys, `${path}/${name}`);
  sys.rmdir(path);
}

/** A path as seen from the root. */
export function absolute(sys: Sys, path: Bytes): Bytes {
  const whole = path.startsWith('/') ? path : `${sys.cwd === '/' ? '' : sys.cwd}/${path}`;
  const parts: Bytes[] = [];
  for (const part of whole.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}
