import { type Bytes, fromBytes, toBytes } from '../../runtime/bytes';

/** A file in an archive. */
export interface TarEntry {
  readonly name: string;
  readonly type: 'file' | 'directory' | 'symlink' | 'other';
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly modifiedMs: number;
  readonly target: string;
  readonly content: Bytes;
}

const BLOCK = 512;
const NAME_LENGTH = 100;
const FLAGS = { file: '0', symlink: '2', directory: '5', other: '0' } as const;

const octal = (value: number, width: number) => `${value.toString(8).padStart(width - 1, '0')}\0`;
const field = (text: Bytes, width: number) => text.slice(0, width).padEnd(width, '\0');
const padded = (bytes: Bytes) => bytes + '\0'.repeat((BLOCK - (bytes.length % BLOCK)) % BLOCK);

/** An archive in the ustar format, with GNU's entries for long names. */
export function writeTar(entries: readonly TarEntry[]): Bytes {
  return `${entries.map(entryBytes).join('')}${'\0'.repeat(BLOCK * 2)}`;
}

function entryBytes(entry: TarEntry): Bytes {
  const name = toBytes(entry.name);
  const long = name.length > NAME_LENGTH ? longName(name) : '';
  const content = entry.type === 'file' ? entry.content : '';
  return long + header(name, FLAGS[entry.type], entry, content.length) + padded(content);
}

function longName(name: Bytes): Bytes {
  const owner = { mode: 0, uid: 0, gid: 0, modifiedMs: 0, target: '' };
  return header('././@LongLink', 'L', owner, name.length + 1) + padded(`${name}\0`);
}

type Owner = Pick<TarEntry, 'mode' | 'uid' | 'gid' | 'modifiedMs' | 'target'>;

function header(name: Bytes, flag: string, owner: Owner, size: number): Bytes {
  const before =
    field(name, NAME_LENGTH) +
    octal(owner.mode & 0o7777, 8) +
    octal(owner.uid, 8) +
    octal(owner.gid, 8) +
    octal(size, 12) +
    octal(Math.floor(owner.modifiedMs / 1000), 12);
  const after = `${flag + field(toBytes(owner.target), NAME_LENGTH)}ustar\x0000${field('root', 32)}${field('root', 32)}`;
  const blank = before + ' '.repeat(8) + after;
  let sum = 0;
  for (let i = 0; i < blank.length; i++) sum += blank.charCodeAt(i);
  return padded(`${before}${sum.toString(8).padStart(6, '0')}\0 ${after}`);
}

/** The files of an archive. Models archive/tar as far as tars of containers go. */
export function readTar(bytes: Bytes): TarEntry[] {
  const entries: TarEntry[] = [];
  let longer: string | undefined;
  for (let at = 0; at + BLOCK <= bytes.length; ) {
    const block = bytes.slice(at, at + BLOCK);
    if (/^\0*$/.test(block)) break;
    const text = (from: number, length: number) =>
      block.slice(from, from + length).replace(/\0.*$/s, '');
    const number = (from: number, length: number) =>
      Number.parseInt(text(from, length).trim() || '0', 8);
    const size = number(124, 12);
    const content = bytes.slice(at + BLOCK, at + BLOCK + size);
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
    const flag = text(156, 1);
    if (flag === 'L') {
      longer = fromBytes(content.replace(/\0.*$/s, ''));
      continue;
    }
    const prefix = text(257, 6) === 'ustar' ? text(345, 155) : '';
    const short = prefix === '' ? text(0, 100) : `${prefix}/${text(0, 100)}`;
    entries.push({
      name: longer ?? fromBytes(short),
      type: typeOf(flag),
      mode: number(100, 8),
      uid: number(108, 8),
      gid: number(116, 8),
      modifiedMs: number(136, 12) * 1000,
      target: fromBytes(text(157, 100)),
      content,
    });
    longer = undefined;
  }
  return entries;
}

function typeOf(flag: string): TarEntry['type'] {
  if (flag === '0' || flag === '') return 'file';
  if (flag === '5') return 'directory';
  return flag === '2' ? 'symlink' : 'other';
}
