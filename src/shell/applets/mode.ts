import type { Bytes } from '../../runtime/bytes';
import type { FileType } from '../../runtime/syscalls';

const TYPE_LETTERS: Readonly<Record<FileType, string>> = {
  file: '-',
  directory: 'd',
  symlink: 'l',
  fifo: 'p',
  socket: 's',
  'character device': 'c',
};

/** `-rw-r--r--`. */
export function modeString(type: FileType, mode: number): Bytes {
  let text = TYPE_LETTERS[type];
  for (const [shift, special, letter] of [
    [6, 0o4000, 's'],
    [3, 0o2000, 's'],
    [0, 0o1000, 't'],
  ] as const) {
    const bits = mode >> shift;
    text += bits & 4 ? 'r' : '-';
    text += bits & 2 ? 'w' : '-';
    const executable = (bits & 1) !== 0;
    if (mode & special) text += executable ? letter : letter.toUpperCase();
    else text += executable ? 'x' : '-';
  }
  return text;
}

const TYPE_BITS: Readonly<Record<FileType, number>> = {
  file: 0o100000,
  directory: 0o040000,
  symlink: 0o120000,
  fifo: 0o010000,
  socket: 0o140000,
  'character device': 0o020000,
};

/** st_mode: type and permission bits together. */
export function rawMode(type: FileType, mode: number): number {
  return TYPE_BITS[type] | mode;
}
