import { SysError } from '../../runtime/errno';
import type { Call } from '../../runtime/syscalls';
import type { ShellState } from './state';
import { setSignal } from './traps';

const SIGNALS = ['TSTP', 'TTOU', 'TTIN'] as const;

/** Turns job control on or off as `set -m` asks. Models ash.c setjobctl. */
export function* applyJobControl(shell: ShellState): Call<void> {
  const on = shell.options.monitor;
  if (on === shell.jobControl || !shell.isRoot) return;
  if (!on) {
    closeJobControl(shell);
    return;
  }
  const { sys } = shell;
  const fd = yield* openTerminal(shell);
  if (fd === undefined) {
    yield* shell.warn("can't access tty; job control turned off");
    shell.options.monitor = false;
    return;
  }
  shell.terminalFd = fd;
  shell.jobControl = true;
  shell.initialGroup = sys.foregroundGroup(fd);
  for (const signal of SIGNALS) setSignal(shell, signal);
  if (sys.pgid !== sys.pid) sys.setpgid(0, sys.pid);
  sys.foregroundGroup(fd, sys.pid);
}

function* openTerminal(shell: ShellState): Call<number | undefined> {
  const { sys } = shell;
  const candidates = [2, 1, 0].filter((fd) => sys.isatty(fd));
  let fd: number | undefined = candidates[0];
  let opened = false;
  try {
    fd = yield* sys.open('/dev/tty', { read: true, write: true });
    opened = true;
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
  }
  if (fd === undefined) return undefined;
  try {
    const kept = sys.dup(fd, 10);
    sys.closeOnExec(kept, true);
    sys.foregroundGroup(kept);
    return kept;
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    return undefined;
  } finally {
    if (opened) sys.close(fd);
  }
}

/** Gives the terminal back to whom it belonged before. */
export function closeJobControl(shell: ShellState): void {
  if (!shell.jobControl || !shell.isRoot) return;
  const { sys, terminalFd } = shell;
  shell.jobControl = false;
  shell.terminalFd = -1;
  for (const restore of [
    () => sys.foregroundGroup(terminalFd, shell.initialGroup),
    () => sys.setpgid(0, shell.initialGroup),
    () => sys.close(terminalFd),
  ]) {
    try {
      restore();
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
    }
  }
  for (const signal of SIGNALS) setSignal(shell, signal);
}
