import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import type { Call, Sys } from '../../runtime/syscalls';
import { Failure } from './applet';

/** How much a buffered reader asks for at a time, as stdio does. */
export const INPUT_BUFFER = 4096;

/** Longest line, and largest input held at once, in bytes. Beyond it an applet is out of memory. */
export const MAX_HELD = 64 * 1024 * 1024;

/** An applet holds so much input: it counts against the container's memory, and has a bound. */
export function hold(sys: Sys, bytes: number): void {
  if (bytes > WORTH_COUNTING) sys.setMemory(bytes);
  if (bytes > MAX_HELD) throw new Failure('out of memory');
}

/** What a program needs anyhow, bytes. */
const WORTH_COUNTING = 256 * 1024;

/** Reads a descriptor line by line (or by another delimiter), holding no more than a line. */
export class LineReader {
  readonly #sys: Sys;
  readonly #fd: number;
  readonly #delimiter: string;
  #buffer: Bytes = '';
  #at = 0;
  #ended = false;
  /** Why `nextOrEnd` could not read on. */
  failure: SysError | undefined;

  constructor(sys: Sys, fd: number, delimiter = '\n') {
    this.#sys = sys;
    this.#fd = fd;
    this.#delimiter = delimiter;
  }

  /** The next line with its delimiter, which only the last may lack; undefined at the end. */
  *next(): Call<Bytes | undefined> {
    this.#sys.spend(1);
    let from = this.#at;
    for (;;) {
      const end = this.#buffer.indexOf(this.#delimiter, from);
      if (end >= 0) {
        const line = this.#buffer.slice(this.#at, end + 1);
        this.#at = end + 1;
        yield* this.#sys.breathe();
        return line;
      }
      if (this.#ended) break;
      this.#buffer = this.#buffer.slice(this.#at);
      this.#at = 0;
      from = this.#buffer.length;
      hold(this.#sys, from);
      const more = yield* this.#sys.read(this.#fd, INPUT_BUFFER);
      if (more === '') this.#ended = true;
      else this.#buffer += more;
    }
    const rest = this.#buffer.slice(this.#at);
    this.#buffer = '';
    this.#at = 0;
    return rest === '' ? undefined : rest;
  }

  /** As `next`, but what cannot be read (a directory) counts as the end, as for stdio. */
  *nextOrEnd(): Call<Bytes | undefined> {
    try {
      return yield* this.next();
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
      this.failure = error;
      return undefined;
    }
  }

  /** What has been read from the descriptor but not yet handed out. */
  get unread(): Bytes {
    return this.#buffer.slice(this.#at);
  }
}

/** A line without its newline. */
export function chomp(line: Bytes): Bytes {
  return line.endsWith('\n') ? line.slice(0, -1) : line;
}

/** Everything that a descriptor gives until its end. */
export function* readAll(sys: Sys, fd: number): Call<Bytes> {
  let held = 0;
  const parts: Bytes[] = [];
  for (;;) {
    const part = yield* sys.read(fd, 65536);
    if (part === '') return parts.join('');
    held += part.length;
    hold(sys, held);
    parts.push(part);
    yield* sys.breathe();
  }
}

/** All lines until the end, without their delimiter. */
export function* readLines(sys: Sys, fd: number, delimiter = '\n'): Call<Bytes[]> {
  const lines: Bytes[] = [];
  /** Pieces of a line whose end has not been read. */
  let open: Bytes[] = [];
  let held = 0;
  for (;;) {
    const part = yield* sys.read(fd, 65536);
    if (part === '') break;
    held += part.length;
    hold(sys, held);
    const pieces = part.split(delimiter);
    const last = pieces.pop() as Bytes;
    for (const piece of pieces) {
      lines.push(open.length === 0 ? piece : open.join('') + piece);
      open = [];
    }
    if (last !== '') open.push(last);
    yield* sys.breathe();
  }
  if (open.length > 0) lines.push(open.join(''));
  return lines;
}

/** Copies a descriptor to another until its end. */
export function* copyAll(sys: Sys, from: number, to: number): Call<void> {
  for (;;) {
    const part = yield* sys.read(from, 65536);
    if (part === '') return;
    yield* sys.write(to, part);
    yield* sys.breathe();
  }
}
