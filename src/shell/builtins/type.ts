import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import { DEFAULT_PATH, findProgram, pathOf } from '../interpreter/command-search';
import type { ShellState } from '../interpreter/state';
import { isKeyword } from '../parser/tokens';
import { aliasText } from './alias';
import { type Builtin, OptionReader } from './builtin';

/** What a name means, as `type` (verbose) or `command -v` tell it. Models ash.c describe_command. */
function describe(
  shell: ShellState,
  builtins: ReadonlyMap<Bytes, Builtin>,
  name: Bytes,
  verbose: boolean,
  path: Bytes = shell.path,
): number {
  const tell = (text: Bytes): number => {
    shell.print(verbose ? `${name} is ${text}\n` : `${name}\n`);
    return 0;
  };
  if (isKeyword(name)) return tell('a shell keyword');
  const alias = shell.aliases.get(name);
  if (alias) {
    shell.print(verbose ? `${name} is an alias for ${alias.value}\n` : `alias ${aliasText(alias)}`);
    return 0;
  }
  if (!name.includes('/')) {
    if (shell.functions.has(name)) return tell('a function');
    const builtin = builtins.get(name);
    if (builtin) return tell(`a ${builtin.special ? 'special ' : ''}shell builtin`);
  }
  const found = locate(shell, name, path);
  if (found !== undefined) {
    shell.print(verbose ? `${name} is ${found}\n` : `${found}\n`);
    return 0;
  }
  if (verbose) shell.print(`${name}: not found\n`);
  return 127;
}

function locate(shell: ShellState, name: Bytes, path: Bytes): Bytes | undefined {
  const found = findProgram(shell, name, path);
  if (!found.found) return undefined;
  const file = pathOf(name, found.index, path);
  try {
    shell.sys.stat(file);
    return file;
  } catch (error) {
    if (error instanceof SysError) return undefined;
    throw error;
  }
}

export function runType(
  builtins: ReadonlyMap<Bytes, Builtin>,
): (shell: ShellState, argv: readonly Bytes[]) => number {
  return (shell, argv) => {
    const brief = argv[1]?.startsWith('-') ?? false;
    let status = 0;
    for (const name of argv.slice(brief ? 2 : 1)) status |= describe(shell, builtins, name, !brief);
    return status;
  };
}

/** `command -v` and `command -V`; `command name` never comes here. */
export function runCommand(
  builtins: ReadonlyMap<Bytes, Builtin>,
): (shell: ShellState, argv: readonly Bytes[]) => number {
  return (shell, argv) => {
    const options = new OptionReader(shell, argv);
    let verbose = false;
    let path: Bytes | undefined;
    for (let letter = options.next('pvV'); letter !== ''; letter = options.next('pvV')) {
      if (letter === 'V') verbose = true;
      else if (letter === 'p') path = DEFAULT_PATH;
    }
    const [name] = options.operands;
    return name === undefined ? 0 : describe(shell, builtins, name, verbose, path);
  };
}
