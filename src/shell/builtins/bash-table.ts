import type { Bytes } from '../../runtime/bytes';
import type { Call } from '../../runtime/syscalls';
import { findProgram, pathOf } from '../interpreter/command-search';
import type { ShellState } from '../interpreter/state';
import { isKeyword } from '../parser/tokens';
import {
  runBashPrintf,
  runBashRead,
  runDirectories,
  runMapfile,
  runShopt,
  runSource,
} from './bash-builtins';
import type { Builtin, BuiltinMain } from './builtin';
import { runBashUnset, runDeclare } from './declare';
import { BUILTINS } from './table';

const table = new Map<Bytes, Builtin>();

/** bash's built-ins: those of ash, some of them with more to them, and its own. */
export const BASH_BUILTINS: ReadonlyMap<Bytes, Builtin> = table;

const OWN: readonly (readonly [name: Bytes, assigns: boolean, main: BuiltinMain])[] = [
  ['declare', true, runDeclare],
  ['typeset', true, runDeclare],
  ['local', true, runDeclare],
  ['export', true, runDeclare],
  ['readonly', true, runDeclare],
  ['unset', false, runBashUnset],
  ['mapfile', false, runMapfile],
  ['readarray', false, runMapfile],
  ['read', false, runBashRead],
  ['printf', false, runBashPrintf],
  ['.', false, runSource],
  ['source', false, runSource],
  ['shopt', false, runShopt],
  ['pushd', false, runDirectories],
  ['popd', false, runDirectories],
  ['dirs', false, runDirectories],
  ['builtin', false, runBuiltinCommand],
  ['type', false, runBashType],
  ['disown', false, () => 0],
  ['enable', false, () => 0],
];

// What is wrong around a special built-in does not end bash.
for (const [name, builtin] of BUILTINS) {
  if (name !== '[[' && name !== 'chdir') table.set(name, { ...builtin, special: false });
}
for (const [name, assigns, main] of OWN) {
  table.set(name, { name, main, special: false, regular: true, assigns });
}

/** `builtin name …`. */
function runBuiltinCommand(
  shell: ShellState,
  argv: readonly Bytes[],
  flags: number,
): number | Call<number> {
  const [, name] = argv;
  if (name === undefined) return 0;
  const builtin = table.get(name);
  if (!builtin) return shell.fail(`${name}: not a shell builtin`);
  return builtin.main(shell, argv.slice(1), flags);
}

/** `type`, with `-t`, `-p` and `-P`. Models bash's type.def. */
function runBashType(shell: ShellState, argv: readonly Bytes[]): number {
  const flags = argv
    .slice(1)
    .filter((word) => /^-[aftpP]+$/.test(word))
    .join('');
  let status = 0;
  for (const name of argv.slice(1)) {
    if (/^-[aftpP]+$/.test(name)) continue;
    const found = flags.includes('P') ? undefined : kindOf(shell, name);
    const program = found ? undefined : programPath(shell, name);
    if (!found && program === undefined) {
      status = 1;
      if (flags === '') shell.fail(`${name}: not found`);
    } else if (flags.includes('t')) shell.print(`${found?.word ?? 'file'}\n`);
    else if (/[pP]/.test(flags)) shell.print(program === undefined ? '' : `${program}\n`);
    else shell.print(`${name} is ${found?.text ?? program}\n`);
  }
  return status;
}

function kindOf(shell: ShellState, name: Bytes): { word: string; text: string } | undefined {
  if (isKeyword(name) || name === '[[' || name === ']]') {
    return { word: 'keyword', text: 'a shell keyword' };
  }
  const alias = shell.aliases.get(name);
  if (alias) return { word: 'alias', text: `aliased to \`${alias.value}'` };
  if (shell.functions.has(name)) return { word: 'function', text: 'a function' };
  return table.has(name) ? { word: 'builtin', text: 'a shell builtin' } : undefined;
}

function programPath(shell: ShellState, name: Bytes): Bytes | undefined {
  const found = findProgram(shell, name);
  if (!found.found) return undefined;
  const path = pathOf(name, found.index, shell.path);
  return typeof shell.sys.tryStat(path) === 'string' ? undefined : path;
}
