import type { Bytes } from '../../runtime/bytes';
import { ERRNO_TEXT, SysError } from '../../runtime/errno';
import type { Call } from '../../runtime/syscalls';
import type { ShellState } from './state';
import { ShellExit } from './unwinding';

/** PATH for `command -p`. */
export const DEFAULT_PATH: Bytes = '/sbin:/usr/sbin:/bin:/usr/bin';

/** The paths under which PATH may hold a command, in order. */
export function candidates(path: Bytes, name: Bytes): Bytes[] {
  return path.split(':').map((directory) => (directory === '' ? name : `${directory}/${name}`));
}

/** Where a program was found: which element of PATH, -1 for a name with a slash; or why not. */
export type Found =
  | { readonly found: true; readonly index: number }
  | { readonly found: false; readonly reason: Bytes };

/** Looks a program up in PATH, or in the table of those found before. Models ash.c find_command. */
export function findProgram(shell: ShellState, name: Bytes, path: Bytes = shell.path): Found {
  if (name.includes('/')) return { found: true, index: -1 };
  const own = path === shell.path;
  const known = own ? shell.commands.get(name) : undefined;
  if (known && !known.stale) return { found: true, index: known.index };
  let reason = shell.bash ? 'command not found' : 'not found';
  for (const [index, candidate] of candidates(path, name).entries()) {
    const file = shell.sys.tryStat(candidate);
    if (typeof file === 'string') {
      if (file !== 'ENOENT' && file !== 'ENOTDIR') reason = ERRNO_TEXT[file];
      continue;
    }
    if (file.type !== 'file') {
      reason = 'Permission denied';
      continue;
    }
    if (own) shell.commands.set(name, index);
    return { found: true, index };
  }
  if (own) shell.commands.delete(name);
  return { found: false, reason };
}

/** The path of a program that `findProgram` has found. */
export function pathOf(name: Bytes, index: number, path: Bytes): Bytes {
  if (index < 0) return name;
  let start = 0;
  for (let before = 0; before < index; before++) {
    const colon = path.indexOf(':', start);
    if (colon < 0) return name;
    start = colon + 1;
  }
  const end = path.indexOf(':', start);
  const directory = path.slice(start, end < 0 ? path.length : end);
  return directory === '' ? name : `${directory}/${name}`;
}

/**
 * Replaces this process's program by `name`, returns only by throwing. `tried`: how the first candidate has
 * failed already. Models ash.c shellexec.
 */
export function* execProgram(
  shell: ShellState,
  argv: readonly Bytes[],
  path: Bytes,
  index: number,
  name: Bytes = argv[0] ?? '',
  tried?: SysError,
): Call<never> {
  let reason = NOT_THERE;
  let known = tried;
  const paths = name.includes('/') ? [name] : candidates(path, name).slice(Math.max(index, 0));
  for (const candidate of paths) {
    const error = yield* tryExec(shell, candidate, argv, known);
    known = undefined;
    const missing = error.errno === 'ENOENT' || error.errno === 'ENOTDIR';
    if (!missing || name.includes('/')) reason = error;
  }
  const { errno } = reason;
  const absent = errno === 'ENOENT' || errno === 'ENOTDIR';
  shell.status = absent || errno === 'ELOOP' || errno === 'ENAMETOOLONG' ? 127 : 126;
  const text =
    shell.bash && name.includes('/') ? reason.message : absent ? 'not found' : reason.message;
  yield* shell.warn(`${name}: ${isFolder(shell, name) ? 'Is a directory' : text}`);
  throw new ShellExit(false);
}

const NOT_THERE = new SysError('ENOENT');

/** bash says so of a directory; to ash it is just not permitted. */
function isFolder(shell: ShellState, name: Bytes): boolean {
  if (!shell.bash || !name.includes('/')) return false;
  const stat = shell.sys.tryStat(name);
  return typeof stat !== 'string' && stat.type === 'directory';
}

function* tryExec(
  shell: ShellState,
  path: Bytes,
  argv: readonly Bytes[],
  tried: SysError | undefined,
): Call<SysError> {
  const environment = shell.variables.environment();
  if (tried === undefined) {
    try {
      yield* shell.sys.exec(path, argv, environment);
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
      if (error.errno !== 'ENOEXEC') return error;
    }
  } else if (tried.errno !== 'ENOEXEC') return tried;
  // What is executable but no program is a script for this shell.
  for (const [signal, mode] of shell.signalModes) {
    if (mode === 'catch') shell.sys.signalAction(signal, 'default');
  }
  for (const fd of shell.redirections.flatMap((saved) => [...saved.values()])) {
    if (fd !== undefined) closeIfOpen(shell, fd);
  }
  const code = yield* shell.executor.runScript(
    shell.sys,
    [shell.bash ? 'bash' : 'ash', path, ...argv.slice(1)],
    environment,
  );
  return yield* shell.sys.exit(code);
}

function closeIfOpen(shell: ShellState, fd: number): void {
  try {
    shell.sys.close(fd);
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
  }
}
