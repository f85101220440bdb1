import { anyOf, type Suspend, WaitQueue } from '../../kernel/task';
import type { Bytes } from '../bytes';
import type { ExecSession, LogStreamName } from '../cri';
import { SysError } from '../errno';
import type { OpenFile } from '../open-file';
import type { Pipe } from '../process/pipe';
import type { Tty } from '../process/terminal';

const READ_BYTES = 65_536;

/** A command in a container whose streams are pipes. */
export class PipeSession implements ExecSession {
  exit: { readonly code: number } | undefined;
  readonly #ended = new WaitQueue();
  readonly #outputs: readonly { readonly stream: LogStreamName; readonly reader: OpenFile }[];
  #input: OpenFile | undefined;
  /** What the command has not read yet because its pipe is full. */
  #unsent: Bytes = '';
  #inputClosed = false;
  readonly changed: Suspend;

  constructor(stdin: Pipe | undefined, stdout: Pipe, stderr: Pipe) {
    this.#input = stdin?.openWriter();
    this.#outputs = [
      { stream: 'stdout', reader: stdout.openReader() },
      { stream: 'stderr', reader: stderr.openReader() },
    ];
    this.changed = anyOf(this.#ended.wait, stdout.changed.wait, stderr.changed.wait);
  }

  take(): { stream: LogStreamName; bytes: Bytes } | undefined {
    this.#send();
    for (const { stream, reader } of this.#outputs) {
      const bytes = reader.tryRead(READ_BYTES);
      if (bytes !== undefined && bytes !== '') return { stream, bytes };
    }
    return undefined;
  }

  write(bytes: Bytes): void {
    this.#unsent += bytes;
    this.#send();
  }

  closeInput(): void {
    this.#inputClosed = true;
    this.#send();
  }

  resize(): void {}

  close(): void {
    this.#releaseInput();
    for (const { reader } of this.#outputs) reader.release();
  }

  finished(code: number): void {
    this.exit = { code };
    this.#releaseInput();
    this.#ended.wakeAll();
  }

  #send(): void {
    const input = this.#input;
    if (!input) return;
    try {
      while (this.#unsent !== '') {
        const taken = input.tryWrite(this.#unsent.slice(0, READ_BYTES));
        if (taken === 0) return;
        this.#unsent = this.#unsent.slice(taken);
      }
    } catch (error) {
      // The command has closed its input: what comes after is dropped, as the runtime does.
      if (!(error instanceof SysError)) throw error;
      this.#unsent = '';
    }
    if (this.#inputClosed) this.#releaseInput();
  }

  #releaseInput(): void {
    this.#input?.release();
    this.#input = undefined;
  }
}

/** A command in a container that has a terminal. */
export class TerminalSession implements ExecSession {
  exit: { readonly code: number } | undefined;
  readonly #tty: Tty;
  readonly #ended = new WaitQueue();
  readonly changed: Suspend;

  constructor(tty: Tty) {
    this.#tty = tty;
    this.changed = anyOf(this.#ended.wait, tty.outputChanged.wait);
  }

  take(): { stream: LogStreamName; bytes: Bytes } | undefined {
    const bytes = this.#tty.takeOutput();
    return bytes === '' ? undefined : { stream: 'stdout', bytes };
  }

  write(bytes: Bytes): void {
    this.#tty.input(bytes);
  }

  closeInput(): void {
    this.#tty.input('\x04');
  }

  resize(columns: number, rows: number): void {
    this.#tty.resize(columns, rows);
  }

  close(): void {
    if (!this.exit) this.#tty.hangUp();
  }

  finished(code: number): void {
    this.exit = { code };
    this.#ended.wakeAll();
  }
}
