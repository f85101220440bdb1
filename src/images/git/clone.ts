import type { Bytes } from '../../runtime/bytes';
import type { Call, Sys } from '../../runtime/syscalls';
import { absolute, makeDirectories, namesIn, removeAll, typeOf } from '../files';
import { fatal, GitFailure } from './failure';
import type { GitObject } from './git-object';
import { HttpRemote, type RemoteRefs } from './http-transport';
import { parseGitOptions } from './options';
import { Repository, refusal, withSetting } from './repository';
import { checkOut } from './work-tree';

/** Where objects can be fetched from. */
export interface Remote {
  refs(): Call<RemoteRefs>;
  fetch(
    wanted: string,
    known: readonly string[],
    depth: number | undefined,
  ): Call<readonly GitObject[]>;
}

export function openRemote(sys: Sys, url: Bytes): Remote {
  if (/^https?:\/\//.test(url)) return new HttpRemote(sys, url);
  if (/^(ssh|git):\/\/|^[\w.-]+@[\w.-]+:/.test(url)) {
    const host = /^(?:\w+:\/\/)?(?:[^@/]*@)?([^/:]+)/.exec(url)?.[1] ?? '';
    throw new GitFailure(
      `error: cannot run ssh: No such file or directory\nfatal: unable to fork (${host})`,
    );
  }
  const path = absolute(sys, url.replace(/^file:\/\//, ''));
  if (typeOf(sys, `${path}/.git`) !== 'directory') fatal(`repository '${url}' does not exist`);
  return new LocalRemote(new Repository(sys, path));
}

/** A repository in another folder. */
class LocalRemote implements Remote {
  readonly #repository: Repository;

  constructor(repository: Repository) {
    this.#repository = repository;
  }

  *refs(): Call<RemoteRefs> {
    const refs = new Map<Bytes, string>();
    const head = yield* this.#repository.head();
    if (head !== undefined) refs.set('HEAD', head);
    for (const name of this.#repository.refsIn('refs/heads')) {
      const id = yield* this.#repository.readRef(`refs/heads/${name}`);
      if (id !== undefined) refs.set(`refs/heads/${name}`, id);
    }
    return { branch: yield* this.#repository.branch(), refs };
  }

  *fetch(): Call<readonly GitObject[]> {
    const { sys, gitDir } = this.#repository;
    const objects: GitObject[] = [];
    for (const folder of namesIn(sys, `${gitDir}/objects`)) {
      for (const rest of namesIn(sys, `${gitDir}/objects/${folder}`)) {
        const object = yield* this.#repository.object(folder + rest);
        if (object) objects.push(object);
      }
    }
    return objects;
  }
}

/** `git clone`. */
export function* runClone(sys: Sys, args: readonly Bytes[]): Call<number> {
  const { flags, values, operands } = parseGitOptions('clone', args, {
    flags:
      '-q|--quiet -v|--verbose --progress --single-branch --no-single-branch --no-tags -n|--no-checkout --recurse-submodules|--recursive --no-hardlinks',
    values: '-b|--branch --depth -o|--origin -c|--config --filter -j|--jobs',
  });
  const [url, folder] = operands;
  if (url === undefined) {
    throw new GitFailure('fatal: You must specify a repository to clone.\n', 129);
  }
  const isUrl = /^[a-z]+:\/\/|^[\w.-]+@[\w.-]+:/.test(url);
  if (!isUrl && typeOf(sys, url) === undefined) fatal(`repository '${url}' does not exist`);
  const target = folder ?? /([^/:]+?)(?:\.git)?\/*$/.exec(url)?.[1] ?? '';
  const path = absolute(sys, target);
  const existed = typeOf(sys, path) !== undefined;
  if (existed && (typeOf(sys, path) !== 'directory' || namesIn(sys, path).length > 0)) {
    fatal(`destination path '${target}' already exists and is not an empty directory.`);
  }
  try {
    makeDirectories(sys, path);
  } catch (error) {
    fatal(`could not create work tree dir '${target}': ${refusal(error)}`);
  }
  try {
    sys.access(path, { write: true });
  } catch (error) {
    fatal(`${path}/.git: ${refusal(error)}`);
  }
  if (!flags.has('-q')) yield* sys.write(2, `Cloning into '${target}'...\n`);
  try {
    yield* cloneInto(new Repository(sys, path), url, {
      branch: values.get('-b'),
      depth: values.has('--depth') ? Number(values.get('--depth')) : undefined,
      checkOut: !flags.has('-n'),
    });
  } catch (error) {
    // A clone that fails leaves nothing behind that it has made.
    if (error instanceof GitFailure) {
      if (existed) for (const name of namesIn(sys, path)) removeAll(sys, `${path}/${name}`);
      else removeAll(sys, path);
    }
    throw error;
  }
  if (!isUrl && !flags.has('-q')) yield* sys.write(2, 'done.\n');
  return 0;
}

function* cloneInto(
  repository: Repository,
  url: Bytes,
  options: { branch: Bytes | undefined; depth: number | undefined; checkOut: boolean },
): Call<void> {
  const remote = openRemote(repository.sys, url);
  const { branch: theirs, refs } = yield* remote.refs();
  const branch = options.branch ?? theirs ?? 'main';
  const head = refs.get(`refs/heads/${branch}`);
  yield* repository.create(branch);
  const fetchSpec = '+refs/heads/*:refs/remotes/origin/*';
  let config = (yield* repository.read('config')) ?? '';
  config = withSetting(config, 'remote.origin.url', url, false);
  config = withSetting(config, 'remote.origin.fetch', fetchSpec, false);
  config = withSetting(config, `branch.${branch}.remote`, 'origin', false);
  config = withSetting(config, `branch.${branch}.merge`, `refs/heads/${branch}`, false);
  yield* repository.write('config', config);
  if (head === undefined) {
    if (options.branch !== undefined) fatal(`Remote branch ${branch} not found in upstream origin`);
    yield* repository.sys.write(2, 'warning: You appear to have cloned an empty repository.\n');
    return;
  }
  yield* fetchInto(repository, remote, head, [], options.depth);
  for (const [name, id] of refs) {
    const match = /^refs\/heads\/(.*)$/.exec(name);
    if (match && (yield* repository.object(id))) {
      yield* repository.write(`refs/remotes/origin/${match[1]}`, `${id}\n`);
    }
  }
  yield* repository.write(`refs/heads/${branch}`, `${head}\n`);
  if (options.checkOut) yield* checkOut(repository, head, new Map());
}

/** Fetches a commit with what it needs. */
export function* fetchInto(
  repository: Repository,
  remote: Remote,
  wanted: string,
  known: readonly string[],
  depth?: number,
): Call<void> {
  for (const object of yield* remote.fetch(wanted, known, depth)) {
    yield* repository.writeObject(object);
  }
}
