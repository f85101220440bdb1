import type { Bytes } from '../../runtime/bytes';
import { readIfThere } from '../../runtime/read-file';
import type { Call, Sys } from '../../runtime/syscalls';
import { absolute, makeDirectories, typeOf } from '../files';
import { fatal, GitFailure } from './failure';
import { blob, encodeCommit, encodeTree, SHORT_DIGITS, type TreeEntry } from './git-object';
import { parseGitOptions } from './options';
import { type FileTable, Repository, refusal } from './repository';
import { type Change, checkOut, filesBelow, workTreeStatus } from './work-tree';

const DEFAULT_BRANCH = 'master';

/** `git init`. */
export function* runInit(sys: Sys, args: readonly Bytes[]): Call<number> {
  const { flags, values, operands } = parseGitOptions('init', args, {
    flags: '-q|--quiet',
    values: '-b|--initial-branch',
  });
  const path = absolute(sys, operands[0] ?? '.');
  const again = typeOf(sys, `${path}/.git`) !== undefined;
  const repository = new Repository(sys, path);
  try {
    makeDirectories(sys, path);
    if (!again) yield* repository.create(values.get('-b') ?? DEFAULT_BRANCH);
  } catch (error) {
    fatal(`cannot mkdir ${operands[0] ?? '.git'}: ${refusal(error)}`);
  }
  if (!flags.has('-q')) {
    const kind = again ? 'Reinitialized existing' : 'Initialized empty';
    yield* sys.write(1, `${kind} Git repository in ${repository.gitDir}/\n`);
  }
  return 0;
}

/** `git status`. */
export function* runStatus(sys: Sys, args: readonly Bytes[]): Call<number> {
  const { flags } = parseGitOptions('status', args, {
    flags: '-s|--short --porcelain -b|--branch',
  });
  const repository = yield* Repository.find(sys, sys.cwd);
  const status = yield* workTreeStatus(repository);
  if (flags.has('-s') || flags.has('--porcelain')) {
    const letters = { 'new file': 'A', modified: 'M', deleted: 'D' } as const;
    const paths = [...status.staged, ...status.unstaged].map(({ path }) => path);
    let short = '';
    for (const path of [...new Set(paths)].sort()) {
      const letter = (changes: readonly Change[]) => {
        const change = changes.find((one) => one.path === path);
        return change ? letters[change.kind] : ' ';
      };
      short += `${letter(status.staged)}${letter(status.unstaged)} ${path}\n`;
    }
    yield* sys.write(1, short + status.untracked.map((path) => `?? ${path}\n`).join(''));
    return 0;
  }
  yield* sys.write(1, yield* longStatus(repository, status));
  return 0;
}

function* longStatus(
  repository: Repository,
  {
    staged,
    unstaged,
    untracked,
  }: ReturnType<typeof workTreeStatus> extends Call<infer T> ? T : never,
): Call<Bytes> {
  const branch = yield* repository.branch();
  const head = yield* repository.head();
  let text =
    branch === undefined
      ? `HEAD detached at ${head?.slice(0, SHORT_DIGITS)}\n`
      : `On branch ${branch}\n`;
  if (head === undefined) text += '\nNo commits yet\n';
  else text += yield* trackingText(repository, branch, head);
  const listed = (changes: readonly Change[]) =>
    changes.map(({ kind, path }) => `\t${`${kind}:`.padEnd(12)}${path}\n`).join('');
  if (staged.length > 0) {
    text += `\nChanges to be committed:\n  (use "git ${head === undefined ? 'rm --cached' : 'restore --staged'} <file>..." to unstage)\n${listed(staged)}`;
  }
  if (unstaged.length > 0) {
    const verb = unstaged.some(({ kind }) => kind === 'deleted') ? 'add/rm' : 'add';
    text += `\nChanges not staged for commit:\n  (use "git ${verb} <file>..." to update what will be committed)\n  (use "git restore <file>..." to discard changes in working directory)\n${listed(unstaged)}`;
  }
  if (untracked.length > 0) {
    text += `\nUntracked files:\n  (use "git add <file>..." to include in what will be committed)\n${untracked.map((path) => `\t${path}\n`).join('')}`;
  }
  if (staged.length > 0) return text;
  if (unstaged.length > 0) {
    return `${text}\nno changes added to commit (use "git add" and/or "git commit -a")\n`;
  }
  if (untracked.length > 0) {
    return `${text}\nnothing added to commit but untracked files present (use "git add" to track)\n`;
  }
  if (head === undefined) {
    return `${text}\nnothing to commit (create/copy files and use "git add" to track)\n`;
  }
  const gap = text.split('\n').length > 2 ? '\n' : '';
  return `${text}${gap}nothing to commit, working tree clean\n`;
}

