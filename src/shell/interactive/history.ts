import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import type { Call } from '../../runtime/syscalls';
import type { ShellState } from '../interpreter/state';
import { HISTORY_LINES } from '../limits';

/** The lines that were entered, kept in HISTFILE (~/.ash_history) as well. */
export class History {
  readonly lines: Bytes[] = [];
  #at = 0;
  /** The line that was being written before going back in time. */
  #draft: Bytes = '';

  /** Reads the file of earlier sessions. */
  *load(shell: ShellState): Call<void> {
    const home = shell.variables.get('HOME');
    if (shell.variables.get('HISTFILE') === undefined && home !== undefined) {
      shell.variables.assign('HISTFILE', `${home.replace(/\/$/, '')}/.ash_history`);
    }
    const file = shell.variables.get('HISTFILE');
    if (file === undefined) return;
    let text = '';
    try {
      const fd = yield* shell.sys.open(file, { read: true });
      for (let bytes = yield* shell.sys.read(fd, 65536); bytes !== ''; ) {
        text += bytes;
        bytes = yield* shell.sys.read(fd, 65536);
      }
      shell.sys.close(fd);
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
    }
    this.lines.push(
      ...text
        .split('\n')
        .filter((line) => line !== '')
        .slice(-HISTORY_LINES),
    );
    this.rewind();
  }

  /** Goes back to the present. */
  rewind(): void {
    this.#at = this.lines.length;
  }

  /** Adds a line, here and to the file; blank ones and repetitions of the last are left out. */
  *add(shell: ShellState, line: Bytes): Call<void> {
    if (line.trim() !== '' && line !== this.lines[this.lines.length - 1]) {
      this.lines.push(line);
      if (this.lines.length > HISTORY_LINES) this.lines.shift();
      yield* this.#save(shell, line);
    }
    this.rewind();
  }

  *#save(shell: ShellState, line: Bytes): Call<void> {
    const file = shell.variables.get('HISTFILE');
    if (file === undefined) return;
    try {
      const fd = yield* shell.sys.open(file, { write: true, append: true, create: true }, 0o600);
      yield* shell.sys.write(fd, `${line}\n`);
      shell.sys.close(fd);
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
    }
  }

  /** The line before (-1) or after (1) the one shown; undefined at the ends. */
  step(by: -1 | 1, current: Bytes): Bytes | undefined {
    const target = this.#at + by;
    if (target < 0 || target > this.lines.length) return undefined;
    if (this.#at === this.lines.length) this.#draft = current;
    this.#at = target;
    return target === this.lines.length ? this.#draft : this.lines[target];
  }
}
