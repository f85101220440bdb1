import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import { readIfThere } from '../../runtime/read-file';
import type { Call, Sys } from '../../runtime/syscalls';
import { absolute, makeDirectories, namesIn, typeOf, writeFile } from '../files';
import { fatal } from './failure';
import {
  type Commit,
  decodeCommit,
  decodeTree,
  framed,
  type GitObject,
  ID_DIGITS,
  idOf,
  type ObjectType,
} from './git-object';
import { zlibRead, zlibStore } from './zlib';

/** A file as the index or a tree knows it. */
export interface TrackedFile {
  readonly mode: string;
  readonly id: string;
}

/** Path → file. */
export type FileTable = Map<Bytes, TrackedFile>;

/** A repository on disk: `.git` with loose objects, refs, HEAD, config and an index. */
export class Repository {
  readonly sys: Sys;
  readonly workTree: Bytes;
  readonly gitDir: Bytes;

  constructor(sys: Sys, workTree: Bytes) {
    this.sys = sys;
    this.workTree = workTree;
    this.gitDir = workTree === '/' ? '/.git' : `${workTree}/.git`;
  }

  /** The repository that a folder is in. Refuses one that belongs to somebody else, as git has since 2022. */
  static *find(sys: Sys, from: Bytes): Call<Repository> {
    let folder = absolute(sys, from);
    for (;;) {
      const repository = new Repository(sys, folder);
      if (typeOf(sys, repository.gitDir) !== undefined) {
        yield* repository.#refuseStrangers();
        return repository;
      }
      if (folder === '/') fatal('not a git repository (or any of the parent directories): .git');
      folder = folder.slice(0, folder.lastIndexOf('/')) || '/';
    }
  }

