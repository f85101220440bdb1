import type { Bytes } from '../../runtime/bytes';
import type { Call } from '../../runtime/syscalls';
import { applet, Failure, type Invocation, strerror } from './applet';
import { chomp, hold, LineReader, readAll } from './lines';
import { parseOptions } from './options';
import { visibleByte } from './visible';

/** Models editors/ed.c, a small part of ed: strings take the place of patterns, and searches go down only. */
export const ed = applet('ed', function* (run) {
  const options = parseOptions(run.args, { letters: 'p:s', most: 1 });
  const editor = new LineEditor(run, options.value('p') ?? '', options.has('s'));
  yield* editor.edit(options.operands[0]);
  return 0;
});

/** The lines that a command is for; `given`: whether the user named any. */
interface Range {
  readonly given: boolean;
  readonly first: number;
  readonly last: number;
}

/** A command that cannot be done; the editor says why and goes on. */
class Refusal {
  readonly message: Bytes;

  constructor(message: Bytes) {
    this.message = message;
  }
}

class LineEditor {
  readonly #run: Invocation;
  readonly #input: LineReader;
  readonly #prompt: Bytes;
  readonly #silent: boolean;
  readonly #marks = new Map<string, number>();
  #lines: Bytes[] = [];
  /** Counted from 1; 0 when there are no lines. */
  #current = 0;
  #file: Bytes | undefined;
  #changed = false;
  #sought = '';
  #done = false;

  constructor(run: Invocation, prompt: Bytes, silent: boolean) {
    this.#run = run;
    this.#input = new LineReader(run.sys, 0);
    this.#prompt = prompt;
    this.#silent = silent;
  }

  *edit(file: Bytes | undefined): Call<void> {
    this.#file = file;
    try {
      if (file !== undefined) yield* this.#readFile(file, 1);
      this.#changed = false;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      throw new Failure(error.message, 0);
    }
    while (!this.#done) {
      const line = yield* this.#ask(this.#prompt);
      if (line === undefined) return;
      if (this.#current === 0 && this.#lines.length > 0) this.#current = 1;
      try {
        yield* this.#obey(line.replace(/[ \t\v\f\r]+$/, ''));
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        yield* this.#run.complain(error.message);
      }
    }
  }

  *#ask(prompt: Bytes): Call<Bytes | undefined> {
    yield* this.#run.out.write(prompt);
    yield* this.#run.out.flush();
    const line = yield* this.#input.next();
    return line === undefined ? undefined : chomp(line);
  }

