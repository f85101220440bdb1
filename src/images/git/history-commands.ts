import type { Bytes } from '../../runtime/bytes';
import type { Call, Sys } from '../../runtime/syscalls';
import { gitDate } from './dates';
import { fatal, GitFailure } from './failure';
import { type Commit, SHORT_DIGITS } from './git-object';
import { parseGitOptions } from './options';
import { Repository } from './repository';

/** `git log`. */
export function* runLog(sys: Sys, args: readonly Bytes[]): Call<number> {
  const { flags, values, operands } = parseGitOptions('log', args, {
    flags: '--oneline --no-pager --no-color --decorate --no-decorate --graph --all --reverse',
    values: '-n|--max-count --format|--pretty',
  });
  const repository = yield* Repository.find(sys, sys.cwd);
  const branch = (yield* repository.branch()) ?? 'HEAD';
  const from = yield* repository.resolve(operands[0] ?? 'HEAD');
  if (from === undefined) {
    if (operands[0] !== undefined) unknownRevision(operands[0]);
    fatal(`your current branch '${branch}' does not have any commits yet`);
  }
  const count = values.has('-n') ? Number(values.get('-n')) : undefined;
  const history = (yield* repository.history(from)).slice(0, count);
  const format = values.get('--format');
  const oneLine = flags.has('--oneline') || format === 'oneline';
  const shown = flags.has('--reverse') ? [...history].reverse() : history;
  const texts = shown.map(([id, commit]) => {
    const subject = subjectOf(commit);
    if (oneLine) return `${id.slice(0, SHORT_DIGITS)} ${subject}\n`;
    if (format !== undefined) return `${formatted(format.replace(/^t?format:/, ''), id, commit)}\n`;
    return described(id, commit);
  });
  yield* sys.write(1, texts.join(oneLine || format !== undefined ? '' : '\n'));
  return 0;
}

function described(id: string, { author, time, message }: Commit): Bytes {
  const text = message.replace(/\n$/, '').replace(/^/gm, '    ');
  return `commit ${id}\nAuthor: ${author.name} <${author.email}>\nDate:   ${gitDate(time)}\n\n${text}\n`;
}

export function subjectOf({ message }: Commit): Bytes {
  return message.split('\n')[0] ?? '';
}

function formatted(format: Bytes, id: string, commit: Commit): Bytes {
  const values: Readonly<Record<string, Bytes>> = {
    H: id,
    h: id.slice(0, SHORT_DIGITS),
    s: subjectOf(commit),
    an: commit.author.name,
    ae: commit.author.email,
    ad: gitDate(commit.time),
    cd: gitDate(commit.time),
    at: String(commit.time),
    ct: String(commit.time),
    n: '\n',
    '%': '%',
  };
  return format.replace(/%(an|ae|ad|cd|at|ct|[Hhsn%])/g, (_, name: string) => values[name] ?? '');
}

export function unknownRevision(word: Bytes): never {
  return fatal(
    `ambiguous argument '${word}': unknown revision or path not in the working tree.\nUse '--' to separate paths from revisions, like this:\n'git <command> [<revision>...] -- [<file>...]'`,
  );
}

/** `git rev-parse`. */
export function* runRevParse(sys: Sys, args: readonly Bytes[]): Call<number> {
  const repository = yield* Repository.find(sys, sys.cwd);
  let digits: number | undefined;
  let named = false;
  let output = '';
  for (const word of args) {
    const short = /^--short(?:=(\d+))?$/.exec(word);
    if (short) digits = Number(short[1] ?? SHORT_DIGITS);
    else if (word === '--abbrev-ref') named = true;
    else if (word === '--show-toplevel') output += `${repository.workTree}\n`;
    else if (word === '--git-dir') output += `${repository.gitDir}\n`;
    else if (word === '--is-inside-work-tree') output += 'true\n';
    else if (!word.startsWith('--')) {
      const id = yield* repository.resolve(word);
      if (id === undefined) {
        yield* sys.write(1, `${output}${word}\n`);
        unknownRevision(word);
      }
      output += `${named ? ((yield* repository.branch()) ?? 'HEAD') : id.slice(0, digits)}\n`;
    }
  }
  yield* sys.write(1, output);
  return 0;
}

/** `git branch`: lists branches, makes one, or names the current one. */
export function* runBranch(sys: Sys, args: readonly Bytes[]): Call<number> {
  const { flags, operands } = parseGitOptions('branch', args, {
    flags: '--show-current -a|--all -r|--remotes -v -vv --list|-l -M|-m|--move -D|-d|--delete',
  });
  const repository = yield* Repository.find(sys, sys.cwd);
  const current = yield* repository.branch();
  if (flags.has('--show-current')) {
    if (current !== undefined) yield* sys.write(1, `${current}\n`);
    return 0;
  }
  const head = yield* repository.head();
  const [name] = operands;
  if (name !== undefined && flags.has('-M')) {
    if (head !== undefined) yield* repository.write(`refs/heads/${name}`, `${head}\n`);
    yield* repository.write('HEAD', `ref: refs/heads/${name}\n`);
    return 0;
  }
  if (name !== undefined) {
    if (repository.refsIn('refs/heads').includes(name)) {
      if (!flags.has('-D')) fatal(`a branch named '${name}' already exists`);
      sys.unlink(`${repository.gitDir}/refs/heads/${name}`);
      return 0;
    }
    if (flags.has('-D')) throw new GitFailure(`error: branch '${name}' not found`, 1);
    const start = operands[1] === undefined ? head : yield* repository.resolve(operands[1]);
    if (start === undefined) fatal(`not a valid object name: '${operands[1] ?? current}'`);
    yield* repository.write(`refs/heads/${name}`, `${start}\n`);
    return 0;
  }
  let output = '';
  if (current === undefined && head !== undefined && !flags.has('-r')) {
    output += `* (HEAD detached at ${head.slice(0, SHORT_DIGITS)})\n`;
  }
  if (!flags.has('-r')) {
    for (const one of repository.refsIn('refs/heads')) {
      output += `${one === current ? '*' : ' '} ${one}\n`;
    }
  }
  if (flags.has('-a') || flags.has('-r')) {
    const prefix = flags.has('-a') ? 'remotes/' : '';
    for (const one of repository.refsIn('refs/remotes')) output += `  ${prefix}${one}\n`;
  }
  yield* sys.write(1, output);
  return 0;
}
