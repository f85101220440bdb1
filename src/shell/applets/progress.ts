import type { Bytes } from '../../runtime/bytes';
import type { Call } from '../../runtime/syscalls';
import type { Invocation } from './applet';
import { scaledNumber } from './scaled-number';

/** Seconds without a byte after which a download counts as stalled. */
const STALL_SECONDS = 5;

/** The line that shows how far a download is. Models libbb/progress.c. */
export class Progress {
  readonly #run: Invocation;
  readonly #name: Bytes;
  readonly #begin: number;
  #startSecond: number;
  #lastUpdate: number;
  #lastChange: number;
  #lastSize = 0;
  #transferred = 0;

  constructor(run: Invocation, name: Bytes, begin: number) {
    this.#run = run;
    this.#name = name.slice(0, 20).padEnd(20);
    this.#begin = begin;
    const second = this.#second();
    this.#startSecond = second;
    this.#lastUpdate = second;
    this.#lastChange = second;
  }

  add(bytes: number): void {
    this.#transferred += bytes;
  }

  /** Shows how things stand, at most once a second. */
  *bump(total: number | undefined): Call<void> {
    const second = this.#second();
    if (second === this.#lastUpdate) return;
    this.#lastUpdate = second;
    yield* this.#show(second, total === undefined ? 0 : this.#begin + total);
  }

  /** Shows the full bar. */
  *end(): Call<void> {
    const total = this.#begin + this.#transferred;
    if (total > 0) yield* this.#show(this.#second(), total);
    if (this.#run.sys.isatty(2)) yield* this.#run.say('\n');
  }

  #second(): number {
    return Math.floor(this.#run.sys.uptimeMs / 1000);
  }

  *#show(second: number, total: number): Call<void> {
    const done = this.#begin + this.#transferred;
    const terminal = this.#run.sys.isatty(2);
    let line = `${terminal ? '\r' : ''}${this.#name} `;
    if (total > 0) {
      line += `${String(Math.floor((100 * done) / total)).padStart(3)}% `;
      const width = (terminal ? this.#run.sys.terminalSize(2).columns || 80 : 80) - 48;
      if (width > 2) {
        line += `|${'*'.repeat(Math.floor((width * done) / total)).padEnd(width)}| `;
      }
    }
    line += scaledNumber(done, 5, ' kMGTPEZY') + this.#remaining(second, total);
    yield* this.#run.say(terminal ? line : `${line}\n`);
  }

  #remaining(second: number, total: number): Bytes {
    let stalled = second - this.#lastChange;
    if (this.#transferred !== this.#lastSize) {
      this.#lastChange = second;
      this.#lastSize = this.#transferred;
      if (stalled >= STALL_SECONDS) this.#startSecond += stalled;
      stalled = 0;
    }
    if (stalled >= STALL_SECONDS) return '  - stalled -';
    const elapsed = second - this.#startSecond;
    if (total === 0 || this.#transferred === 0 || elapsed < 0) return ' --:--:-- ETA';
    const bytes = total - this.#begin;
    const eta = Math.min(
      Math.floor((bytes * elapsed) / this.#transferred) - elapsed,
      1000 * 3600 - 1,
    );
    const two = (value: number) => String(value).padStart(2, '0');
    const hours = String(Math.floor(eta / 3600)).padStart(3);
    return `${hours}:${two(Math.floor((eta % 3600) / 60))}:${two(eta % 60)} ETA`;
  }
}
