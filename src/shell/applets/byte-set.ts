import type { Bytes } from '../../runtime/bytes';

/** A set of byte values. */
export class ByteSet {
  readonly #members = new Uint8Array(256);

  static of(code: number): ByteSet {
    const set = new ByteSet();
    set.addByte(code);
    return set;
  }

  static ofBytes(bytes: Bytes): ByteSet {
    const set = new ByteSet();
    for (let i = 0; i < bytes.length; i++) set.addByte(bytes.charCodeAt(i));
    return set;
  }

  static all(): ByteSet {
    return new ByteSet().negated();
  }

  has(code: number): boolean {
    return this.#members[code] === 1;
  }

  addByte(code: number): void {
    this.#members[code & 0xff] = 1;
  }

  addRange(first: number, last: number): void {
    this.#members.fill(1, first, last + 1);
  }

  add(other: ByteSet): void {
    for (let code = 0; code < 256; code++) if (other.has(code)) this.#members[code] = 1;
  }

  union(other: ByteSet): ByteSet {
    const set = new ByteSet();
    set.add(this);
    set.add(other);
    return set;
  }

  negated(): ByteSet {
    const set = new ByteSet();
    for (let code = 0; code < 256; code++) if (!this.has(code)) set.addByte(code);
    return set;
  }

  /** With the other case of every ASCII letter in it. */
  bothCases(): ByteSet {
    const set = new ByteSet();
    set.add(this);
    for (let upper = 65; upper <= 90; upper++) {
      if (this.has(upper)) set.addByte(upper + 32);
      if (this.has(upper + 32)) set.addByte(upper);
    }
    return set;
  }

  intersects(other: ByteSet): boolean {
    for (let code = 0; code < 256; code++) if (this.has(code) && other.has(code)) return true;
    return false;
  }

  /** As a piece of JavaScript regular expression. */
  get source(): string {
    let source = '';
    let size = 0;
    for (let code = 0; code < 256; code++) {
      if (!this.has(code)) continue;
      let last = code;
      while (last < 255 && this.has(last + 1)) last++;
      source += hex(code) + (last > code ? `-${hex(last)}` : '');
      size += last - code + 1;
      code = last;
    }
    if (size === 256) return '[^]';
    if (size === 1) return source;
    return `[${source}]`;
  }
}

function hex(code: number): string {
  return `\\x${code.toString(16).padStart(2, '0')}`;
}

/** The POSIX classes in the C locale, as ranges. */
const CLASS_RANGES = {
  alpha: [
    [65, 90],
    [97, 122],
  ],
  digit: [[48, 57]],
  alnum: [
    [48, 57],
    [65, 90],
    [97, 122],
  ],
  upper: [[65, 90]],
  lower: [[97, 122]],
  space: [
    [9, 13],
    [32, 32],
  ],
  blank: [
    [9, 9],
    [32, 32],
  ],
  punct: [
    [33, 47],
    [58, 64],
    [91, 96],
    [123, 126],
  ],
  print: [[32, 126]],
  graph: [[33, 126]],
  cntrl: [
    [0, 31],
    [127, 127],
  ],
  xdigit: [
    [48, 57],
    [65, 70],
    [97, 102],
  ],
} as const;

export type ClassName = keyof typeof CLASS_RANGES;

export function isClassName(name: string): name is ClassName {
  return Object.hasOwn(CLASS_RANGES, name);
}

/** The bytes of a POSIX character class. */
export function classSet(name: ClassName): ByteSet {
  const set = new ByteSet();
  for (const [first, last] of CLASS_RANGES[name]) set.addRange(first, last);
  return set;
}
