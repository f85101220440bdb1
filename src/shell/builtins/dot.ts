import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import type { Call } from '../../runtime/syscalls';
import { candidates } from '../interpreter/command-search';
import { newArguments, type ShellState } from '../interpreter/state';
import { OptionReader } from './builtin';

/** `.` and `source`. */
export function* runDot(shell: ShellState, argv: readonly Bytes[]): Call<number> {
  const options = new OptionReader(shell, argv);
  options.next('');
  const [name, ...rest] = options.operands;
  if (name === undefined) return 2;
  const path = findScript(shell, name);
  const outer = shell.arguments;
  if (rest.length > 0) shell.arguments = newArguments(rest);
  try {
    return yield* shell.executor.runFile(shell, path);
  } finally {
    if (rest.length > 0) shell.arguments = outer;
  }
}

/** A name without a slash is looked for in PATH only. */
function findScript(shell: ShellState, name: Bytes): Bytes {
  if (name.includes('/')) return name;
  for (const path of candidates(shell.path, name)) {
    try {
      if (shell.sys.stat(path).type === 'file') return path;
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
    }
  }
  return shell.fail(`${name}: not found`);
}
