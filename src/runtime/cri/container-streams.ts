import type { Kernel } from '../../kernel/kernel';
import type { Bytes } from '../bytes';
import type { ContainerConfig } from '../cri';
import { SysError } from '../errno';
import type { OpenFile } from '../open-file';
import type { Machine } from '../process/machine';
import type { Tty } from '../process/terminal';
import type { InstanceLog } from './container-log';

const WRITE_BYTES = 65_536;

/**
 * The input of a container that has one (`stdin: true`), and its terminal (`tty: true`). Both outlive the
 * clients that attach; what the terminal shows is the container's log.
 */
export class ContainerStreams {
  readonly terminal: Tty | undefined;
  /** What the first process reads; undefined: /dev/null or the terminal. */
  readonly stdin: OpenFile | undefined;
  readonly #log: InstanceLog;
  readonly #once: boolean;
  #input: OpenFile | undefined;
  /** What the program has not read yet because its pipe is full. */
  #unsent: Bytes = '';
  #closesWhenSent = false;

  constructor(kernel: Kernel, machine: Machine, config: ContainerConfig, log: InstanceLog) {
    this.#log = log;
    this.#once = config.stdinOnce === true;
    if (config.tty === true) {
      const terminal = machine.createTerminal();
      this.terminal = terminal;
      kernel.start(this.#copyOutput(terminal));
    } else if (config.stdin === true) {
      const pipe = machine.newPipe();
      this.#input = pipe.openWriter();
      this.stdin = pipe.openReader();
    }
  }

  *#copyOutput(terminal: Tty) {
    while (!this.#log.closed) {
      yield terminal.outputChanged.wait;
      this.flush();
    }
  }

  /** What the terminal shows goes into the log at once. */
  flush(): void {
    const bytes = this.terminal?.takeOutput() ?? '';
    if (bytes !== '' && !this.#log.closed) this.#log.append('stdout', bytes);
  }

  write(bytes: Bytes): void {
    if (this.terminal) {
      this.terminal.input(bytes);
      return;
    }
    this.#unsent += bytes;
    this.send();
  }

  /** A client that gave input has gone, or has nothing more to give. */
  closeInput(): void {
    if (!this.#once) return;
    this.#closesWhenSent = true;
    this.send();
  }

  resize(columns: number, rows: number): void {
    this.terminal?.resize(columns, rows);
  }

  send(): void {
    const input = this.#input;
    if (!input) return;
    try {
      while (this.#unsent !== '') {
        const taken = input.tryWrite(this.#unsent.slice(0, WRITE_BYTES));
        if (taken === 0) return;
        this.#unsent = this.#unsent.slice(taken);
      }
    } catch (error) {
      // The program has closed its input: what comes after is dropped.
      if (!(error instanceof SysError)) throw error;
      this.#unsent = '';
    }
    if (!this.#closesWhenSent) return;
    input.release();
    this.#input = undefined;
  }
}
