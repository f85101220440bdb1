import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import type { Call } from '../../runtime/syscalls';
import { failedWith, type Invocation, strerror } from './applet';
import { attempt, statOf } from './files';
import { readAll } from './lines';

export const PASSWD = '/etc/passwd';
export const SHADOW = '/etc/shadow';
export const GROUP = '/etc/group';
export const GSHADOW = '/etc/gshadow';

/** What to do with the lines of an account file; gives the new lines and how many have changed. */
export type LineChange = (lines: readonly Bytes[]) => {
  readonly lines: readonly Bytes[];
  readonly changed: number;
};

/** Adds a line. */
export function addLine(line: Bytes): LineChange {
  return (lines) => ({ lines: [...lines, line], changed: 1 });
}

/** Removes the line of a user or group. */
export function removeEntry(name: Bytes): LineChange {
  return (lines) => {
    const left = lines.filter((line) => !line.startsWith(`${name}:`));
    return { lines: left, changed: lines.length - left.length };
  };
}

/** Changes the members of a group, or of all groups. */
export function changeMembers(
  group: Bytes | undefined,
  change: (members: readonly Bytes[]) => readonly Bytes[],
): LineChange {
  return (lines) => {
    let changed = 0;
    const result = lines.map((line) => {
      if (group !== undefined && !line.startsWith(`${group}:`)) return line;
      const colon = line.lastIndexOf(':');
      const before = line
        .slice(colon + 1)
        .split(',')
        .filter((member) => member !== '');
      const after = change(before);
      if (after.length !== before.length) changed++;
      return line.slice(0, colon + 1) + after.join(',');
    });
    return { lines: result, changed };
  };
}

/**
 * Rewrites an account file by way of `FILE+`, with a backup in `FILE-`; the number of changed lines, undefined
 * after a complaint. A shadow file that is missing does not matter. Models libbb/update_passwd.c.
 */
export function* updateAccountFile(
  run: Invocation,
  file: Bytes,
  change: LineChange,
): Call<number | undefined> {
  const { sys } = run;
  const isShadow = file.includes('shadow');
  const path = attempt(() => sys.realpath(file));
  if (path === undefined) return isShadow ? 0 : undefined;
  let text: Bytes;
  try {
    const old = yield* sys.open(path, { read: true, write: true });
    text = yield* readAll(sys, old);
    sys.close(old);
  } catch (error) {
    if (isShadow && failedWith(error, 'ENOENT', 'EACCES')) return 0;
    yield* run.complainAbout(path, error);
    return undefined;
  }
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  const result = change(lines);
  const mode = statOf(run, path);
  let fd: number;
  try {
    fd = yield* sys.open(`${path}+`, { write: true, create: true, exclusive: true }, 0o600);
  } catch (error) {
    yield* run.complainAbout(`can't create '${path}+'`, error);
    return undefined;
  }
  if (mode) {
    attempt(() => sys.chmod(`${path}+`, mode.mode & 0o777));
    attempt(() => sys.chown(`${path}+`, mode.uid, mode.gid));
  }
  yield* backUp(run, path);
  try {
    yield* sys.write(fd, result.lines.map((line) => `${line}\n`).join(''));
    sys.close(fd);
    sys.rename(`${path}+`, path);
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    yield* run.complain(error.message);
    attempt(() => sys.unlink(`${path}+`));
    return undefined;
  }
  return result.changed;
}

function* backUp(run: Invocation, path: Bytes): Call<void> {
  attempt(() => run.sys.unlink(`${path}-`));
  try {
    run.sys.link(path, `${path}-`);
  } catch (error) {
    const reason = strerror(error);
    yield* run.complain(`warning: can't create backup copy '${path}-': ${reason}`);
  }
}