  *#refuseStrangers(): Call<void> {
    if (this.sys.stat(this.workTree).uid === this.sys.uid) return;
    const home = this.sys.env.get('HOME') ?? '/root';
    const settings = parseConfig((yield* readIfThere(this.sys, `${home}/.gitconfig`)) ?? '');
    const safe = settings.filter(([name]) => name === 'safe.directory').map(([, value]) => value);
    if (safe.includes('*') || safe.includes(this.workTree)) return;
    fatal(
      `detected dubious ownership in repository at '${this.workTree}'\nTo add an exception for this directory, call:\n\n\tgit config --global --add safe.directory ${this.workTree}`,
    );
  }

  /** Makes the files of an empty repository. */
  *create(branch: string): Call<void> {
    for (const folder of ['objects', 'refs/heads', 'refs/tags']) {
      makeDirectories(this.sys, `${this.gitDir}/${folder}`);
    }
    yield* this.write('HEAD', `ref: refs/heads/${branch}\n`);
    yield* this.write(
      'config',
      '[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = false\n\tlogallrefupdates = true\n',
    );
    yield* this.write(
      'description',
      "Unnamed repository; edit this file 'description' to name the repository.\n",
    );
  }

  *read(name: Bytes): Call<Bytes | undefined> {
    return yield* readIfThere(this.sys, `${this.gitDir}/${name}`);
  }

  *write(name: Bytes, content: Bytes): Call<void> {
    const path = `${this.gitDir}/${name}`;
    makeDirectories(this.sys, path.slice(0, path.lastIndexOf('/')));
    yield* writeFile(this.sys, path, content);
  }

  // Objects -------------------------------------------------------------------------------------------

  *writeObject(object: GitObject): Call<string> {
    const id = idOf(object);
    const name = `objects/${id.slice(0, 2)}/${id.slice(2)}`;
    if (typeOf(this.sys, `${this.gitDir}/${name}`) === undefined) {
      yield* this.write(name, zlibStore(framed(object)));
    }
    return id;
  }

  *object(id: string): Call<GitObject | undefined> {
    const stored = yield* this.read(`objects/${id.slice(0, 2)}/${id.slice(2)}`);
    const whole = stored === undefined ? undefined : zlibRead(stored, 0)?.bytes;
    if (whole === undefined) return undefined;
    const end = whole.indexOf('\0');
    const type = whole.slice(0, end).split(' ')[0] as ObjectType;
    return { type, content: whole.slice(end + 1) };
  }

  *commit(id: string): Call<Commit> {
    const object = yield* this.object(id);
    if (object?.type !== 'commit') fatal(`bad object ${id}`);
    return decodeCommit(object.content);
  }

  /** The files of a commit. */
  *filesOf(commit: string | undefined): Call<FileTable> {
    const files: FileTable = new Map();
    if (commit !== undefined) yield* this.#addTree((yield* this.commit(commit)).tree, '', files);
    return files;
  }

  *#addTree(id: string, prefix: Bytes, files: FileTable): Call<void> {
    const object = yield* this.object(id);
    if (object?.type !== 'tree') fatal(`unable to read tree (${id})`);
    for (const entry of decodeTree(object.content)) {
      const path = prefix + entry.name;
      if (entry.mode === '40000') yield* this.#addTree(entry.id, `${path}/`, files);
      else files.set(path, { mode: entry.mode, id: entry.id });
    }
  }

  /** A commit and those before it, newest first. */
  *history(from: string): Call<readonly (readonly [string, Commit])[]> {
    const found = new Map<string, Commit>();
    const waiting = [from];
    for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
      if (found.has(id)) continue;
      // In a shallow clone the oldest commit's parents are not there.
      const object = yield* this.object(id);
      if (object?.type !== 'commit') continue;
      const commit = decodeCommit(object.content);
      found.set(id, commit);
      waiting.push(...commit.parents);
    }
    return [...found].sort(([, a], [, b]) => b.time - a.time);
  }

  // References ----------------------------------------------------------------------------------------

  *readRef(name: Bytes): Call<string | undefined> {
    const text = (yield* this.read(name))?.trim();
    if (text?.startsWith('ref: ')) return yield* this.readRef(text.slice('ref: '.length));
    return text !== undefined && /^[0-9a-f]{40}$/.test(text) ? text : undefined;
  }

  /** The branch that HEAD points to; undefined if it is detached. */
  *branch(): Call<Bytes | undefined> {
    return /^ref: refs\/heads\/(.*)\n?$/.exec((yield* this.read('HEAD')) ?? '')?.[1];
  }

  *head(): Call<string | undefined> {
    return yield* this.readRef('HEAD');
  }

  /** Moves HEAD's branch, or a detached HEAD. */
  *moveHead(id: string): Call<void> {
    const branch = yield* this.branch();
    yield* this.write(branch === undefined ? 'HEAD' : `refs/heads/${branch}`, `${id}\n`);
  }

  /** Names of branches, by their folder: `refs/heads`, `refs/remotes/origin`. */
  refsIn(folder: Bytes): Bytes[] {
    const names: Bytes[] = [];
    for (const name of namesIn(this.sys, `${this.gitDir}/${folder}`)) {
      if (typeOf(this.sys, `${this.gitDir}/${folder}/${name}`) !== 'directory') names.push(name);
      else names.push(...this.refsIn(`${folder}/${name}`).map((inner) => `${name}/${inner}`));
    }
    return names;
  }

  /** The commit that a word means: HEAD, a branch, a tag, an id or its beginning; `~N` and `^` behind it. */
  *resolve(word: Bytes): Call<string | undefined> {
    const match = /^(.*?)((?:~\d*|\^)*)$/.exec(word);
    let id = yield* this.#resolveName(match?.[1] ?? word);
    for (const step of match?.[2]?.match(/~\d*|\^/g) ?? []) {
      const count = step === '^' || step === '~' ? 1 : Number(step.slice(1));
      for (let i = 0; i < count && id !== undefined; i++) {
        id = (yield* this.commit(id)).parents[0];
      }
    }
    return id;
  }

  *#resolveName(name: Bytes): Call<string | undefined> {
    const asked = name === '' || name === '@' ? 'HEAD' : name;
    for (const place of ['', 'refs/', 'refs/tags/', 'refs/heads/', 'refs/remotes/']) {
      const id = yield* this.readRef(place + asked);
      if (id !== undefined) return id;
    }
    if (!/^[0-9a-f]{4,40}$/.test(asked)) return undefined;
    const folder = asked.slice(0, 2);
    const rest = namesIn(this.sys, `${this.gitDir}/objects/${folder}`).find((one) =>
      one.startsWith(asked.slice(2)),
    );
    return rest === undefined || asked.length > ID_DIGITS ? undefined : folder + rest;
  }

  // Index and configuration ---------------------------------------------------------------------------

  /** What is staged. Its file is text here, where git's is binary. */
  *index(): Call<FileTable> {
    const files: FileTable = new Map();
    for (const line of ((yield* this.read('index')) ?? '').split('\n')) {
      const match = /^(\d+) ([0-9a-f]{40})\t(.*)$/.exec(line);
      if (match) files.set(match[3] ?? '', { mode: match[1] ?? '', id: match[2] ?? '' });
    }
    return files;
  }

  *writeIndex(files: FileTable): Call<void> {
    const lines = [...files]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([path, { mode, id }]) => `${mode} ${id}\t${path}\n`);
    yield* this.write('index', lines.join(''));
  }

  /** A setting of the repository, or of the user's own file. */
  *setting(name: string): Call<Bytes | undefined> {
    const own = parseConfig((yield* this.read('config')) ?? '');
    const home = this.sys.env.get('HOME') ?? '/root';
    const user = parseConfig((yield* readIfThere(this.sys, `${home}/.gitconfig`)) ?? '');
    return [...own, ...user].find(([one]) => one === name)?.[1];
  }

  /** A path of the work tree. */
  at(path: Bytes): Bytes {
    return `${this.workTree === '/' ? '' : this.workTree}/${path}`;
  }
}

