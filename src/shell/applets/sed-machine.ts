import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import type { Call } from '../../runtime/syscalls';
import { Failure, type Invocation, strerror } from './applet';
import { LineReader, MAX_HELD } from './lines';
import { Output } from './output';
import type { Regex } from './regex';
import type { SedInput, SedLine } from './sed-input';
import type { SedCommand, SedScript } from './sed-script';
import { substitute } from './sed-substitute';

/** A stream that sed writes lines to; it knows whether its last line still lacks a newline. */
interface Sink {
  readonly output: Output;
  open: boolean;
}

/** What a command remembers between lines. */
interface RangeState {
  inside: boolean;
  /** A range that began at a line number cannot begin again. */
  spent: boolean;
  endLine: number | undefined;
}

/** Executes a sed script. */
export class SedMachine {
  readonly #run: Invocation;
  readonly #commands: readonly SedCommand[];
  readonly #quiet: boolean;
  readonly #states: RangeState[];
  readonly #files = new Map<Bytes, Sink>();
  #sink: Sink;
  #input!: SedInput;
  #pattern: Bytes = '';
  #patternEnd: SedLine['end'] = '\n';
  #hold: Bytes = '';
  #next: SedLine | undefined;
  #number = 0;
  #appended: Bytes[] = [];
  #substituted = false;
  #previous: Regex | undefined;

  constructor(run: Invocation, script: SedScript, quiet: boolean) {
    this.#run = run;
    this.#commands = script.commands;
    this.#quiet = quiet;
    this.#states = script.commands.map(() => ({ inside: false, spent: false, endLine: undefined }));
    this.#sink = { output: run.out, open: false };
  }

