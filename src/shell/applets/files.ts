import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import type { Call, Stat } from '../../runtime/syscalls';
import { Failure, type Invocation, strerror } from './applet';

/** How an applet words that a file does not open. */
export type OpenWording = 'cannot open' | 'name only';

function wording(style: OpenWording, path: Bytes, error: unknown): Bytes {
  const reason = strerror(error);
  return style === 'cannot open' ? `can't open '${path}': ${reason}` : `${path}: ${reason}`;
}

/** Opens for reading; `-` is standard input. Undefined after a complaint. */
export function* openOrComplain(
  run: Invocation,
  path: Bytes,
  style: OpenWording = 'cannot open',
): Call<number | undefined> {
  if (path === '-') return 0;
  try {
    return yield* run.sys.open(path, { read: true });
  } catch (error) {
    yield* run.complain(wording(style, path, error));
    return undefined;
  }
}

/** Opens for reading; `-` is standard input. Ends the applet if it cannot. */
export function* openOrFail(
  run: Invocation,
  path: Bytes,
  style: OpenWording = 'cannot open',
  code?: number,
): Call<number> {
  if (path === '-') return 0;
  try {
    return yield* run.sys.open(path, { read: true });
  } catch (error) {
    throw new Failure(wording(style, path, error), code);
  }
}

/** Opens for writing from empty, or ends the applet. */
export function* createOrFail(run: Invocation, path: Bytes, mode = 0o666): Call<number> {
  try {
    return yield* run.sys.open(path, { write: true, create: true, truncate: true }, mode);
  } catch (error) {
    throw new Failure(`can't open '${path}': ${strerror(error)}`);
  }
}

/** Closes what `openOrComplain` opened; standard input stays. */
export function closeInput(run: Invocation, fd: number): void {
  if (fd !== 0) run.sys.close(fd);
}

/** lstat(2), or undefined if that fails. */
export function lstatOf(run: Invocation, path: Bytes): Stat | undefined {
  return attempt(() => run.sys.lstat(path));
}

/** stat(2), or undefined if that fails. */
export function statOf(run: Invocation, path: Bytes): Stat | undefined {
  return attempt(() => run.sys.stat(path));
}

/** The result of a system call, or undefined if it fails. */
export function attempt<T>(call: () => T): T | undefined {
  try {
    return call();
  } catch (error) {
    if (error instanceof SysError) return undefined;
    throw error;
  }
}

/** The part of a path behind its last slash; trailing slashes do not count. */
export function baseName(path: Bytes): Bytes {
  const trimmed = path.replace(/\/+$/, '');
  if (trimmed === '') return path === '' ? '' : '/';
  return trimmed.slice(trimmed.lastIndexOf('/') + 1);
}

/** A path without its trailing slashes, `/` excepted. */
export function stripSlashes(path: Bytes): Bytes {
  return path.replace(/(.)\/+$/s, '$1');
}

/** The part of a path before its last component. */
export function directoryName(path: Bytes): Bytes {
  const trimmed = path.replace(/\/+$/, '');
  if (trimmed === '') return path === '' ? '.' : '/';
  const slash = trimmed.lastIndexOf('/');
  if (slash < 0) return '.';
  return trimmed.slice(0, slash).replace(/\/+$/, '') || '/';
}

/** `directory/name` with one slash between. */
export function joinPath(directory: Bytes, name: Bytes): Bytes {
  const front = directory.replace(/\/+$/, '');
  if (directory !== '' && front === '') return `/${name.replace(/^\/+/, '')}`;
  return `${directory.endsWith('/') ? front : directory}/${name.replace(/^\/+/, '')}`;
}

/** Names in a directory in byte order. */
export function sortedNames(run: Invocation, path: Bytes): Bytes[] {
  return [...run.sys.readdir(path)].sort(byteOrder);
}

/** strcmp(3) as an ordering. */
export function byteOrder(a: Bytes, b: Bytes): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