  *#obey(line: Bytes): Call<void> {
    let at = this.#address(line.trimStart());
    let { number: first } = at;
    let last = first;
    if (at.rest.startsWith(',')) {
      at = this.#address(at.rest.slice(1));
      first ??= 1;
      last = at.number ?? this.#lines.length;
    }
    const range = {
      given: first !== undefined,
      first: first ?? this.#current,
      last: last ?? this.#current,
    };
    yield* this.#command(at.rest.charAt(0), at.rest.slice(1), range);
  }

  /** The line number at the front of a text, and what stands behind it. */
  #address(text: Bytes): { readonly number: number | undefined; readonly rest: Bytes } {
    let number: number | undefined;
    let sign = 1;
    let rest = text;
    for (;;) {
      rest = rest.trimStart();
      const term = this.#term(rest);
      if (!term) return { number, rest };
      number = (number ?? 0) + sign * term.value;
      rest = term.rest.trimStart();
      if (!/^[+-]/.test(rest)) return { number, rest };
      sign = rest.startsWith('-') ? -1 : 1;
      rest = rest.slice(1);
    }
  }

  #term(text: Bytes): { readonly value: number; readonly rest: Bytes } | undefined {
    const rest = text.slice(1);
    if (text.startsWith('.')) return { value: this.#current, rest };
    if (text.startsWith('$')) return { value: this.#lines.length, rest };
    if (text.startsWith("'")) {
      if (!/^[a-z]/.test(rest)) throw new Refusal('bad mark name');
      return { value: this.#marks.get(rest.charAt(0)) ?? 0, rest: rest.slice(1) };
    }
    if (text.startsWith('/')) {
      const end = rest.indexOf('/');
      const value = this.#search(end < 0 ? rest : rest.slice(0, end));
      return { value, rest: end < 0 ? '' : rest.slice(end + 1) };
    }
    const digits = /^[0-9]+/.exec(text)?.[0];
    return digits === undefined
      ? undefined
      : { value: Number(digits), rest: text.slice(digits.length) };
  }

  #search(text: Bytes): number {
    this.#check(this.#current, this.#lines.length, 'search');
    const sought = this.#seek(text);
    const found = this.#lines.findIndex(
      (line, i) => i + 1 >= this.#current && line.includes(sought),
    );
    if (found < 0) throw new Refusal(`can't find string "${sought}"`);
    return found + 1;
  }

  /** What to look for: an empty text stands for the one before. */
  #seek(text: Bytes): Bytes {
    if (text === '' && this.#sought === '') throw new Refusal('no previous search string');
    if (text !== '') this.#sought = text;
    return this.#sought;
  }

  #check(first: number, last: number, what: string): void {
    if (first < 1 || last > this.#lines.length || first > last) {
      throw new Refusal(`bad line range for ${what}`);
    }
  }

  *#command(command: string, rest: Bytes, range: Range): Call<void> {
    const { first, last, given } = range;
    const argument = rest.trimStart();
    switch (command) {
      case 'a':
        return yield* this.#add(first + 1);
      case 'c':
        this.#delete(first, last);
        return yield* this.#add(first);
      case 'd':
        return this.#delete(first, last);
      case 'f':
        this.#checkSpace(rest, 'file');
        if (argument !== '') this.#file = argument;
        else yield* this.#print(this.#file === undefined ? 'No file name' : `"${this.#file}"`);
        return;
      case 'i':
        return yield* this.#add(!given && this.#lines.length === 0 ? 1 : first);
      case 'k':
        if (!/^[a-z]$/.test(argument)) throw new Refusal('bad mark name');
        this.#marks.set(argument, last);
        return;
      case 'l':
        return yield* this.#show(first, last, true);
      case 'p':
        return yield* this.#show(first, last);
      case 'q':
        if (argument !== '') throw new Refusal('bad quit command');
        return yield* this.#quit();
      case 'r':
        this.#checkSpace(rest, 'read');
        if (argument === '') throw new Refusal('no file name');
        yield* this.#readFile(argument, (given ? first : this.#lines.length) + 1);
        this.#file ??= argument;
        return;
      case 's':
        return yield* this.#substitute(rest, first, last);
      case 'w':
        this.#checkSpace(rest, 'write');
        return yield* this.#write(argument || this.#file, range);
      default:
        return yield* this.#move(command, rest, range);
    }
  }

  /** The commands that only look. */
  *#move(command: string, rest: Bytes, { given, first, last }: Range): Call<void> {
    const here = this.#current;
    switch (command) {
      case 'z':
        if (rest.startsWith('-')) return yield* this.#show(here - 21, here);
        if (rest.startsWith('.')) return yield* this.#show(here - 11, here + 10);
        return yield* this.#show(here, here + 21);
      case '.':
        if (given) throw new Refusal('no arguments allowed');
        return yield* this.#show(here, here);
      case '-':
        return yield* this.#step(here - 1);
      case '=':
        return yield* this.#print(String(first));
      case '':
        return yield* given ? this.#show(last, last) : this.#step(here + 1);
      default:
        throw new Refusal('unimplemented command');
    }
  }

  #checkSpace(rest: Bytes, what: string): void {
    if (rest !== '' && !rest.startsWith(' ')) throw new Refusal(`bad ${what} command`);
  }

  *#print(text: Bytes): Call<void> {
    yield* this.#run.out.write(`${text}\n`);
  }

  *#step(number: number): Call<void> {
    if (number < 1 || number > this.#lines.length) {
      throw new Refusal(`line number ${number} does not exist`);
    }
    yield* this.#show(number, number);
  }

  *#show(first: number, last: number, escaped = false): Call<void> {
    this.#check(first, last, 'print');
    for (const line of this.#lines.slice(first - 1, last)) {
      yield* this.#print(escaped ? `${expanded(line)}$` : line);
    }
    this.#current = last;
  }

  *#quit(): Call<void> {
    if (this.#changed) {
      const answer = yield* this.#ask('Really quit? ');
      if (answer !== undefined && !/^\s*y/i.test(answer)) return;
    }
    this.#done = true;
  }

  *#add(number: number): Call<void> {
    for (let at = number; ; at++) {
      const line = yield* this.#ask('');
      if (line === undefined || line === '.') return;
      this.#insert(line, at);
    }
  }

  #insert(line: Bytes, number: number): void {
    if (number < 1 || number > this.#lines.length + 1) {
      throw new Refusal('inserting at bad line number');
    }
    this.#lines.splice(number - 1, 0, line);
    this.#current = number;
    this.#changed = true;
  }

  #delete(first: number, last: number): void {
    this.#check(first, last, 'delete');
    if (this.#current >= first && this.#current <= last) {
      this.#current = last < this.#lines.length ? last + 1 : first - 1;
    }
    if (this.#current > last) this.#current -= last - first + 1;
    this.#lines.splice(first - 1, last - first + 1);
    this.#changed = true;
  }

  *#substitute(rest: Bytes, first: number, last: number): Call<void> {
    this.#check(first, last, 'substitute');
    const delimiter = rest.charAt(0);
    if (/^\s?$/.test(delimiter)) throw new Refusal('bad delimiter for substitute');
    const [old = '', replacement, ...more] = rest.slice(1).split(delimiter);
    if (replacement === undefined) throw new Refusal('missing 2nd delimiter for substitute');
    const flags = more.join(delimiter);
    if (/[^gp]/.test(flags)) throw new Refusal('unknown option for substitute');
    const sought = this.#seek(old);
    let found = false;
    // As in the original, the search in the line behind a changed one begins in the same column.
    let column = 0;
    for (let number = first; number <= last; number++) {
      let here = false;
      for (;;) {
        const line = this.#lines[number - 1] as Bytes;
        const at = line.indexOf(sought, column);
        if (at < 0 || column > line.length) {
          column = 0;
          break;
        }
        here = true;
        this.#lines[number - 1] = line.slice(0, at) + replacement + line.slice(at + sought.length);
        column = at + replacement.length;
        if (!flags.includes('g')) break;
      }
      if (!here) continue;
      found = true;
      this.#changed = true;
      if (flags.includes('p')) yield* this.#show(number, number);
    }
    if (!found) throw new Refusal(`no substitutions found for "${sought}"`);
  }

  *#readFile(path: Bytes, number: number): Call<void> {
    if (number < 1 || number > this.#lines.length + 1) throw new Refusal('bad line for read');
    let content: Bytes;
    try {
      const fd = yield* this.#run.sys.open(path, { read: true });
      content = yield* readAll(this.#run.sys, fd);
      this.#run.sys.close(fd);
    } catch (error) {
      throw new Refusal(`${path}: ${strerror(error)}`);
    }
    const lines = chomp(content).split('\n');
    if (content !== '') {
      this.#lines = [
        ...this.#lines.slice(0, number - 1),
        ...lines,
        ...this.#lines.slice(number - 1),
      ];
      this.#current = number + lines.length - 1;
      this.#changed = true;
      hold(this.#run.sys, content.length);
    }
    if (!this.#silent) yield* this.#print(String(content.length));
  }

  *#write(path: Bytes | undefined, { given, first, last }: Range): Call<void> {
    if (path === undefined) throw new Refusal('no file name specified');
    const from = given ? first : 1;
    const to = given ? last : this.#lines.length;
    if (!given) this.#changed = false;
    this.#check(from, to, 'write');
    const content = `${this.#lines.slice(from - 1, to).join('\n')}\n`;
    const { sys } = this.#run;
    try {
      const fd = yield* sys.open(path, { write: true, create: true, truncate: true }, 0o666);
      yield* sys.write(fd, content);
      sys.close(fd);
    } catch (error) {
      throw new Refusal(`${path}: ${strerror(error)}`);
    }
    if (!this.#silent) yield* this.#print(String(content.length));
  }
}

function expanded(line: Bytes): Bytes {
  return [...line].map((byte) => visibleByte(byte.charCodeAt(0))).join('');
}
