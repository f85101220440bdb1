import type { Bytes } from '../../runtime/bytes';
import { readIfThere } from '../../runtime/read-file';
import type { Call } from '../../runtime/syscalls';
import { makeDirectories, namesIn, writeFile } from '../files';
import { fatal } from './failure';
import { blob, idOf } from './git-object';
import { type FileTable, type Repository, refusal } from './repository';

const EXECUTABLE = '100755';

/** Puts the files of a commit into the work tree and the index, and removes those of `before`. */
export function* checkOut(repository: Repository, commit: string, before: FileTable): Call<void> {
  const { sys } = repository;
  const files = yield* repository.filesOf(commit);
  for (const path of before.keys()) {
    if (!files.has(path) && (yield* readIfThere(sys, repository.at(path))) !== undefined) {
      sys.unlink(repository.at(path));
    }
  }
  for (const [path, { mode, id }] of files) {
    if (before.get(path)?.id === id && (yield* currentId(repository, path)) === id) continue;
    const object = yield* repository.object(id);
    if (!object) fatal(`unable to read ${id}`);
    const target = repository.at(path);
    try {
      makeDirectories(sys, target.slice(0, target.lastIndexOf('/')) || '/');
      yield* writeFile(sys, target, object.content, mode === EXECUTABLE ? 0o777 : 0o666);
    } catch (error) {
      fatal(`cannot create file '${path}': ${refusal(error)}`);
    }
  }
  yield* repository.writeIndex(files);
}

/** The id that a file of the work tree has now; undefined if it is not there. */
export function* currentId(repository: Repository, path: Bytes): Call<string | undefined> {
  const content = yield* readIfThere(repository.sys, repository.at(path));
  return content === undefined ? undefined : idOf(blob(content));
}

/** The files of the work tree below a folder (`''`: all), without `.git`. */
export function filesBelow(repository: Repository, folder: Bytes): Bytes[] {
  const { sys } = repository;
  const found: Bytes[] = [];
  for (const name of namesIn(sys, repository.at(folder))) {
    const path = folder === '' ? name : `${folder}/${name}`;
    if (path === '.git') continue;
    if (sys.lstat(repository.at(path)).type === 'directory') {
      found.push(...filesBelow(repository, path));
    } else found.push(path);
  }
  return found;
}

/** How a path differs between HEAD, index and work tree. */
export interface Change {
  readonly path: Bytes;
  readonly kind: 'new file' | 'modified' | 'deleted';
}

export interface WorkTreeStatus {
  readonly staged: readonly Change[];
  readonly unstaged: readonly Change[];
  /** Folders with nothing tracked in them are named as a whole, with a slash at their end. */
  readonly untracked: readonly Bytes[];
}

export function* workTreeStatus(repository: Repository): Call<WorkTreeStatus> {
  const committed = yield* repository.filesOf(yield* repository.head());
  const index = yield* repository.index();
  const staged = differences(committed, (path) => index.get(path)?.id, [...index.keys()]);
  const now = new Map<Bytes, string>();
  for (const path of index.keys()) {
    const id = yield* currentId(repository, path);
    if (id !== undefined) now.set(path, id);
  }
  const unstaged = differences(index, (path) => now.get(path), []);
  const untracked = new Set<Bytes>();
  for (const path of filesBelow(repository, '')) {
    if (!index.has(path)) untracked.add(nameOfUntracked(path, index));
  }
  return { staged, unstaged, untracked: [...untracked].sort() };
}

function nameOfUntracked(path: Bytes, index: FileTable): Bytes {
  for (let slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
    const folder = path.slice(0, slash + 1);
    if (![...index.keys()].some((tracked) => tracked.startsWith(folder))) return folder;
  }
  return path;
}

function differences(
  before: FileTable,
  after: (path: Bytes) => string | undefined,
  added: readonly Bytes[],
): Change[] {
  const changes: Change[] = [];
  for (const [path, { id }] of before) {
    const now = after(path);
    if (now === undefined) changes.push({ path, kind: 'deleted' });
    else if (now !== id) changes.push({ path, kind: 'modified' });
  }
  for (const path of added) if (!before.has(path)) changes.push({ path, kind: 'new file' });
  return changes.sort((a, b) => (a.path < b.path ? -1 : 1));
}
