import type { Bytes } from '../../runtime/bytes';
import type { Call, Sys } from '../../runtime/syscalls';
import { fetchInto, openRemote } from './clone';
import { fatal, GitFailure } from './failure';
import { SHORT_DIGITS } from './git-object';
import { parseGitOptions } from './options';
import { Repository } from './repository';
import { checkOut } from './work-tree';

/** Fetches `origin`; returns the commit of the current branch's counterpart. */
export function* fetchOrigin(
  repository: Repository,
  options: { quiet: boolean; depth?: number },
): Call<string | undefined> {
  const url = yield* repository.setting('remote.origin.url');
  if (url === undefined) {
    fatal(
      "'origin' does not appear to be a git repository\nfatal: Could not read from remote repository.\n\nPlease make sure you have the correct access rights\nand the repository exists.",
    );
  }
  const remote = openRemote(repository.sys, url);
  const { refs } = yield* remote.refs();
  let report = '';
  for (const [name, id] of refs) {
    const branch = /^refs\/heads\/(.*)$/.exec(name)?.[1];
    if (branch === undefined) continue;
    const before = yield* repository.readRef(`refs/remotes/origin/${branch}`);
    if (before === id) continue;
    const known =
      before === undefined ? [] : (yield* repository.history(before)).map(([one]) => one);
    yield* fetchInto(repository, remote, id, known, options.depth);
    yield* repository.write(`refs/remotes/origin/${branch}`, `${id}\n`);
    const span =
      before === undefined
        ? ' * [new branch]     '
        : `   ${before.slice(0, SHORT_DIGITS)}..${id.slice(0, SHORT_DIGITS)}  `;
    report += `${span}${branch.padEnd(10)} -> origin/${branch}\n`;
  }
  if (report !== '' && !options.quiet) {
    yield* repository.sys.write(2, `From ${url.replace(/\.git$/, '')}\n${report}`);
  }
  const branch = yield* repository.branch();
  return branch === undefined ? refs.get('HEAD') : refs.get(`refs/heads/${branch}`);
}

/** `git fetch`. */
export function* runFetch(sys: Sys, args: readonly Bytes[]): Call<number> {
  const { flags, values } = parseGitOptions('fetch', args, {
    flags: '-q|--quiet --all -p|--prune --tags --no-tags --force|-f',
    values: '--depth',
  });
  const repository = yield* Repository.find(sys, sys.cwd);
  const depth = values.has('--depth') ? Number(values.get('--depth')) : undefined;
  yield* fetchOrigin(repository, { quiet: flags.has('-q'), ...(depth ? { depth } : {}) });
  return 0;
}

/** `git pull`: what can be fast-forwarded. */
export function* runPull(sys: Sys, args: readonly Bytes[]): Call<number> {
  const { flags } = parseGitOptions('pull', args, {
    flags: '-q|--quiet --ff-only --rebase|-r --no-rebase',
    values: '--depth',
  });
  const repository = yield* Repository.find(sys, sys.cwd);
  const theirs = yield* fetchOrigin(repository, { quiet: flags.has('-q') });
  const ours = yield* repository.head();
  if (theirs === undefined || theirs === ours) {
    if (!flags.has('-q')) yield* sys.write(1, 'Already up to date.\n');
    return 0;
  }
  const history = (yield* repository.history(theirs)).map(([id]) => id);
  if (ours !== undefined && !history.includes(ours)) {
    throw new GitFailure('fatal: Not possible to fast-forward, aborting.');
  }
  const before = yield* repository.filesOf(ours);
  yield* checkOut(repository, theirs, before);
  yield* repository.moveHead(theirs);
  if (!flags.has('-q')) {
    const after = yield* repository.filesOf(theirs);
    const paths = new Set([...before.keys(), ...after.keys()]);
    const changed = [...paths].filter((path) => before.get(path)?.id !== after.get(path)?.id);
    const span = `${ours?.slice(0, SHORT_DIGITS)}..${theirs.slice(0, SHORT_DIGITS)}`;
    const count = changed.length;
    yield* sys.write(
      1,
      `Updating ${span}\nFast-forward\n ${count} ${count === 1 ? 'file' : 'files'} changed\n`,
    );
  }
  return 0;
}

/** `git ls-remote`. */
export function* runLsRemote(sys: Sys, args: readonly Bytes[]): Call<number> {
  const { operands } = parseGitOptions('ls-remote', args, {
    flags: '-q|--quiet --heads|-h --refs',
  });
  let [url] = operands;
  if (url === undefined || url === 'origin') {
    const repository = yield* Repository.find(sys, sys.cwd);
    url = (yield* repository.setting('remote.origin.url')) ?? 'origin';
  }
  const { refs } = yield* openRemote(sys, url).refs();
  const wanted = operands[1];
  const shown = [...refs].filter(([name]) => wanted === undefined || name.endsWith(wanted));
  yield* sys.write(1, shown.map(([name, id]) => `${id}\t${name}\n`).join(''));
  return 0;
}

/** `git push`: the lab's git host takes nothing from strangers, as GitHub does not. */
export function* runPush(sys: Sys): Call<number> {
  const repository = yield* Repository.find(sys, sys.cwd);
  const url = yield* repository.setting('remote.origin.url');
  if (url === undefined) {
    fatal(
      'No configured push destination.\nEither specify the URL from the command-line or configure a remote repository using\n\n    git remote add <name> <url>\n\nand then push using the remote name\n\n    git push <name>\n',
    );
  }
  const host = /^https?:\/\/[^/]+/.exec(url)?.[0] ?? url;
  return fatal(`could not read Username for '${host}': No such device or address`);
}
