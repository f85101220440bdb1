import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import type { Call } from '../../runtime/syscalls';
import type { FileRedirectionKind, Redirection } from '../ast';
import { expandQuoted, expandText } from '../expansion/expand';
import { closeQuietly, isInternal, saveDescriptor } from './descriptors';
import { forkShell, openPipe } from './processes';
import type { SavedDescriptors, ShellState } from './state';
import { ignoreSignal } from './traps';
import { ShellError } from './unwinding';

/** Bytes of a here-document that fit a pipe at once; a longer one is written by a process of its own. */
const PIPE_BUF = 4096;

/** A redirection whose words have been expanded. */
export type ExpandedRedirection =
  | {
      readonly kind: 'file';
      readonly operator: FileRedirectionKind;
      readonly fd: number;
      readonly path: Bytes;
    }
  /** `from` undefined: `>&-`. */
  | { readonly kind: 'duplicate'; readonly fd: number; readonly from: number | undefined }
  | { readonly kind: 'here'; readonly fd: number; readonly redirection: Redirection };

const NONE: readonly ExpandedRedirection[] = [];

/** Expands the words of redirections, before any of them is carried out. Models ash.c expredir. */
export function* expandRedirections(
  shell: ShellState,
  redirections: readonly Redirection[],
): Call<readonly ExpandedRedirection[]> {
  if (redirections.length === 0) return NONE;
  const expanded: ExpandedRedirection[] = [];
  for (let i = 0; i < redirections.length; i++) {
    const redirection = redirections[i] as Redirection;
    const { fd } = redirection;
    if (redirection.kind === 'file') {
      const { target } = redirection;
      const path = target.constant ?? (yield* expandText(shell, target));
      expanded.push({ kind: 'file', operator: redirection.operator, fd, path });
    } else if (redirection.kind === 'here' || redirection.kind === 'here string') {
      expanded.push({ kind: 'here', fd, redirection });
    } else {
      expanded.push(yield* expandDuplicate(shell, redirection.source, fd));
    }
  }
  return expanded;
}

function* expandDuplicate(
  shell: ShellState,
  source: Parameters<typeof expandText>[1],
  fd: number,
): Call<ExpandedRedirection> {
  const text = source.literal ?? (yield* expandText(shell, source));
  if (text === '-' && source.literal !== undefined)
    return { kind: 'duplicate', fd, from: undefined };
  if (/^[0-9]+$/.test(text)) {
    const from = Number(text);
    if (from > 4294967295) shell.failSyntax('bad fd number');
    return { kind: 'duplicate', fd, from };
  }
  // `>&file` sends both outputs to the file.
  if (fd !== 1) shell.fail('redir error');
  return { kind: 'file', operator: '&>', fd, path: text };
}

/**
 * Carries out redirections. With `saved` they can be undone; without, the process is one that needs its old
 * descriptors no more. Throws ShellError. Models ash.c redirect.
 */
export function* redirect(
  shell: ShellState,
  redirections: readonly ExpandedRedirection[],
  saved: SavedDescriptors | undefined,
): Call<void> {
  for (let i = 0; i < redirections.length; i++) {
    const redirection = redirections[i] as ExpandedRedirection;
    const { fd } = redirection;
    if (redirection.kind === 'duplicate') {
      duplicate(shell, redirection.from, fd, saved);
      continue;
    }
    const opened =
      redirection.kind === 'here'
        ? yield* openHere(shell, redirection.redirection)
        : yield* openFile(shell, redirection.operator, redirection.path);
    if (opened === fd) {
      if (saved && !saved.has(fd)) saved.set(fd, undefined);
    } else {
      saveDescriptor(shell, saved, fd);
      copyDescriptor(shell, opened, fd);
      shell.sys.close(opened);
    }
    if (redirection.kind === 'file' && redirection.operator.startsWith('&>') && fd === 1) {
      duplicate(shell, 1, 2, saved);
    }
  }
}

