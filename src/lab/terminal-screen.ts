import { type Bytes, fromBytes } from '../runtime/bytes';
import type { Tty } from '../runtime/process/terminal';

/** What the terminal keeps of its output, bytes; older output is gone. */
export const TERMINAL_OUTPUT_BYTES = 4 * 1024 * 1024;

/** Everything that the workstation's terminal has shown. */
export class TerminalScreen {
  #bytes: Bytes = '';
  #dropped = 0;
  #terminal: Tty | undefined;

  follow(terminal: Tty): void {
    this.#terminal = terminal;
    const collect = () => {
      if (this.#terminal !== terminal) return;
      this.print(terminal.takeOutput());
      terminal.outputChanged.wait(collect);
    };
    terminal.outputChanged.wait(collect);
  }

  print(bytes: Bytes): void {
    this.#bytes += bytes;
    if (this.#bytes.length > TERMINAL_OUTPUT_BYTES) {
      const excess = this.#bytes.length - TERMINAL_OUTPUT_BYTES / 2;
      this.#bytes = this.#bytes.slice(excess);
      this.#dropped += excess;
    }
  }

  /** Bytes shown so far. */
  get length(): number {
    return this.#dropped + this.#bytes.length;
  }

  /** Output from a byte offset on; characters that are not complete yet stay for the next time. */
  text(from = 0): { readonly text: string; readonly next: number } {
    const bytes = this.#bytes.slice(Math.max(0, from - this.#dropped));
    const whole = bytes.length - incompleteTail(bytes);
    return { text: fromBytes(bytes.slice(0, whole)), next: this.length - (bytes.length - whole) };
  }
}

/** Bytes at the end that begin a UTF-8 character and do not finish it. */
function incompleteTail(bytes: Bytes): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const code = bytes.charCodeAt(bytes.length - back);
    if (code < 0x80) return 0;
    if (code >= 0xc0) {
      const length = code >= 0xf0 ? 4 : code >= 0xe0 ? 3 : 2;
      return length > back ? back : 0;
    }
  }
  return 0;
}
