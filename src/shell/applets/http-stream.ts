import type { Bytes } from '../../runtime/bytes';
import type { Call, Sys } from '../../runtime/syscalls';

/** Longest line of a request or response head. */
export const MAX_HTTP_LINE = 8192;

/** Reads lines and bytes of an HTTP message from a connection. */
export class HttpStream {
  readonly #sys: Sys;
  readonly #fd: number;
  #buffer: Bytes = '';
  #ended = false;

  constructor(sys: Sys, fd: number) {
    this.#sys = sys;
    this.#fd = fd;
  }

  /** A line without CR and LF; undefined at the end, 'late' when none has come in time. */
  *line(timeoutMs?: number): Call<Bytes | undefined | 'late'> {
    for (;;) {
      const end = this.#buffer.indexOf('\n');
      if (end >= 0 || this.#buffer.length > MAX_HTTP_LINE || this.#ended) {
        const cut = end >= 0 ? end : Math.min(this.#buffer.length, MAX_HTTP_LINE);
        const line = this.#buffer.slice(0, cut);
        if (line === '' && end < 0) return undefined;
        this.#buffer = this.#buffer.slice(end >= 0 ? end + 1 : cut);
        // A head holds no control characters: the line ends at the first.
        // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it looks for.
        return /^[^\0-\x08\x0a-\x1f]*/.exec(line)?.[0] ?? '';
      }
      if (!(yield* this.#fill(timeoutMs))) return 'late';
    }
  }

  /** At most `count` bytes; '' at the end, undefined when none have come in time. */
  *bytes(count: number, timeoutMs?: number): Call<Bytes | undefined> {
    if (this.#buffer === '' && !this.#ended && !(yield* this.#fill(timeoutMs))) return undefined;
    const bytes = this.#buffer.slice(0, count);
    this.#buffer = this.#buffer.slice(count);
    return bytes;
  }

  *#fill(timeoutMs?: number): Call<boolean> {
    if (timeoutMs !== undefined) {
      const ready = yield* this.#sys.poll([{ fd: this.#fd }], timeoutMs);
      if (ready === undefined) return false;
    }
    const more = yield* this.#sys.read(this.#fd, 16384);
    if (more === '') this.#ended = true;
    this.#buffer += more;
    return true;
  }
}