function duplicate(
  shell: ShellState,
  from: number | undefined,
  fd: number,
  saved: SavedDescriptors | undefined,
): void {
  if (from === fd) return;
  saveDescriptor(shell, saved, fd);
  if (from === undefined) {
    closeQuietly(shell, fd);
    return;
  }
  if (isInternal(shell, saved, from)) shell.fail(`${from}: Bad file descriptor`);
  if (shell.bash && !shell.sys.descriptors().includes(from)) {
    shell.fail(`${from}: Bad file descriptor`);
  }
  copyDescriptor(shell, from, fd);
}

function copyDescriptor(shell: ShellState, from: number, fd: number): void {
  try {
    if (fd >= (shell.limits.get('n')?.soft ?? Number.POSITIVE_INFINITY))
      throw new SysError('EBADF');
    shell.sys.dup2(from, fd);
  } catch (error) {
    if (error instanceof SysError) shell.fail(`dup2(${from},${fd}): ${error.message}`);
    throw error;
  }
}

/** As `redirect`, but an error is told and becomes the status 1. Models ash.c redirectsafe. */
export function* redirectSafely(
  shell: ShellState,
  redirections: readonly ExpandedRedirection[],
  saved: SavedDescriptors | undefined,
): Call<boolean> {
  try {
    yield* redirect(shell, redirections, saved);
    return true;
  } catch (thrown) {
    if (!(thrown instanceof ShellError)) throw thrown;
    yield* shell.report(thrown);
    return false;
  }
}

function* openFile(shell: ShellState, operator: FileRedirectionKind, path: Bytes): Call<number> {
  const { sys } = shell;
  const mode = 0o666;
  try {
    switch (operator) {
      case '<':
        return yield* sys.open(path, { read: true });
      case '<>':
        return yield* sys.open(path, { read: true, write: true, create: true }, mode);
      case '>>':
      case '&>>':
        return yield* sys.open(path, { write: true, create: true, append: true }, mode);
      case '>|':
        return yield* sys.open(path, { write: true, create: true, truncate: true }, mode);
      default:
        if (shell.options.noclobber) return yield* openWithoutClobbering(shell, path, mode);
        return yield* sys.open(path, { write: true, create: true, truncate: true }, mode);
    }
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    if (shell.bash) {
      return shell.fail(
        `${path}: ${error.errno === 'EEXIST' ? 'cannot overwrite existing file' : error.message}`,
      );
    }
    const missing = error.errno === 'ENOENT' || error.errno === 'ENOTDIR';
    if (operator === '<') {
      return shell.fail(`can't open ${path}: ${missing ? 'no such file' : error.message}`);
    }
    return shell.fail(`can't create ${path}: ${missing ? 'nonexistent directory' : error.message}`);
  }
}

function* openWithoutClobbering(shell: ShellState, path: Bytes, mode: number): Call<number> {
  const { sys } = shell;
  let regular: boolean;
  try {
    regular = sys.stat(path).type === 'file';
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    return yield* sys.open(path, { write: true, create: true, exclusive: true }, mode);
  }
  if (regular) throw new SysError('EEXIST');
  return yield* sys.open(path, { write: true });
}

/** A pipe that holds a here-document's text. Models ash.c openhere. */
function* openHere(shell: ShellState, redirection: Redirection): Call<number> {
  const { sys } = shell;
  let text = '';
  if (redirection.kind === 'here') text = yield* expandQuoted(shell, redirection.document.body);
  if (redirection.kind === 'here string') text = `${yield* expandText(shell, redirection.text)}\n`;
  const [readEnd, writeEnd] = openPipe(shell);
  if (text.length <= PIPE_BUF) {
    yield* sys.write(writeEnd, text);
  } else {
    forkShell(shell, undefined, null, 'no job', function* (child) {
      child.sys.close(readEnd);
      for (const signal of ['INT', 'QUIT', 'HUP', 'TSTP'] as const) ignoreSignal(child, signal);
      child.sys.signalAction('PIPE', 'default');
      child.traps.clear();
      yield* child.sys.write(writeEnd, text);
    });
  }
  sys.close(writeEnd);
  return readEnd;
}
