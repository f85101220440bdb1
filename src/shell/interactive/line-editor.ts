import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import type { Call } from '../../runtime/syscalls';
import type { ShellState } from '../interpreter/state';
import { type Completer, commonPrefix, complete } from './completion';
import type { History } from './history';
import { type Action, KeyReader } from './keys';
import { LineBuffer, splitCharacters } from './line-buffer';
import type { Prompt } from './prompt';

export type LineResult = { readonly line: Bytes } | 'end' | 'interrupt';

/** More candidates than this are not listed, only counted. */
const MOST_LISTED = 200;

/** Reads lines from a terminal and lets them be edited. Models libbb/lineedit.c. */
export class LineEditor {
  readonly #shell: ShellState;
  readonly #history: History;
  readonly #completer: Completer | undefined;
  readonly #keys = new KeyReader();
  #buffer = new LineBuffer();
  #prompt: Prompt = { text: '', width: 0 };
  /** Row of the cursor below the prompt's. */
  #row = 0;
  #completing = false;

  constructor(shell: ShellState, history: History, completer: Completer | undefined) {
    this.#shell = shell;
    this.#history = history;
    this.#completer = completer;
  }

  /** Reads one line; the terminal is in raw mode only meanwhile. */
  *readLine(prompt: Prompt): Call<LineResult> {
    const { sys } = this.#shell;
    this.#buffer = new LineBuffer();
    this.#prompt = prompt;
    this.#row = 0;
    this.#history.rewind();
    const before = sys.terminalMode(0);
    sys.terminalMode(0, { canonical: false, echo: false, signals: false });
    try {
      yield* this.#write(prompt.text);
      for (;;) {
        const byte = yield* sys.read(0, 1);
        if (byte === '') return 'end';
        const key = this.#keys.take(byte);
        if (key === undefined) continue;
        if (key.kind === 'text') {
          this.#completing = false;
          yield* this.#insert(key.text);
          continue;
        }
        const result = yield* this.#act(key.action);
        if (result !== undefined) return result;
      }
    } finally {
      sys.terminalMode(0, before);
    }
  }

