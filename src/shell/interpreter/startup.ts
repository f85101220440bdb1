import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import type { Call, Sys } from '../../runtime/syscalls';
import { setDirectory } from '../builtins/cd';
import { DEFAULT_SEPARATORS } from '../expansion/fields';
import { DEFAULT_PATH } from './command-search';
import { expandPrompt } from './prompt-text';
import { readScript, runCommands, Script, WHOLE_FILE } from './script';
import { newArguments, type ShellState } from './state';
import { ShellError } from './unwinding';

/** What the command line asks for. */
export interface Invocation {
  /** The text behind `-c`. */
  readonly script: Bytes | undefined;
  /** The script's file. */
  readonly file: Bytes | undefined;
  readonly login: boolean;
}

/** Sets the variables that every shell has, and those of the environment. Models ash.c init. */
export function setInitialVariables(
  shell: ShellState,
  environment: ReadonlyMap<Bytes, Bytes>,
): void {
  const { sys, variables } = shell;
  shell.rootPid = sys.pid;
  variables.declare('HISTFILE', undefined);
  variables.declare('EPOCHREALTIME', undefined, 'EPOCHREALTIME');
  variables.declare('EPOCHSECONDS', undefined, 'EPOCHSECONDS');
  variables.declare('RANDOM', undefined, 'RANDOM');
  variables.declare('FUNCNAME', '', 'FUNCNAME');
  variables.declare('LINENO', '', 'LINENO');
  variables.declare('OPTIND', '1');
  variables.declare('PS4', '+ ');
  variables.declare('PS2', '> ');
  variables.declare('PS1', '\\w \\$ ');
  variables.declare('PATH', DEFAULT_PATH);
  variables.declare('MAILPATH', undefined);
  variables.declare('MAIL', undefined);
  variables.declare('IFS', DEFAULT_SEPARATORS);
  for (const [name, value] of environment) variables.assign(name, value, { export: true });
  variables.assign('IFS', DEFAULT_SEPARATORS);
  variables.assign('OPTIND', '1');
  variables.assign('PPID', String(sys.ppid));
  const level = Number.parseInt(variables.get('SHLVL') ?? '0', 10);
  variables.assign('SHLVL', String((level || 0) + 1), { export: true });
  if (variables.get('HOSTNAME') === undefined) variables.assign('HOSTNAME', sys.hostname);
  const given = variables.get('PWD');
  setDirectory(shell, given !== undefined && isCurrentDirectory(sys, given) ? given : undefined);
}

function isCurrentDirectory(sys: Sys, path: Bytes): boolean {
  if (!path.startsWith('/')) return false;
  try {
    const [named, current] = [sys.stat(path), sys.stat('.')];
    return named.device === current.device && named.inode === current.inode;
  } catch (error) {
    if (error instanceof SysError) return false;
    throw error;
  }
}

/** Understands `sh`'s command line. Throws ShellError. Models ash.c procargs, options. */
export function* readCommandLine(shell: ShellState, argv: readonly Bytes[]): Call<Invocation> {
  const { options, sys } = shell;
  shell.name = argv[0] ?? 'sh';
  shell.applet = shell.name.replace(/^-|^.*\//gs, '');
  let login = shell.name.startsWith('-');
  let interactive: boolean | undefined;
  let monitor: boolean | undefined;
  let index = 1;
  for (; index < argv.length; index++) {
    const word = argv[index] as Bytes;
    const on = word[0] === '-';
    if (!on && word[0] !== '+') break;
    if (word === '-' || word === '--') {
      index++;
      break;
    }
    if (word.startsWith('--')) {
      if (word === '--login') login = true;
      continue;
    }
    for (const letter of word.slice(1)) {
      if (letter === 'c') options.fromArgument = true;
      else if (letter === 'O' && shell.bash) index++;
      else if (letter === 's') options.fromStdin = true;
      else if (letter === 'i') interactive = true;
      else if (letter === 'l') login = true;
      else if (letter === 'o') {
        const name = argv[++index];
        if (name !== undefined && !options.setByName(name, on)) yield* badOption(shell, on, name);
        if (name === 'monitor') monitor = on;
      } else {
        if (!options.setByLetter(letter, on)) shell.fail(`illegal option ${word[0]}${letter}`);
        if (letter === 'm') monitor = on;
      }
    }
  }
  let rest = argv.slice(index);
  if (rest.length === 0) {
    if (options.fromArgument) shell.fail('-c requires an argument');
    options.fromStdin = true;
  }
  interactive ??= options.fromStdin && !options.fromArgument && sys.isatty(0) && sys.isatty(1);
  options.interactive = interactive;
  options.monitor = monitor ?? interactive;
  let script: Bytes | undefined;
  let file: Bytes | undefined;
  if (options.fromArgument) {
    script = rest[0];
    rest = rest.slice(1);
    shell.fromArgument = true;
    if (rest.length > 0) rest = nameFrom(shell, rest);
  } else if (!options.fromStdin) {
    file = rest[0];
    rest = rest.slice(1);
  }
  shell.arguments = newArguments(rest);
  return { script, file, login };
}

/** The first word behind the script is `$0`. */
function nameFrom(shell: ShellState, words: readonly Bytes[]): Bytes[] {
  shell.name = words[0] as Bytes;
  shell.commandName = shell.name;
  return words.slice(1);
}

/** Tells of an unknown option; the shell then ends, with status 0. */
function* badOption(shell: ShellState, on: boolean, name: Bytes): Call<never> {
  const error = new ShellError(shell.message(`illegal option ${on ? '-' : '+'}o ${name}`));
  yield* shell.report(error);
  throw error;
}

/** Runs /etc/profile and the like, if it is there. */
export function* runProfile(shell: ShellState, path: Bytes): Call<void> {
  const name = yield* expandPrompt(shell, path, false);
  try {
    shell.sys.access(name, { read: true });
  } catch (error) {
    if (error instanceof SysError) return;
    throw error;
  }
  const text = yield* readScript(shell, name);
  yield* runCommands(shell, new Script(shell, text, 1, WHOLE_FILE));
}
