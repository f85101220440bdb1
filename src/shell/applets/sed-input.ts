import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import type { Call } from '../../runtime/syscalls';
import type { Invocation } from './applet';
import { LineReader } from './lines';

/** A line of input and what ended it: a newline, or nothing at the end of a file. */
export interface SedLine {
  readonly text: Bytes;
  readonly end: '\n' | '';
}

/** The lines of several files, one after the other. */
export class SedInput {
  /** A file could not be opened. */
  failed = false;
  readonly #run: Invocation;
  readonly #files: Bytes[];
  #reader: LineReader | undefined;
  #fd = 0;

  constructor(run: Invocation, files: readonly Bytes[]) {
    this.#run = run;
    this.#files = [...files];
  }

  *next(): Call<SedLine | undefined> {
    for (;;) {
      if (!this.#reader && !(yield* this.#open())) return undefined;
      const line = this.#reader && (yield* this.#reader.next());
      if (line !== undefined) {
        return line.endsWith('\n')
          ? { text: line.slice(0, -1), end: '\n' }
          : { text: line, end: '' };
      }
      if (this.#reader && this.#fd !== 0) this.#run.sys.close(this.#fd);
      this.#reader = undefined;
    }
  }

  *#open(): Call<boolean> {
    for (let file = this.#files.shift(); file !== undefined; file = this.#files.shift()) {
      try {
        this.#fd = file === '-' ? 0 : yield* this.#run.sys.open(file, { read: true });
      } catch (error) {
        if (!(error instanceof SysError)) throw error;
        yield* this.#run.complainAbout(file, error);
        this.failed = true;
        continue;
      }
      if (this.#run.sys.fstat(this.#fd).type === 'directory') {
        // A directory opens but cannot be read, which stdio takes for its end.
        this.#run.sys.close(this.#fd);
        continue;
      }
      this.#reader = new LineReader(this.#run.sys, this.#fd);
      return true;
    }
    return false;
  }
}
