import { toBytes } from '../runtime/bytes';
import type { Call, Sys } from '../runtime/syscalls';

/** Text for standard output and standard error, kept until it is flushed, in the order it came. */
export class Output {
  readonly #serverWarnings = new Set<string>();
  readonly #pending: { readonly fd: 1 | 2; text: string }[] = [];
  /** Whether anything has gone to standard output. */
  written = false;

  out(text: string): void {
    if (text === '') return;
    this.written = true;
    this.#add(1, text);
  }

  err(text: string): void {
    if (text !== '') this.#add(2, text);
  }

  /** `Warning: …`, as kubectl shows what a server warns of. */
  warn(text: string): void {
    this.err(`Warning: ${text}\n`);
  }

  /** What the server warns of; the same text only once. */
  serverWarning(text: string | undefined): void {
    if (text === undefined || this.#serverWarnings.has(text)) return;
    this.#serverWarnings.add(text);
    this.warn(text);
  }

  *flush(sys: Sys): Call<void> {
    for (let next = this.#pending.shift(); next; next = this.#pending.shift()) {
      yield* sys.write(next.fd, toBytes(next.text));
    }
  }

  #add(fd: 1 | 2, text: string): void {
    const last = this.#pending[this.#pending.length - 1];
    if (last?.fd === fd) last.text += text;
    else this.#pending.push({ fd, text });
  }
}
