import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import type { Call } from '../../runtime/syscalls';
import { evaluate } from '../interpreter/evaluate';
import { isExitCommand, resetAfterError } from '../interpreter/exit';
import { stateNotices } from '../interpreter/job-notices';
import { expandPrompt } from '../interpreter/prompt-text';
import { Script, type ScriptText } from '../interpreter/script';
import type { ShellState } from '../interpreter/state';
import { ShellExit, ShellInterrupt } from '../interpreter/unwinding';
import type { Completer } from './completion';
import { History } from './history';
import { LineEditor } from './line-editor';
import { decodePrompt, type Prompt } from './prompt';

/** Ends of input that are not heeded while jobs are stopped or `ignoreeof` is set, at most. */
const MOST_ENDS = 50;

/** Reads commands from a person and runs them until `exit` or the end of input. Models ash.c cmdloop. */
export function* runInteractively(shell: ShellState, completer: Completer | undefined): Call<void> {
  const input = new PromptedInput(shell, completer);
  if (input.onTerminal) yield* input.history.load(shell);
  shell.history = input.history.lines;
  const script = new Script(shell, '', 1, input);
  shell.input = script;
  let ends = 0;
  for (;;) {
    try {
      if (shell.jobControl) yield* stateNotices(shell);
      const command = yield* script.next(shell);
      if (command === undefined) {
        if (ends++ >= MOST_ENDS || !(yield* mustStay(shell))) return;
        script.goOn();
        continue;
      }
      ends = 0;
      shell.warnedOfStoppedJobs >>= 1;
      yield* evaluate(shell, command, 0);
      shell.skip = undefined;
    } catch (thrown) {
      if (thrown instanceof ShellExit || !shell.options.interactive || !shell.isRoot) throw thrown;
      yield* shell.report(thrown);
      resetAfterError(shell, isExitCommand(thrown));
      shell.variables.popFrames(0);
      shell.depth = 0;
      shell.commandName = undefined;
      shell.functionName = undefined;
      shell.input = script;
      script.discard();
      if (thrown instanceof ShellInterrupt) yield* shell.writeError('\n');
    }
  }
}

/** Whether the end of input does not end the session. */
function* mustStay(shell: ShellState): Call<boolean> {
  if (shell.warnedOfStoppedJobs === 0 && shell.jobs.current?.state === 'stopped') {
    yield* shell.writeError('You have stopped jobs.\n');
    shell.warnedOfStoppedJobs = 2;
    return true;
  }
  if (shell.options.ignoreeof) {
    yield* shell.writeError('\nUse "exit" to leave shell.\n');
    return true;
  }
  yield* shell.writeError('\n');
  return false;
}

/** Lines that a person enters after a prompt. */
class PromptedInput implements ScriptText {
  readonly fromFile = false;
  readonly history = new History();
  readonly onTerminal: boolean;
  readonly #editor: LineEditor;

  constructor(shell: ShellState, completer: Completer | undefined) {
    this.onTerminal = shell.sys.isatty(0);
    this.#editor = new LineEditor(shell, this.history, completer);
  }

  *more(shell: ShellState, first: boolean): Call<Bytes | undefined> {
    const source = shell.variables.get(first ? 'PS1' : 'PS2') ?? '';
    const prompt = decodePrompt(shell, yield* expandPrompt(shell, source, true));
    if (!this.onTerminal) return yield* plainLine(shell, prompt);
    const result = yield* this.#editor.readLine(prompt);
    if (result === 'end') return undefined;
    if (result === 'interrupt') {
      shell.status = 130;
      throw new ShellInterrupt();
    }
    yield* this.history.add(shell, result.line);
    return `${result.line}\n`;
  }
}

/** `sh -i` without a terminal: the prompt is written, lines come as they are. */
function* plainLine(shell: ShellState, prompt: Prompt): Call<Bytes | undefined> {
  const { sys } = shell;
  let line = '';
  try {
    yield* sys.write(1, prompt.text);
    while (!line.endsWith('\n')) {
      const byte = yield* sys.read(0, 1);
      if (byte === '') break;
      line += byte;
    }
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
  }
  return line === '' ? undefined : line;
}
