import type { Bytes } from '../../runtime/bytes';

const WHO: Readonly<Record<string, number>> = { a: 0o7777, u: 0o4700, g: 0o2070, o: 0o0007 };
const PERMISSION: Readonly<Record<string, number>> = {
  r: 0o444,
  w: 0o222,
  x: 0o111,
  X: 0o111,
  s: 0o6000,
  t: 0o1000,
};

/**
 * A file mode in octal or as `u=rwx,g+w`, applied to a mode; undefined if it is none. What is said for nobody
 * in particular spares the bits of `umask`. Models libbb/parse_mode.c.
 */
export function parseMode(
  text: Bytes,
  current: number,
  umask: number,
  isDirectory = false,
): number | undefined {
  if (/^[0-7]/.test(text)) {
    return /^[0-7]+$/.test(text) && Number.parseInt(text, 8) <= 0o7777
      ? Number.parseInt(text, 8)
      : undefined;
  }
  let mode = current;
  for (const clause of text.split(',')) {
    if (clause === '') continue;
    const match = /^([augo]*)((?:[-+=](?:[ugo]|[rwxXst]*))+)$/.exec(clause);
    if (!match) return undefined;
    let who = 0;
    for (const letter of match[1] as string) who |= WHO[letter] ?? 0;
    for (const action of (match[2] as string).match(/[-+=](?:[ugo]|[rwxXst]*)/g) ?? []) {
      mode = applyAction(mode, action, who, umask, isDirectory);
    }
  }
  return mode;
}

function applyAction(
  current: number,
  action: string,
  who: number,
  umask: number,
  isDirectory: boolean,
): number {
  let mode = current;
  if (action.startsWith('=')) mode &= who === 0 ? ~0o7777 : ~who;
  let bits = 0;
  const permissions = action.slice(1);
  if (/^[ugo]$/.test(permissions)) {
    const copied = (WHO[permissions] ?? 0) & 0o777 & mode;
    for (const letter of 'rwx')
      if (copied & (PERMISSION[letter] ?? 0)) bits |= PERMISSION[letter] ?? 0;
  } else {
    for (const letter of permissions) {
      if (letter !== 'X' || isDirectory || mode & 0o111) bits |= PERMISSION[letter] ?? 0;
    }
  }
  bits &= who === 0 ? ~umask : who;
  return action.startsWith('-') ? mode & ~bits : mode | bits;
}
