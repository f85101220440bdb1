import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import { readIfThere } from '../../runtime/read-file';
import type { Call, Program, Sys } from '../../runtime/syscalls';
import { writeFile } from '../files';
import { runAdd, runCheckout, runCommit, runInit, runReset, runStatus } from './change-commands';
import { runClone } from './clone';
import { fatal, GitFailure } from './failure';
import { runBranch, runLog, runRevParse } from './history-commands';
import { parseGitOptions } from './options';
import { runFetch, runLsRemote, runPull, runPush } from './remote-commands';
import { parseConfig, Repository, withSetting } from './repository';

export const GIT_VERSION = '2.49.1';

type Command = (sys: Sys, args: readonly Bytes[]) => Call<number>;

const COMMANDS: ReadonlyMap<string, Command> = new Map<string, Command>([
  ['add', runAdd],
  ['branch', runBranch],
  ['checkout', runCheckout],
  ['clone', runClone],
  ['commit', runCommit],
  ['config', runConfig],
  ['fetch', runFetch],
  ['init', runInit],
  ['log', runLog],
  ['ls-files', runLsFiles],
  ['ls-remote', runLsRemote],
  ['pull', runPull],
  ['push', runPush],
  ['remote', runRemote],
  ['reset', runReset],
  ['rev-parse', runRevParse],
  ['status', runStatus],
  ['switch', runCheckout],
]);

/** Commands that git has and this one does not. */
const ABSENT = new Set(
  'am apply archive bisect blame bundle cherry-pick clean describe diff format-patch gc grep merge mv notes rebase reflog restore revert rm show sparse-checkout stash submodule tag worktree'.split(
    ' ',
  ),
);

const USAGE = `usage: git [-v | --version] [-h | --help] [-C <path>] [-c <name>=<value>]
           <command> [<args>]

Commands that this lab's git knows:
   ${[...COMMANDS.keys()].join(' ')}
`;

/** git: cloning, pulling, committing and looking, on a repository of real objects. */
export const git: Program = function* git(sys) {
  let args = sys.argv.slice(1);
  try {
    while (args[0]?.startsWith('-') === true) {
      const [option, value = ''] = args;
      if (option === '--version' || option === '-v') {
        yield* sys.write(1, `git version ${GIT_VERSION}\n`);
        return 0;
      }
      if (option === '-C') {
        changeFolder(sys, value);
        args = args.slice(2);
      } else if (option === '-c') args = args.slice(2);
      else if (option === '--no-pager' || option === '-P') args = args.slice(1);
      else if (option === '--help' || option === '-h') break;
      else throw new GitFailure(`unknown option: ${option}\n${USAGE}`, 129);
    }
    const [name = 'help', ...rest] = args;
    const command = COMMANDS.get(name);
    if (command) return yield* command(sys, rest);
    if (name === 'help' || name === '--help' || name === '-h') {
      yield* sys.write(1, USAGE);
      return args.length === 0 ? 1 : 0;
    }
    if (ABSENT.has(name)) throw new GitFailure(`podlab: git ${name} is not simulated`, 1);
    throw new GitFailure(`git: '${name}' is not a git command. See 'git --help'.`, 1);
  } catch (error) {
    if (error instanceof SysError) {
      yield* sys.write(2, `fatal: ${error.message}\n`);
      return 128;
    }
    if (!(error instanceof GitFailure)) throw error;
    yield* sys.write(2, `${error.message}\n`);
    return error.code;
  }
};

function changeFolder(sys: Sys, path: Bytes): void {
  try {
    sys.chdir(path);
  } catch (error) {
    if (error instanceof SysError) fatal(`cannot change to '${path}': ${error.message}`);
    throw error;
  }
}

/** `git config`: reads and writes a setting. */
function* runConfig(sys: Sys, args: readonly Bytes[]): Call<number> {
  const { flags, operands } = parseGitOptions('config', args, {
    flags: '--global --system --local --add --get --get-all --list|-l --unset --replace-all',
  });
  const home = sys.env.get('HOME') ?? '/root';
  const shared = flags.has('--global') || flags.has('--system');
  const path = shared
    ? `${home}/.gitconfig`
    : `${(yield* Repository.find(sys, sys.cwd)).gitDir}/config`;
  const text = (yield* readIfThere(sys, path)) ?? '';
  const [name, value] = operands;
  if (flags.has('--list')) {
    yield* sys.write(
      1,
      parseConfig(text)
        .map(([key, one]) => `${key}=${one}\n`)
        .join(''),
    );
    return 0;
  }
  if (name === undefined) throw new GitFailure('error: no action specified', 129);
  if (!name.includes('.')) {
    throw new GitFailure(`error: key does not contain a section: ${name}`, 2);
  }
  if (value === undefined) {
    const found = parseConfig(text).filter(([key]) => key === name.toLowerCase());
    if (found.length === 0) return 1;
    yield* sys.write(1, `${found.at(-1)?.[1]}\n`);
    return 0;
  }
  try {
    yield* writeFile(sys, path, withSetting(text, name, value, flags.has('--add')));
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    throw new GitFailure(`error: could not lock config file ${path}: ${error.message}`, 255);
  }
  return 0;
}

function* runLsFiles(sys: Sys): Call<number> {
  const repository = yield* Repository.find(sys, sys.cwd);
  const index = yield* repository.index();
  yield* sys.write(1, [...index.keys()].map((path) => `${path}\n`).join(''));
  return 0;
}

/** `git remote`: lists and adds. */
function* runRemote(sys: Sys, args: readonly Bytes[]): Call<number> {
  const { flags, operands } = parseGitOptions('remote', args, { flags: '-v|--verbose' });
  const repository = yield* Repository.find(sys, sys.cwd);
  const text = (yield* repository.read('config')) ?? '';
  const [verb, name, url] = operands;
  if (verb === 'add' && name !== undefined && url !== undefined) {
    const exists = (yield* repository.setting(`remote.${name}.url`)) !== undefined;
    if (exists) throw new GitFailure(`error: remote ${name} already exists.`, 3);
    yield* repository.write('config', withSetting(text, `remote.${name}.url`, url, false));
    return 0;
  }
  const remotes = parseConfig(text).flatMap(([key, value]) => {
    const match = /^remote\.(.*)\.url$/.exec(key);
    return match ? [[match[1] ?? '', value] as const] : [];
  });
  if (verb === 'get-url') {
    const found = remotes.find(([one]) => one === name);
    if (!found) throw new GitFailure(`error: No such remote '${name}'`, 2);
    yield* sys.write(1, `${found[1]}\n`);
    return 0;
  }
  const lines = remotes.map(([one, where]) =>
    flags.has('-v') ? `${one}\t${where} (fetch)\n${one}\t${where} (push)\n` : `${one}\n`,
  );
  yield* sys.write(1, lines.join(''));
  return 0;
}