function* trackingText(
  repository: Repository,
  branch: Bytes | undefined,
  head: string,
): Call<Bytes> {
  const theirs =
    branch === undefined ? undefined : yield* repository.readRef(`refs/remotes/origin/${branch}`);
  if (theirs === undefined) return '';
  const name = `'origin/${branch}'`;
  if (theirs === head) return `Your branch is up to date with ${name}.\n`;
  const ours = (yield* repository.history(head)).map(([id]) => id);
  const remote = (yield* repository.history(theirs)).map(([id]) => id);
  const ahead = ours.filter((id) => !remote.includes(id)).length;
  const behind = remote.filter((id) => !ours.includes(id)).length;
  const commits = (count: number) => `${count} ${count === 1 ? 'commit' : 'commits'}`;
  if (behind === 0) {
    return `Your branch is ahead of ${name} by ${commits(ahead)}.\n  (use "git push" to publish your local commits)\n`;
  }
  if (ahead === 0) {
    return `Your branch is behind ${name} by ${commits(behind)}, and can be fast-forwarded.\n  (use "git pull" to update your local branch)\n`;
  }
  return `Your branch and ${name} have diverged,\nand have ${ahead} and ${behind} different commits each, respectively.\n`;
}

/** `git add`. */
export function* runAdd(sys: Sys, args: readonly Bytes[]): Call<number> {
  const { flags, operands } = parseGitOptions('add', args, { flags: '-A|--all -u -f|--force -v' });
  const repository = yield* Repository.find(sys, sys.cwd);
  const index = yield* repository.index();
  const paths = operands.length === 0 && flags.has('-A') ? ['.'] : operands;
  if (paths.length === 0) {
    yield* sys.write(2, 'Nothing specified, nothing added.\n');
    return 0;
  }
  for (const operand of paths) {
    const path = absolute(sys, operand).slice(repository.workTree.length).replace(/^\//, '');
    const below = (one: Bytes) => path === '' || one === path || one.startsWith(`${path}/`);
    const present =
      typeOf(sys, repository.at(path)) === 'directory' ? filesBelow(repository, path) : [path];
    const tracked = [...index.keys()].filter(below);
    const exists = typeOf(sys, repository.at(path)) !== undefined;
    if (!exists && tracked.length === 0) fatal(`pathspec '${operand}' did not match any files`);
    for (const one of tracked) if (!present.includes(one) || !exists) index.delete(one);
    if (exists) for (const one of present) yield* stage(repository, index, one);
  }
  yield* repository.writeIndex(index);
  return 0;
}

function* stage(repository: Repository, index: FileTable, path: Bytes): Call<void> {
  const content = yield* readIfThere(repository.sys, repository.at(path));
  if (content === undefined) return;
  const executable = (repository.sys.stat(repository.at(path)).mode & 0o100) !== 0;
  const id = yield* repository.writeObject(blob(content));
  index.set(path, { mode: executable ? '100755' : '100644', id });
}

/** `git commit`. */
export function* runCommit(sys: Sys, args: readonly Bytes[]): Call<number> {
  const { flags, values } = parseGitOptions('commit', args, {
    flags: '-a|--all -q|--quiet --allow-empty -am',
    values: '-m|--message --author',
  });
  const repository = yield* Repository.find(sys, sys.cwd);
  const index = yield* repository.index();
  if (flags.has('-a')) {
    for (const path of [...index.keys()]) {
      if (typeOf(sys, repository.at(path)) === undefined) index.delete(path);
      else yield* stage(repository, index, path);
    }
    yield* repository.writeIndex(index);
  }
  const name = sys.env.get('GIT_AUTHOR_NAME') ?? (yield* repository.setting('user.name'));
  const email = sys.env.get('GIT_AUTHOR_EMAIL') ?? (yield* repository.setting('user.email'));
  if (name === undefined || email === undefined) throw new GitFailure(WHO_ARE_YOU);
  const { staged } = yield* workTreeStatus(repository);
  if (staged.length === 0 && !flags.has('--allow-empty')) {
    yield* sys.write(1, yield* longStatus(repository, yield* workTreeStatus(repository)));
    return 1;
  }
  const message = values.get('-m');
  if (message === undefined)
    throw new GitFailure(
      'error: Terminal is dumb, but EDITOR unset\nPlease supply the message using either -m or -F option.',
      1,
    );
  const head = yield* repository.head();
  const id = yield* repository.writeObject(
    encodeCommit({
      tree: yield* writeTree(repository, [...index]),
      parents: head === undefined ? [] : [head],
      author: { name, email },
      time: Math.floor(sys.nowMs / 1000),
      message: `${message.replace(/\n*$/, '')}\n`,
    }),
  );
  yield* repository.moveHead(id);
  if (!flags.has('-q')) {
    const branch = (yield* repository.branch()) ?? 'detached HEAD';
    const root = head === undefined ? ' (root-commit)' : '';
    const count = staged.length;
    yield* sys.write(
      1,
      `[${branch}${root} ${id.slice(0, SHORT_DIGITS)}] ${message.split('\n')[0]}\n ${count} ${count === 1 ? 'file' : 'files'} changed\n`,
    );
  }
  return 0;
}

const WHO_ARE_YOU = `Author identity unknown

*** Please tell me who you are.

Run

  git config --global user.email "you@example.com"
  git config --global user.name "Your Name"

to set your account's default identity.
Omit --global to set the identity only in this repository.

fatal: unable to auto-detect email address`;

type IndexEntry = readonly [Bytes, { readonly mode: string; readonly id: string }];

function* writeTree(repository: Repository, files: readonly IndexEntry[]): Call<string> {
  const entries: TreeEntry[] = [];
  const folders = new Map<Bytes, IndexEntry[]>();
  for (const [path, { mode, id }] of files) {
    const slash = path.indexOf('/');
    if (slash < 0) entries.push({ mode, name: path, id });
    else {
      const folder = path.slice(0, slash);
      folders.set(folder, [...(folders.get(folder) ?? []), [path.slice(slash + 1), { mode, id }]]);
    }
  }
  for (const [name, inside] of folders) {
    entries.push({ mode: '40000', name, id: yield* writeTree(repository, inside) });
  }
  return yield* repository.writeObject(encodeTree(entries));
}

/** `git checkout` and `git switch`: another branch or commit. */
export function* runCheckout(sys: Sys, args: readonly Bytes[]): Call<number> {
  const { flags, values, operands } = parseGitOptions('checkout', args, {
    flags: '-q|--quiet -f|--force -d|--detach',
    values: '-b|-B|-c',
  });
  const repository = yield* Repository.find(sys, sys.cwd);
  const before = yield* repository.filesOf(yield* repository.head());
  const created = values.get('-b');
  const word = operands[0] ?? 'HEAD';
  if (created === undefined && operands.length === 0) fatal('missing branch or commit argument');
  const local = repository.refsIn('refs/heads').includes(word);
  const remote = local ? undefined : yield* repository.readRef(`refs/remotes/origin/${word}`);
  const id = remote ?? (yield* repository.resolve(word));
  if (id === undefined) {
    throw new GitFailure(`error: pathspec '${word}' did not match any file(s) known to git`, 1);
  }
  const branch = created ?? (local || remote !== undefined ? word : undefined);
  yield* checkOut(repository, id, before);
  if (branch === undefined) {
    yield* repository.write('HEAD', `${id}\n`);
    if (!flags.has('-q')) {
      const [subject] = (yield* repository.commit(id)).message.split('\n');
      yield* sys.write(2, `HEAD is now at ${id.slice(0, SHORT_DIGITS)} ${subject}\n`);
    }
    return 0;
  }
  yield* repository.write(`refs/heads/${branch}`, `${id}\n`);
  yield* repository.write('HEAD', `ref: refs/heads/${branch}\n`);
  if (!flags.has('-q')) {
    const isNew = created !== undefined;
    yield* sys.write(2, `Switched to ${isNew ? 'a new branch' : 'branch'} '${branch}'\n`);
  }
  return 0;
}

/** `git reset --hard`. */
export function* runReset(sys: Sys, args: readonly Bytes[]): Call<number> {
  const { flags, operands } = parseGitOptions('reset', args, { flags: '--hard --soft --mixed -q' });
  const repository = yield* Repository.find(sys, sys.cwd);
  const word = operands[0] ?? 'HEAD';
  const id = yield* repository.resolve(word);
  if (id === undefined) {
    fatal(`ambiguous argument '${word}': unknown revision or path not in the working tree.`);
  }
  if (flags.has('--hard')) yield* checkOut(repository, id, yield* repository.index());
  else if (!flags.has('--soft')) yield* repository.writeIndex(yield* repository.filesOf(id));
  yield* repository.moveHead(id);
  if (flags.has('--hard') && !flags.has('-q')) {
    const [subject] = (yield* repository.commit(id)).message.split('\n');
    yield* sys.write(1, `HEAD is now at ${id.slice(0, SHORT_DIGITS)} ${subject}\n`);
  }
  return 0;
}