  /** Opens the files that w commands write to. */
  *openFiles(): Call<void> {
    for (const command of this.#commands) {
      const name = command.letter === 'w' ? command.text : command.substitution?.file;
      if (name === undefined || this.#files.has(name)) continue;
      const flags = { write: true, create: true, truncate: true };
      try {
        const fd = yield* this.#run.sys.open(name, flags, 0o666);
        this.#files.set(name, { output: new Output(this.#run.sys, fd), open: false });
      } catch (error) {
        throw new Failure(`can't open '${name}': ${strerror(error)}`);
      }
    }
  }

  *flushFiles(): Call<void> {
    for (const sink of this.#files.values()) yield* sink.output.flush();
  }

  /** Ranges by line number begin anew with each file of -i. */
  forgetLines(script: SedScript): void {
    for (const i of script.commands.keys()) {
      const state = this.#states[i] as RangeState;
      state.spent = false;
      state.endLine = undefined;
    }
  }

  /** Runs the script over all lines of an input. */
  *process(input: SedInput, output: Output): Call<void> {
    this.#input = input;
    this.#sink = { output, open: false };
    this.#number = 0;
    this.#next = yield* input.next();
    while (this.#next !== undefined) {
      this.#substituted = false;
      yield* this.#advance();
      const outcome = yield* this.#cycle();
      if (outcome !== 'delete' && !this.#quiet) yield* this.#print(this.#pattern, this.#patternEnd);
      yield* this.#flushAppended();
      if (outcome === 'quit') return;
    }
  }

  /** Takes the next line as the pattern space, and looks one line ahead. */
  *#advance(): Call<void> {
    const line = this.#next as SedLine;
    this.#pattern = line.text;
    this.#patternEnd = line.end;
    yield* this.#lookAhead();
  }

  *#lookAhead(): Call<void> {
    yield* this.#flushAppended();
    this.#next = yield* this.#input.next();
    this.#number++;
  }

  /** One pass through the script. */
  *#cycle(): Call<'print' | 'delete' | 'quit'> {
    for (let at = 0; at < this.#commands.length; at++) {
      this.#run.sys.spend(1);
      const command = this.#commands[at] as SedCommand;
      const selected = this.#selects(command, this.#states[at] as RangeState) !== command.invert;
      if (command.letter === '{') {
        if (!selected) at = this.#blockEnd(at);
        continue;
      }
      if (!selected) continue;
      if (command.begin?.kind === 'regex') this.#previous = command.begin.regex;
      switch (command.letter) {
        case 'd':
          return 'delete';
        case 'D': {
          const newline = this.#pattern.indexOf('\n');
          if (newline < 0) return 'delete';
          this.#pattern = this.#pattern.slice(newline + 1);
          at = -1;
          break;
        }
        case 'c':
          if (!(this.#states[at] as RangeState).inside) yield* this.#print(command.text, '\n');
          return 'delete';
        case 'n':
          if (!this.#quiet) yield* this.#print(this.#pattern, this.#patternEnd);
          if (this.#next === undefined) return 'delete';
          yield* this.#advance();
          this.#substituted = false;
          break;
        case 'N':
          if (this.#next === undefined) return 'print';
          this.#pattern += `\n${this.#next.text}`;
          this.#patternEnd = this.#next.end;
          if (this.#pattern.length > MAX_HELD) throw new Failure('out of memory');
          yield* this.#lookAhead();
          break;
        case 'q':
          return 'quit';
        case 'b':
        case 't':
        case 'T': {
          const target = this.#branch(command);
          if (target === 'end') return 'print';
          if (target !== undefined) at = target;
          break;
        }
        default:
          yield* this.#execute(command);
      }
      yield* this.#run.sys.breathe();
    }
    return 'print';
  }

  /** Where a branch leads; undefined if it is not taken. */
  #branch(command: SedCommand): number | 'end' | undefined {
    if (command.letter === 't' && !this.#substituted) return undefined;
    if (command.letter === 't') this.#substituted = false;
    else if (command.letter === 'T' && this.#substituted) return undefined;
    if (command.text === '') return 'end';
    const target = this.#commands.findIndex(
      (other) => other.letter === ':' && other.text === command.text,
    );
    if (target < 0) throw new Failure(`can't find label for jump to '${command.text}'`);
    return target;
  }

  *#execute(command: SedCommand): Call<void> {
    switch (command.letter) {
      case '=':
        yield* this.#sink.output.write(`${this.#number}\n`);
        return;
      case 'p':
        yield* this.#print(this.#pattern, '\n');
        return;
      case 'P':
        yield* this.#print(this.#pattern.split('\n', 1)[0] as Bytes, '\n');
        return;
      case 's':
        yield* this.#substitute(command);
        return;
      case 'a':
        this.#appended.push(command.text);
        return;
      case 'i':
        yield* this.#print(command.text, '\n');
        return;
      case 'r':
        yield* this.#read(command.text);
        return;
      case 'w':
        yield* this.#printTo(this.#files.get(command.text), this.#pattern, this.#patternEnd);
        return;
      case 'y':
        this.#transliterate(command.text);
        return;
      case 'g':
        this.#pattern = this.#hold;
        return;
      case 'G':
        this.#pattern += `\n${this.#hold}`;
        this.#patternEnd = '\n';
        return;
      case 'h':
        this.#hold = this.#pattern;
        return;
      case 'H':
        this.#hold += `\n${this.#pattern}`;
        if (this.#hold.length > MAX_HELD) throw new Failure('out of memory');
        return;
      case 'x':
        [this.#pattern, this.#hold] = [this.#hold, this.#pattern];
        this.#patternEnd = '\n';
        return;
      default:
    }
  }

  *#substitute(command: SedCommand): Call<void> {
    const { substitution } = command;
    if (!substitution) return;
    const regex = substitution.regex ?? this.#previous;
    if (!regex) throw new Failure('no previous regexp');
    this.#previous = regex;
    this.#run.sys.spend(1 + this.#pattern.length / 200);
    const result = substitute(this.#pattern, regex, substitution.replacement, substitution.which);
    if (result === undefined) return;
    this.#pattern = result;
    this.#substituted = true;
    if (substitution.print) yield* this.#print(this.#pattern, this.#patternEnd);
    if (substitution.file !== undefined) {
      yield* this.#printTo(this.#files.get(substitution.file), this.#pattern, this.#patternEnd);
    }
  }

  #transliterate(pairs: Bytes): void {
    const half = pairs.length / 2;
    const from = pairs.slice(0, half);
    let result = '';
    for (const byte of this.#pattern) {
      const at = from.indexOf(byte);
      result += at < 0 ? byte : pairs[half + at];
    }
    this.#pattern = result;
  }

  *#read(name: Bytes): Call<void> {
    let fd: number;
    try {
      fd = yield* this.#run.sys.open(name, { read: true });
    } catch (error) {
      if (error instanceof SysError) return;
      throw error;
    }
    const reader = new LineReader(this.#run.sys, fd);
    for (let line = yield* reader.next(); line !== undefined; line = yield* reader.next()) {
      this.#appended.push(line.endsWith('\n') ? line.slice(0, -1) : line);
    }
    this.#run.sys.close(fd);
  }

  /** Whether a command's addresses select this line; keeps track of ranges. */
  #selects(command: SedCommand, state: RangeState): boolean {
    const { begin, end } = command;
    if (!begin && !end) return true;
    const before = state.inside;
    if (!before) state.endLine = undefined;
    let matched = before;
    if (!matched && begin) {
      if (begin.kind === 'regex') {
        matched = begin.regex.test(this.#pattern);
        if (matched) this.#previous = begin.regex;
      } else if (begin.kind === 'last') matched = this.#next === undefined;
      else if (!state.spent)
        matched = end ? begin.number <= this.#number : begin.number === this.#number;
    }
    if (!matched) return false;
    if (begin?.kind === 'line') state.spent = true;
    if (end?.kind === 'offset' && !before) state.endLine = this.#number + end.lines;
    state.inside = !this.#rangeEnds(command, state, before);
    return true;
  }

  #rangeEnds({ end }: SedCommand, state: RangeState, before: boolean): boolean {
    switch (end?.kind) {
      case undefined:
        return true;
      case 'last':
        return this.#next === undefined;
      case 'line':
        return end.number <= this.#number;
      case 'offset':
        return (state.endLine ?? 0) <= this.#number;
      case 'regex':
        return before && end.regex.test(this.#pattern);
    }
  }

  /** The index of the brace that closes a block. */
  #blockEnd(start: number): number {
    let nesting = 0;
    for (let at = start; at < this.#commands.length; at++) {
      const { letter } = this.#commands[at] as SedCommand;
      if (letter === '{') nesting++;
      if (letter === '}' && --nesting === 0) return at;
    }
    throw new Failure('unterminated {');
  }

  *#flushAppended(): Call<void> {
    if (this.#appended.length === 0) return;
    const lines = this.#appended;
    this.#appended = [];
    for (const line of lines) yield* this.#print(line, '\n');
  }

  *#print(text: Bytes, end: SedLine['end']): Call<void> {
    yield* this.#printTo(this.#sink, text, end);
  }

  /** A line that came without its newline is printed without; what follows it begins with one. */
  *#printTo(sink: Sink | undefined, text: Bytes, end: SedLine['end']): Call<void> {
    if (!sink) return;
    yield* sink.output.write((sink.open ? '\n' : '') + text + end);
    sink.open = end === '' && text !== '';
  }
}