/** The settings of a configuration file, `section.name` or `section.subsection.name` each. */
export function parseConfig(text: Bytes): (readonly [Bytes, Bytes])[] {
  const settings: (readonly [Bytes, Bytes])[] = [];
  let section = '';
  for (const line of text.split('\n')) {
    const head = /^\s*\[(\w+)(?:\s+"(.*)")?\]/.exec(line);
    const setting = /^\s*([\w-]+)\s*=\s*(.*?)\s*$/.exec(line);
    if (head)
      section = [head[1]?.toLowerCase(), head[2]].filter((one) => one !== undefined).join('.');
    else if (setting) settings.push([`${section}.${setting[1]?.toLowerCase()}`, setting[2] ?? '']);
  }
  return settings;
}

/** A configuration file's text with one more setting. */
export function withSetting(text: Bytes, name: Bytes, value: Bytes, add: boolean): Bytes {
  const dot = name.lastIndexOf('.');
  const [section = '', ...sub] = name.slice(0, dot).split('.');
  const key = name.slice(dot + 1);
  const head = sub.length > 0 ? `[${section} "${sub.join('.')}"]` : `[${section}]`;
  const lines = text === '' ? [] : text.replace(/\n$/, '').split('\n');
  const at = lines.indexOf(head);
  const line = `\t${key} = ${value}`;
  if (at < 0) return `${[...lines, head, line].join('\n')}\n`;
  let end = at + 1;
  while (end < lines.length && !lines[end]?.startsWith('[')) end++;
  const before = lines.findIndex(
    (one, i) => i > at && i < end && one.trim().split(/\s*=/)[0] === key,
  );
  if (before >= 0 && !add) lines[before] = line;
  else lines.splice(end, 0, line);
  return `${lines.join('\n')}\n`;
}

/** The errors of system calls as git reports them. */
export function refusal(error: unknown): string {
  if (error instanceof SysError) return error.message;
  throw error;
}