  *#write(text: Bytes): Call<void> {
    try {
      yield* this.#shell.sys.write(1, text);
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
    }
  }

  get #columns(): number {
    return Math.max(this.#shell.sys.terminalSize(0).columns, 1);
  }

  *#insert(text: Bytes): Call<void> {
    const buffer = this.#buffer;
    const atEnd = buffer.cursor === buffer.length;
    buffer.insert(text);
    const column = (this.#prompt.width + buffer.cursor) % this.#columns;
    // At the end of a line that does not wrap the character itself is all there is to write.
    if (atEnd && column !== 0) {
      yield* this.#write(text);
      this.#row = Math.floor((this.#prompt.width + buffer.cursor) / this.#columns);
    } else yield* this.#redraw();
  }

  *#act(action: Action): Call<LineResult | undefined> {
    const buffer = this.#buffer;
    const repeated = this.#completing;
    this.#completing = false;
    switch (action) {
      case 'accept':
        yield* this.#leave('\n');
        return { line: buffer.text };
      case 'interrupt':
        yield* this.#leave('^C\n');
        return 'interrupt';
      case 'end or delete':
        if (buffer.length === 0) return 'end';
        if (buffer.cursor < buffer.length) buffer.removeTo(buffer.cursor + 1);
        break;
      case 'complete':
        yield* this.#complete(repeated);
        return undefined;
      case 'clear':
        yield* this.#write('\x1b[H\x1b[2J');
        this.#row = 0;
        break;
      case 'up':
      case 'down': {
        const line = this.#history.step(action === 'up' ? -1 : 1, buffer.text);
        if (line !== undefined) buffer.set(line);
        break;
      }
      default:
        edit(buffer, action);
    }
    yield* this.#redraw();
    return undefined;
  }

  /** Moves below the line, which stays as it is. */
  *#leave(text: Bytes): Call<void> {
    this.#buffer.cursor = this.#buffer.length;
    yield* this.#redraw();
    yield* this.#write(text);
  }

  /** Writes prompt and line anew from the prompt's row on, and puts the cursor where it belongs. */
  *#redraw(): Call<void> {
    const columns = this.#columns;
    const { text, width } = this.#prompt;
    const lastPromptLine = text.slice(text.lastIndexOf('\n') + 1);
    const end = width + this.#buffer.length;
    const cursor = width + this.#buffer.cursor;
    let output = this.#row > 0 ? `\x1b[${this.#row}A` : '';
    output += `\r${lastPromptLine}${this.#buffer.text}`;
    // The terminal wraps only when it gets one more character.
    if (end % columns === 0 && end > 0) output += ' \r';
    output += '\x1b[J';
    const rowsUp = Math.floor(end / columns) - Math.floor(cursor / columns);
    if (rowsUp > 0) output += `\x1b[${rowsUp}A`;
    if (cursor !== end) {
      output += '\r';
      if (cursor % columns > 0) output += `\x1b[${cursor % columns}C`;
    }
    this.#row = Math.floor(cursor / columns);
    yield* this.#write(output);
  }

  *#complete(repeated: boolean): Call<void> {
    const buffer = this.#buffer;
    const { replaced, candidates } = yield* complete(
      this.#shell,
      buffer.beforeCursor,
      this.#completer,
    );
    const [only] = candidates;
    if (only === undefined) {
      yield* this.#write('\x07');
      return;
    }
    const typed = buffer.beforeCursor.slice(buffer.beforeCursor.length - replaced);
    const text = candidates.length === 1 ? only : commonPrefix(candidates);
    if (candidates.length === 1 || text.length > typed.length) {
      buffer.removeTo(buffer.cursor - splitCharacters(typed).length);
      buffer.insert(text);
      yield* this.#redraw();
    } else if (repeated) {
      yield* this.#list(candidates);
    } else yield* this.#write('\x07');
    this.#completing = candidates.length > 1;
  }

  /** Shows the candidates in columns below the line, then the line again. */
  *#list(candidates: readonly Bytes[]): Call<void> {
    const { cursor } = this.#buffer;
    yield* this.#leave('\n');
    const names = candidates.slice(0, MOST_LISTED).map(shortName);
    const width = Math.max(...names.map((name) => splitCharacters(name).length)) + 2;
    const perRow = Math.max(1, Math.floor(this.#columns / width));
    let output = '';
    for (let i = 0; i < names.length; i += perRow) {
      const row = names.slice(i, i + perRow);
      output += `${row
        .map((name) => name.padEnd(width))
        .join('')
        .trimEnd()}\n`;
    }
    if (candidates.length > names.length)
      output += `... ${candidates.length - names.length} more\n`;
    this.#buffer.cursor = cursor;
    this.#row = 0;
    yield* this.#write(output);
    yield* this.#redraw();
  }
}

function shortName(candidate: Bytes): Bytes {
  const trimmed = candidate.replace(/ $/, '');
  const end = trimmed.endsWith('/') ? trimmed.length - 1 : trimmed.length;
  return trimmed.slice(trimmed.lastIndexOf('/', end - 1) + 1);
}

/** Carries out what only concerns the line itself. */
function edit(buffer: LineBuffer, action: Action): void {
  switch (action) {
    case 'left':
      buffer.move(-1);
      break;
    case 'right':
      buffer.move(1);
      break;
    case 'word left':
      buffer.cursor = buffer.wordStart;
      break;
    case 'word right':
      buffer.cursor = buffer.wordEnd;
      break;
    case 'start':
      buffer.cursor = 0;
      break;
    case 'end':
      buffer.cursor = buffer.length;
      break;
    case 'delete':
      if (buffer.cursor < buffer.length) buffer.removeTo(buffer.cursor + 1);
      break;
    case 'backspace':
      if (buffer.cursor > 0) buffer.removeTo(buffer.cursor - 1);
      break;
    case 'kill to end':
      buffer.removeTo(buffer.length);
      break;
    case 'kill to start':
      buffer.removeTo(0);
      break;
    case 'kill word':
      buffer.removeTo(buffer.wordStart);
      break;
    case 'kill word right':
      buffer.removeTo(buffer.wordEnd);
      break;
  }
}
