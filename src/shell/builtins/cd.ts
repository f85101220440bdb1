import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import type { ShellState } from '../interpreter/state';
import { OptionReader } from './builtin';

/** Whether -P was given last. */
function isPhysical(options: OptionReader): boolean {
  let physical = false;
  for (let letter = options.next('LP'); letter !== ''; letter = options.next('LP')) {
    physical = letter === 'P';
  }
  return physical;
}

export function runPwd(shell: ShellState, argv: readonly Bytes[]): number {
  const physical = isPhysical(new OptionReader(shell, argv));
  shell.print(`${physical ? currentDirectory(shell) : shell.directory}\n`);
  return 0;
}

/** Models ash.c cdcmd. */
export function runCd(shell: ShellState, argv: readonly Bytes[]): number {
  const options = new OptionReader(shell, argv);
  const physical = isPhysical(options);
  let [target] = options.operands;
  let prints = false;
  if (target === '-') {
    target = shell.variables.get('OLDPWD');
    prints = true;
  } else target ??= shell.variables.get('HOME');
  target ??= '';
  let path = target;
  if (!/^(\/|\.\.?(\/|$))/.test(target)) {
    path = target === '' ? '.' : target;
    const found = searchPath(shell, path);
    if (found) {
      path = found.path;
      prints ||= found.named;
    } else path = target === '' ? '.' : target;
  }
  try {
    changeDirectory(shell, path, physical);
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    const place = target || '.';
    shell.fail(
      shell.bash ? `${place}: ${error.message}` : `can't cd to ${place}: ${error.message}`,
    );
  }
  if (prints) shell.print(`${shell.directory}\n`);
  return 0;
}

/** Looks a directory up in CDPATH; `named`: not through an empty element of it. */
function searchPath(shell: ShellState, name: Bytes): { path: Bytes; named: boolean } | undefined {
  const list = shell.variables.get('CDPATH');
  if (list === undefined) return undefined;
  for (const directory of list.split(':')) {
    const path = directory === '' ? name : `${directory}/${name}`;
    try {
      if (shell.sys.stat(path).type === 'directory') return { path, named: directory !== '' };
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
    }
  }
  return undefined;
}

function changeDirectory(shell: ShellState, path: Bytes, physical: boolean): void {
  const logical = physical ? undefined : resolveLogically(shell.directory, path);
  shell.sys.chdir(logical ?? path);
  shell.variables.set('OLDPWD', shell.directory, { export: true });
  setDirectory(shell, logical);
  shell.commands.markStale();
}

/** Notes the current directory, by its logical path if that is known. */
export function setDirectory(shell: ShellState, logical: Bytes | undefined): void {
  shell.directory = logical ?? currentDirectory(shell);
  shell.variables.set('PWD', shell.directory, { export: true });
}

function currentDirectory(shell: ShellState): Bytes {
  try {
    return shell.sys.cwd;
  } catch (error) {
    if (error instanceof SysError) return '';
    throw error;
  }
}

/** The path with `.` and `..` taken out by name, without looking at links; undefined if that cannot be known. */
function resolveLogically(directory: Bytes, path: Bytes): Bytes | undefined {
  if (!path.startsWith('/') && directory === '') return undefined;
  const whole = path.startsWith('/') ? path : `${directory}/${path}`;
  // Two slashes in front, not one or three, may mean something of their own.
  const start = path.startsWith('/') ? path : directory;
  const root = /^\/\/(?!\/)/.test(start) ? '//' : '/';
  const names: Bytes[] = [];
  for (const name of whole.split('/')) {
    if (name === '' || name === '.') continue;
    if (name === '..') names.pop();
    else names.push(name);
  }
  return root + names.join('/');
}
