import { SysError } from '../../runtime/errno';
import type { SavedDescriptors, ShellState } from './state';

/** Where descriptors are kept while a redirection has their number. */
const LEAST_SAVED = 10;

/** The result of a system call, undefined if the descriptor was not open. */
function unlessClosed<T>(call: () => T): T | undefined {
  try {
    return call();
  } catch (error) {
    if (error instanceof SysError && error.errno === 'EBADF') return undefined;
    throw error;
  }
}

/** Closes a descriptor that may not be open. */
export function closeQuietly(shell: ShellState, fd: number): void {
  unlessClosed(() => shell.sys.close(fd));
}

/** Keeps what a descriptor refers to, so that the redirection of it can be undone. Models ash.c save_fd_on_redirect. */
export function saveDescriptor(
  shell: ShellState,
  saved: SavedDescriptors | undefined,
  fd: number,
): void {
  if (fd === shell.terminalFd) {
    shell.terminalFd = shell.sys.dup(fd, LEAST_SAVED);
    shell.sys.closeOnExec(shell.terminalFd, true);
    return;
  }
  if (saved === undefined) return;
  if (saved.size > 0) {
    for (const [original, kept] of saved) {
      if (kept !== fd) continue;
      const moved = shell.sys.dup(fd, LEAST_SAVED);
      shell.sys.closeOnExec(moved, true);
      saved.set(original, moved);
      return;
    }
    if (saved.has(fd)) return;
  }
  const kept = unlessClosed(() => shell.sys.dup(fd, LEAST_SAVED));
  if (kept !== undefined) shell.sys.closeOnExec(kept, true);
  saved.set(fd, kept);
  if (fd === shell.traceFd && kept !== undefined) shell.traceFd = kept;
}

/** Whether a descriptor is one that the shell itself keeps: scripts see it as closed. */
export function isInternal(
  shell: ShellState,
  saved: SavedDescriptors | undefined,
  fd: number,
): boolean {
  if (fd === shell.terminalFd) return true;
  return saved !== undefined && [...saved.values()].includes(fd);
}

/** Begins a command with redirections. */
export function pushDescriptors(shell: ShellState): SavedDescriptors {
  const saved: SavedDescriptors = new Map();
  shell.redirections.push(saved);
  return saved;
}

/** Undoes the innermost command's redirections, or with `keep` makes them permanent. */
export function popDescriptors(shell: ShellState, keep: boolean): void {
  const saved = shell.redirections.pop();
  if (saved === undefined) return;
  for (const [fd, kept] of saved) {
    if (kept === undefined) {
      if (!keep) closeQuietly(shell, fd);
      continue;
    }
    if (!keep) shell.sys.dup2(kept, fd);
    closeQuietly(shell, kept);
  }
}

export function popDescriptorsTo(shell: ShellState, depth: number): void {
  while (shell.redirections.length > depth) popDescriptors(shell, false);
}

export function restoreAllDescriptors(shell: ShellState): void {
  popDescriptorsTo(shell, 0);
  shell.traceFd = 2;
}
