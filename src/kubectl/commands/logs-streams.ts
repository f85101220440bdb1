import type { ByteStream } from '../../api/client';
import { anyOf } from '../../kernel/task';
import { type Bytes, toBytes } from '../../runtime/bytes';
import type { Call, Sys } from '../../runtime/syscalls';

/** A log that is to be shown. */
export interface LogSource {
  /** Stands before each line; '' for none. */
  readonly prefix: string;
  /** Throws ApiError when there is no log. */
  open(): ByteStream;
}

/** Shows one log until it ends. */
export function* readToEnd(sys: Sys, stream: ByteStream, prefix: string): Call<void> {
  const lines = new LinePrefixer(toBytes(prefix));
  try {
    for (;;) {
      for (let bytes = stream.take(); bytes !== undefined; bytes = stream.take()) {
        yield* sys.write(1, lines.add(bytes));
      }
      if (stream.closed) break;
      yield* sys.wait(stream.changed);
    }
    yield* sys.write(1, lines.rest());
  } finally {
    stream.close();
  }
}

/** Shows several logs side by side, line by line, until all have ended. */
export function* followAll(
  sys: Sys,
  opened: readonly { readonly stream: ByteStream; readonly prefix: string }[],
): Call<void> {
  let open = opened.map(({ stream, prefix }) => ({
    stream,
    lines: new LinePrefixer(toBytes(prefix)),
  }));
  try {
    while (open.length > 0) {
      for (const { stream, lines } of open) {
        for (let bytes = stream.take(); bytes !== undefined; bytes = stream.take()) {
          yield* sys.write(1, lines.add(bytes));
        }
        if (stream.closed) yield* sys.write(1, lines.rest());
      }
      open = open.filter(({ stream }) => !stream.closed);
      if (open.length === 0) break;
      yield* sys.wait(anyOf(...open.map(({ stream }) => stream.changed)));
    }
  } finally {
    for (const { stream } of opened) stream.close();
  }
}

/** Puts a prefix before each line; pieces of lines wait until the line is whole. */
class LinePrefixer {
  readonly #prefix: Bytes;
  #pending: Bytes = '';

  constructor(prefix: Bytes) {
    this.#prefix = prefix;
  }

  add(bytes: Bytes): Bytes {
    const end = bytes.lastIndexOf('\n');
    if (end < 0) {
      this.#pending += bytes;
      return '';
    }
    const whole = this.#pending + bytes.slice(0, end + 1);
    this.#pending = bytes.slice(end + 1);
    return this.#prefix === '' ? whole : whole.replace(/[^\n]*\n/g, (line) => this.#prefix + line);
  }

  rest(): Bytes {
    const rest = this.#pending;
    this.#pending = '';
    return rest === '' ? '' : this.#prefix + rest;
  }
}
