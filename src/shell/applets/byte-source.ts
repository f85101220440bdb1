import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import type { Call, Sys } from '../../runtime/syscalls';

/** How much an archiver asks for at a time. */
const CHUNK_BYTES = 32 * 1024;

/** The input ended where more was needed, or does not make sense. */
export class BadArchive {
  readonly message: Bytes;

  constructor(message: Bytes) {
    this.message = message;
  }
}

/** Reads bytes one by one or in exact numbers from a descriptor. */
export class ByteSource {
  readonly #sys: Sys;
  readonly #fd: number;
  #buffer: Bytes = '';
  #at = 0;
  #taken = 0;

  constructor(sys: Sys, fd: number) {
    this.#sys = sys;
    this.#fd = fd;
  }

  /** Bytes that have been handed out. */
  get position(): number {
    return this.#taken;
  }

  /** Sees to it that so many bytes are there, or all until the end. */
  *hold(count: number): Call<void> {
    while (this.#buffer.length - this.#at < count && (yield* this.#fill()));
  }

  /** The next byte's value without waiting; undefined when none is held. */
  nextHeld(): number | undefined {
    if (this.#at >= this.#buffer.length) return undefined;
    this.#taken++;
    return this.#buffer.charCodeAt(this.#at++);
  }

  /** The next byte's value; undefined at the end. */
  *next(): Call<number | undefined> {
    yield* this.hold(1);
    return this.nextHeld();
  }

  /** Exactly so many bytes, or fewer at the end. */
  *take(count: number): Call<Bytes> {
    let bytes = '';
    while (bytes.length < count) {
      if (this.#at >= this.#buffer.length && !(yield* this.#fill())) break;
      const part = this.#buffer.slice(this.#at, this.#at + count - bytes.length);
      this.#at += part.length;
      bytes += part;
    }
    this.#taken += bytes.length;
    return bytes;
  }

  /** At most so many of the bytes that are there. */
  *some(most: number): Call<Bytes> {
    if (this.#at >= this.#buffer.length && !(yield* this.#fill())) return '';
    const part = this.#buffer.slice(this.#at, this.#at + most);
    this.#at += part.length;
    this.#taken += part.length;
    return part;
  }

  /** Gives the last bytes back, to be read again. */
  putBack(bytes: Bytes): void {
    this.#buffer = bytes + this.#buffer.slice(this.#at);
    this.#at = 0;
    this.#taken -= bytes.length;
  }

  /** Reads more; what cannot be read counts as the end. */
  *#fill(): Call<boolean> {
    this.#sys.spend(CHUNK_BYTES / 100);
    yield* this.#sys.breathe();
    let more: Bytes = '';
    try {
      more = yield* this.#sys.read(this.#fd, CHUNK_BYTES);
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
    }
    this.#buffer = this.#buffer.slice(this.#at) + more;
    this.#at = 0;
    return more !== '';
  }
}

/** A byte string of what an array holds between two positions. */
export function bytesOf(array: Uint8Array, begin: number, end: number): Bytes {
  let text = '';
  for (let at = begin; at < end; at += 8192) {
    text += String.fromCharCode(...array.subarray(at, Math.min(at + 8192, end)));
  }
  return text;
}
