import { fromBytes, toBytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import { readFile } from '../../runtime/read-file';
import type { Call, Sys } from '../../runtime/syscalls';
import { plain } from '../errors';
import { pathError } from '../files';
import { joinPath, parentOf } from './paths';
import type { TarEntry } from './tar';

const FOLDER_MODE = 0o755;
const FILE_MODE = 0o666;

/** What lies at a path, as entries of an archive with other names. */
export function* collect(sys: Sys, path: string, name: string): Call<TarEntry[]> {
  const { type, mode, uid, gid, modifiedMs } = sys.lstat(toBytes(path));
  const owner = { name, mode, uid, gid, modifiedMs, target: '', content: '' };
  if (type === 'symlink') {
    const target = fromBytes(sys.readlink(toBytes(path)));
    return [{ ...owner, type: 'symlink', target }];
  }
  if (type !== 'directory') {
    return [{ ...owner, type: 'file', content: yield* readOrFail(sys, path) }];
  }
  const inside = [...sys.readdir(toBytes(path))].map(fromBytes).sort();
  if (inside.length === 0) return [{ ...owner, name: `${name}/`, type: 'directory' }];
  const entries: TarEntry[] = [];
  for (const one of inside) {
    entries.push(...(yield* collect(sys, joinPath(path, one), joinPath(name, one))));
  }
  return entries;
}

function* readOrFail(sys: Sys, path: string): Call<string> {
  try {
    return yield* readFile(sys, toBytes(path));
  } catch (error) {
    if (error instanceof SysError) throw plain(pathError('open', path, error));
    throw error;
  }
}

export function exists(sys: Sys, path: string): boolean {
  return typeof sys.tryStat(toBytes(path)) !== 'string';
}

/** Makes a folder with all above it. */
export function makeFolders(sys: Sys, path: string): void {
  if (path === '.' || path === '/' || exists(sys, path)) return;
  makeFolders(sys, parentOf(path));
  try {
    sys.mkdir(toBytes(path), FOLDER_MODE);
  } catch (error) {
    if (error instanceof SysError) throw plain(pathError('mkdir', path, error));
    throw error;
  }
}

export function* writeFile(sys: Sys, path: string, content: string): Call<void> {
  try {
    const flags = { write: true, create: true, truncate: true };
    const fd = yield* sys.open(toBytes(path), flags, FILE_MODE);
    yield* sys.write(fd, content);
    sys.close(fd);
  } catch (error) {
    if (error instanceof SysError) throw plain(pathError('open', path, error));
    throw error;
  }
}
