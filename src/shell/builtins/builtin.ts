import type { Bytes } from '../../runtime/bytes';
import type { Call } from '../../runtime/syscalls';
import type { ShellState } from '../interpreter/state';

/** A built-in's function: gets its name and arguments, returns its status, waiting if it has to. */
export type BuiltinMain = (
  shell: ShellState,
  argv: readonly Bytes[],
  flags: number,
) => number | Call<number>;

export interface Builtin {
  readonly name: Bytes;
  readonly main: BuiltinMain;
  /** An error in it ends a script; assignments in front of it stay. */
  readonly special: boolean;
  /** Found before PATH is searched. */
  readonly regular: boolean;
  /** Its arguments that look like assignments are expanded like these. */
  readonly assigns: boolean;
}

/** Options of a built-in, one at a time. Models ash.c nextopt. */
export class OptionReader {
  readonly #shell: ShellState;
  readonly #argv: readonly Bytes[];
  #index = 1;
  #cluster: Bytes = '';
  /** Argument of the option read last. */
  argument: Bytes = '';

  constructor(shell: ShellState, argv: readonly Bytes[]) {
    this.#shell = shell;
    this.#argv = argv;
  }

  /** The next option's letter, '' behind the last one. `letters`: those that exist, `:` behind those with an argument. */
  next(letters: string): string {
    if (this.#cluster === '') {
      const word = this.#argv[this.#index];
      if (word === undefined || word.length < 2 || word[0] !== '-') return '';
      this.#index++;
      if (word === '--') return '';
      this.#cluster = word.slice(1);
    }
    const letter = this.#cluster[0] as string;
    this.#cluster = this.#cluster.slice(1);
    const at = letter === ':' ? -1 : letters.indexOf(letter);
    if (at < 0) this.#shell.fail(`illegal option -${letter}`);
    if (letters[at + 1] === ':') {
      let argument: Bytes | undefined = this.#cluster;
      if (argument === '') {
        argument = this.#argv[this.#index++];
        if (argument === undefined) this.#shell.fail(`no arg for -${letter} option`);
      }
      this.argument = argument as Bytes;
      this.#cluster = '';
    }
    return letter;
  }

  /** What stands behind the options. */
  get operands(): readonly Bytes[] {
    return this.#argv.slice(this.#index);
  }
}
