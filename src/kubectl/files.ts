import { fromBytes, toBytes } from '../runtime/bytes';
import { SysError } from '../runtime/errno';
import { readFile, readIfThere } from '../runtime/read-file';
import type { Call, Sys } from '../runtime/syscalls';
import { plain } from './errors';

/** A file's text, `undefined` when there is no such file. */
export function* readTextIfAny(sys: Sys, path: string): Call<string | undefined> {
  const bytes = yield* readIfThere(sys, toBytes(path));
  return bytes === undefined ? undefined : fromBytes(bytes);
}

/** `open missing.txt: no such file or directory`, as Go words it. */
export function pathError(verb: string, path: string, error: SysError): string {
  return `${verb} ${path}: ${goErrno(error)}`;
}

/** Go's text of an error number: strerror's, in lower case. */
export function goErrno(error: SysError): string {
  return error.message.charAt(0).toLowerCase() + error.message.slice(1);
}

export function* writeText(sys: Sys, path: string, text: string, mode = 0o600): Call<void> {
  const flags = { write: true, create: true, truncate: true };
  const fd = yield* sys.open(toBytes(path), flags, mode);
  try {
    yield* sys.write(fd, toBytes(text));
  } finally {
    sys.close(fd);
  }
}

/** A file's text for a command that cannot go on without it; `prefix` begins the message. */
export function* readTextOrFail(sys: Sys, path: string, prefix: string): Call<string> {
  try {
    return fromBytes(yield* readFile(sys, toBytes(path)));
  } catch (error) {
    if (error instanceof SysError) throw plain(`${prefix}${pathError('open', path, error)}`);
    throw error;
  }
}

/** What a path is, `undefined` when it does not exist. */
export function fileType(sys: Sys, path: string): 'file' | 'directory' | undefined {
  try {
    return sys.stat(toBytes(path)).type === 'directory' ? 'directory' : 'file';
  } catch (error) {
    if (error instanceof SysError) return undefined;
    throw error;
  }
}
