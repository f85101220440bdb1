import type { Bytes } from '../../runtime/bytes';
import type { Call, FileType } from '../../runtime/syscalls';
import { Failure, type Invocation } from './applet';
import type { ByteSource } from './byte-source';

export const BLOCK = 512;

const NAME_BYTES = 100;

/** What is said about a file in an archive. */
export interface TarEntry {
  /** Directories end in a slash. */
  readonly name: Bytes;
  readonly type: FileType | 'hard link';
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly user: Bytes;
  readonly group: Bytes;
  readonly size: number;
  /** Unix seconds. */
  readonly modified: number;
  readonly target: Bytes | undefined;
  readonly major: number;
  readonly minor: number;
}

const TYPE_FLAGS: Readonly<Record<TarEntry['type'], string>> = {
  file: '0',
  'hard link': '1',
  symlink: '2',
  'character device': '3',
  directory: '5',
  fifo: '6',
  socket: '0',
};

function octal(value: number, width: number): Bytes {
  const digits = Math.max(0, Math.floor(value))
    .toString(8)
    .padStart(width - 1, '0');
  return digits.length < width ? `${digits}\0` : digits.slice(-width);
}

function field(text: Bytes, width: number): Bytes {
  return text.slice(0, width).padEnd(width, '\0');
}

/** The blocks that announce a file; long names have an entry of their own before it. */
export function encodeEntry(entry: TarEntry): Bytes {
  const target = entry.target ?? '';
  let blocks = '';
  if (target.length > NAME_BYTES) blocks += longName('K', target);
  if (entry.name.length >= NAME_BYTES) blocks += longName('L', entry.name);
  return blocks + header(entry, TYPE_FLAGS[entry.type], target);
}

function longName(flag: 'K' | 'L', name: Bytes): Bytes {
  const text = `${name}\0`;
  const entry: TarEntry = {
    name: '././@LongLink',
    type: 'file',
    mode: 0,
    uid: 0,
    gid: 0,
    user: '',
    group: '',
    size: text.length,
    modified: 0,
    target: undefined,
    major: 0,
    minor: 0,
  };
  return header(entry, flag, '') + text + padding(text.length);
}

/** Zeros that fill the last block of so many bytes. */
export function padding(size: number): Bytes {
  return '\0'.repeat((BLOCK - (size % BLOCK)) % BLOCK);
}

function header(entry: TarEntry, flag: string, target: Bytes): Bytes {
  const isDevice = entry.type === 'character device';
  const front =
    field(entry.name, NAME_BYTES) +
    octal(entry.mode, 8) +
    octal(entry.uid, 8) +
    octal(entry.gid, 8) +
    octal(entry.size, 12) +
    octal(entry.modified, 12);
  const back =
    flag +
    field(target, NAME_BYTES) +
    'ustar  \0' +
    field(entry.user, 32) +
    field(entry.group, 32) +
    (isDevice ? octal(entry.major, 8) + octal(entry.minor, 8) : '\0'.repeat(16));
  const rest = '\0'.repeat(BLOCK - front.length - 8 - back.length);
  const sum = checksum(`${front}        ${back}${rest}`);
  return `${front}${octal(sum, 7)} ${back}${rest}`;
}

function checksum(block: Bytes): number {
  let sum = 0;
  for (let i = 0; i < block.length; i++) sum += block.charCodeAt(i);
  return sum;
}

/** Reads the entries of an archive. Models libarchive/get_header_tar.c. */
export class TarReader {
  readonly #run: Invocation;
  readonly #source: ByteSource;
  #sawEmpty = false;
  #longName: Bytes | undefined;
  #longTarget: Bytes | undefined;
  #extended = new Map<string, Bytes>();

  constructor(run: Invocation, source: ByteSource) {
    this.#run = run;
    this.#source = source;
  }

