import type { Bytes } from '../../runtime/bytes';
import type { ShellState } from '../interpreter/state';

/** The virtual CPU time of this shell, all of it as user time; that of its children is not added up. */
export function runTimes(shell: ShellState): number {
  const { sys } = shell;
  const own = sys.processes().find(({ pid }) => pid === sys.pid)?.cpuMs ?? 0;
  shell.print(`${clock(own)} ${clock(0)}\n${clock(0)} ${clock(0)}\n`);
  return 0;
}

function clock(ms: number): Bytes {
  const seconds = Math.floor(ms / 1000);
  // The kernel counts hundredths of seconds.
  const rest = Math.floor((ms % 1000) / 10) * 10;
  return `${Math.floor(seconds / 60)}m${seconds % 60}.${String(rest).padStart(3, '0')}s`;
}
