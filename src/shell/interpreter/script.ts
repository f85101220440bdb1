import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import type { Call } from '../../runtime/syscalls';
import type { Node } from '../ast';
import { Parser } from '../parser/parser';
import { ScriptSyntaxError } from '../parser/script-syntax-error';
import { NeedsInput, Source } from '../parser/source';
import { evaluate } from './evaluate';
import { stateNotices } from './job-notices';
import { EXIT_AFTER, type Input, type ShellState } from './state';

/** Where a script's text comes from, piece by piece. */
export interface ScriptText {
  /**
   * The next piece, undefined at the end. `first`: a command begins here. Without this function the text is
   * all there.
   */
  readonly more: ((shell: ShellState, first: boolean) => Call<Bytes | undefined>) | undefined;
  readonly fromFile: boolean;
}

/** A script that is being read and run. */
export class Script implements Input {
  readonly #source: Source;
  readonly #parser: Parser;
  readonly #text: ScriptText | undefined;
  readonly fromFile: boolean;
  /** How far `set -v` has shown the text. */
  #shown = 0;

  constructor(shell: ShellState, text: Bytes, line: number, more?: ScriptText) {
    this.#source = new Source(text, {
      line,
      complete: more?.more === undefined,
      countsLines: shell.trapDepth === 0,
    });
    this.#parser = new Parser(this.#source, {
      alias: (name) => shell.aliases.get(name),
      bash: shell.bash,
      get line() {
        return shell.line;
      },
    });
    this.#text = more;
    this.fromFile = more?.fromFile ?? false;
  }

  get line(): number {
    return this.#source.line;
  }

  /** Whether the command read last ends the script. */
  get atEnd(): boolean {
    return this.#parser.atEnd;
  }

  /** The next command, null for an empty line, undefined at the end. Throws ShellError. */
  *next(shell: ShellState): Call<Node | null | undefined> {
    let first = true;
    for (;;) {
      const source = this.#source;
      const { position, line } = source;
      try {
        const command = this.#parser.readCommand();
        yield* this.#show(shell);
        return command;
      } catch (error) {
        source.forgetAliases();
        if (error instanceof ScriptSyntaxError) {
          yield* this.#show(shell);
          shell.failSyntax(error.message, error.line, source.lineAt(source.position));
        }
        if (!(error instanceof NeedsInput)) throw error;
        source.rewind(position, line);
      }
      yield* this.#readMore(shell, first && source.waiting === 0);
      first = false;
    }
  }

  /** Forgets what has been read and not run, after an error at a terminal. */
  discard(): void {
    this.#source.drop();
    this.#shown = 0;
  }

  /** Reads on behind an end of input, which at a terminal is a key like others. */
  goOn(): void {
    this.#source.complete = false;
  }

  *#readMore(shell: ShellState, first: boolean): Call<void> {
    const source = this.#source;
    // A command of many lines is parsed again for each piece: the pieces double so that this stays cheap.
    const wanted = source.waiting;
    let text = '';
    do {
      const piece = this.#text?.more ? yield* this.#text.more(shell, first) : undefined;
      if (piece === undefined) {
        source.complete = true;
        break;
      }
      text += piece;
    } while (this.#text?.fromFile === true && text.length < wanted);
    this.#shown = Math.max(0, this.#shown - source.position);
    source.append(text);
  }

  *#show(shell: ShellState): Call<void> {
    const end = this.#source.lineEnd(this.#source.position);
    const start = this.#shown;
    if (end <= start) return;
    this.#shown = end;
    if (shell.options.verbose && this.#text)
      yield* shell.writeError(this.#source.slice(start, end));
  }
}

/** Runs a text as `eval` does. Models ash.c evalstring. */
export function* runText(shell: ShellState, text: Bytes, flags: number): Call<number> {
  const script = new Script(shell, text, shell.line);
  const { input } = shell;
  shell.input = script;
  let status = 0;
  let first = true;
  try {
    for (;;) {
      const command = yield* script.next(shell);
      if (command === undefined) break;
      // bash lets a program take its place only if it is all that there is to run.
      const last = script.atEnd && (!shell.bash || first);
      first = false;
      const result = yield* evaluate(shell, command, last ? flags : flags & ~EXIT_AFTER);
      if (command !== null) status = result;
      if (shell.skip) break;
    }
  } finally {
    shell.input = input;
  }
  return status;
}

/** Runs the commands of a script, one after the other. Models ash.c cmdloop for scripts. */
export function* runCommands(shell: ShellState, script: Script): Call<number> {
  const { input } = shell;
  shell.input = script;
  let status = 0;
  try {
    for (;;) {
      if (shell.jobControl) yield* stateNotices(shell);
      const command = yield* script.next(shell);
      if (command === undefined) break;
      const result = yield* evaluate(shell, command, 0);
      if (command !== null) status = result;
      if (shell.skip) {
        if (shell.skip === 'return' || shell.skip === 'return status') shell.skip = undefined;
        break;
      }
    }
  } finally {
    shell.input = input;
  }
  return status;
}

/** Runs a file as `.` does. */
export function* runFile(shell: ShellState, path: Bytes): Call<number> {
  const text = yield* readScript(shell, path);
  shell.commandName = path;
  return yield* runCommands(shell, new Script(shell, text, 1, WHOLE_FILE));
}

/** A file that has been read whole. */
export const WHOLE_FILE: ScriptText = { more: undefined, fromFile: true };

/** The content of a script file; a directory counts as empty. Fails with ash's message. */
export function* readScript(shell: ShellState, path: Bytes): Call<Bytes> {
  let fd: number;
  try {
    fd = yield* shell.sys.open(path, { read: true });
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    return shell.fail(
      shell.bash ? `${path}: ${error.message}` : `can't open '${path}': ${error.message}`,
    );
  }
  let text = '';
  try {
    for (;;) {
      const bytes = yield* shell.sys.read(fd, 65536);
      if (bytes === '') break;
      text += bytes;
    }
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
  }
  shell.sys.close(fd);
  return text;
}