  /**
   * The next entry, `empty` for a block of zeros, undefined at the end. Its data has to be read before the
   * next one is asked for. Throws Failure.
   */
  *next(): Call<TarEntry | 'empty' | undefined> {
    for (;;) {
      const begin = this.#source.position;
      const block = yield* this.#source.take(BLOCK);
      if (block === '') {
        if (begin === 0) yield* this.#run.complain('short read');
        return undefined;
      }
      if (block.length < BLOCK) throw new Failure('invalid tar magic');
      if (block[0] === '\0' && block[345] === '\0' && this.#longName === undefined) {
        if (!this.#sawEmpty) {
          this.#sawEmpty = true;
          return 'empty';
        }
        while ((yield* this.#source.some(BLOCK)) !== '');
        return undefined;
      }
      this.#sawEmpty = false;
      const entry = yield* this.#decode(block);
      if (entry) return entry;
    }
  }

  /** Reads over the rest of an entry's last block. */
  *align(size: number): Call<void> {
    yield* this.#source.take(padding(size).length);
  }

  *#decode(block: Bytes): Call<TarEntry | undefined> {
    if (!isTarBlock(block)) throw new Failure('invalid tar magic');
    const blanked = `${block.slice(0, 148)}        ${block.slice(156)}`;
    if (checksum(blanked) !== number(block, 148, 8)) {
      throw new Failure('invalid tar header checksum');
    }
    const flag = block[156] === '\0' ? '0' : (block[156] as string);
    const size = number(block, 124, 12);
    if (flag === 'L' || flag === 'K' || flag === 'x' || flag === 'g') {
      yield* this.#extend(flag, yield* this.#source.take(size));
      yield* this.align(size);
      return undefined;
    }
    if (flag === 'V') {
      yield* this.#run.complain(`warning: skipping header '${flag}'`);
      yield* this.#source.take(size + padding(size).length);
      return undefined;
    }
    if (!/[0-7]/.test(flag)) {
      throw new Failure(`unknown typeflag: 0x${flag.charCodeAt(0).toString(16)}`);
    }
    const prefix = text(block, 345, 155);
    const plain = text(block, 0, NAME_BYTES);
    const name = this.#longName ?? (prefix === '' ? plain : `${prefix}/${plain}`);
    const linkName = this.#longTarget ?? text(block, 157, NAME_BYTES);
    const type = name.endsWith('/') && (flag === '0' || flag === '7') ? 'directory' : typeOf(flag);
    const entry: TarEntry = {
      name: this.#extended.get('path') ?? name,
      type,
      mode: number(block, 100, 8) & 0o7777,
      uid: number(block, 108, 8),
      gid: number(block, 116, 8),
      user: text(block, 265, 32),
      group: text(block, 297, 32),
      size: type === 'file' ? size : 0,
      modified: number(block, 136, 12),
      target: this.#extended.get('linkpath') ?? (linkName === '' ? undefined : linkName),
      major: number(block, 329, 8),
      minor: number(block, 337, 8),
    };
    this.#longName = undefined;
    this.#longTarget = undefined;
    this.#extended.clear();
    return entry;
  }

  *#extend(flag: string, body: Bytes): Call<void> {
    if (flag === 'L') this.#longName = body.split('\0')[0] ?? '';
    else if (flag === 'K') this.#longTarget = body.split('\0')[0] ?? '';
    else if (flag === 'x') {
      for (let at = 0; at < body.length; ) {
        const length = Number(/^[0-9]+/.exec(body.slice(at, at + 12))?.[0] ?? 0);
        const record = /^[0-9]+ ([^=]*)=(.*)\n$/s.exec(body.slice(at, at + length));
        if (!record) {
          yield* this.#run.complain('malformed extended header, skipped');
          return;
        }
        this.#extended.set(record[1] as string, record[2] as Bytes);
        at += length;
      }
    }
  }
}

/** Whether a block looks like the header of a tar entry. */
export function isTarBlock(block: Bytes): boolean {
  const magic = block.slice(257, 262);
  return magic === 'ustar' || magic === '\0\0\0\0\0';
}

function typeOf(flag: string): TarEntry['type'] {
  if (flag === '1') return 'hard link';
  if (flag === '2') return 'symlink';
  if (flag === '3' || flag === '4') return 'character device';
  if (flag === '5') return 'directory';
  return flag === '6' ? 'fifo' : 'file';
}

function text(block: Bytes, at: number, width: number): Bytes {
  return block.slice(at, at + width).split('\0')[0] ?? '';
}

/** An octal number, or a binary one if its highest bit is set. */
function number(block: Bytes, at: number, width: number): number {
  const raw = block.slice(at, at + width);
  if (raw.charCodeAt(0) & 0x80) {
    let value = raw.charCodeAt(0) & 0x3f;
    for (let i = 1; i < raw.length; i++) value = value * 256 + raw.charCodeAt(i);
    return value;
  }
  const digits = /^ *([0-7]*)[ \0]*/.exec(raw);
  if (!digits || (digits[0] as string).length < raw.length) {
    throw new Failure('corrupted octal value in tar header');
  }
  return digits[1] === '' ? 0 : Number.parseInt(digits[1] as string, 8);
}
