import type { Bytes } from '../../runtime/bytes';
import { Failure } from './applet';
import { compileOrFail } from './patterns';
import type { Regex } from './regex';

/** Where a command applies: a line number, the last line, or lines that match. */
export type SedAddress =
  | { readonly kind: 'line'; readonly number: number }
  | { readonly kind: 'last' }
  | { readonly kind: 'regex'; readonly regex: Regex };

/** How a range ends: at an address, or a number of lines after its start. */
export type SedRangeEnd = SedAddress | { readonly kind: 'offset'; readonly lines: number };

export interface Substitution {
  /** Undefined: the expression used last. */
  readonly regex: Regex | undefined;
  readonly replacement: Bytes;
  /** Which match to replace; 0 all of them. */
  readonly which: number;
  readonly print: boolean;
  readonly file: Bytes | undefined;
}

export interface SedCommand {
  readonly letter: string;
  readonly begin: SedAddress | undefined;
  readonly end: SedRangeEnd | undefined;
  readonly invert: boolean;
  /** Text of a, i, c; label of `:`, b, t, T; file of r, w; pairs of y. */
  readonly text: Bytes;
  readonly substitution?: Substitution;
}

export interface SedScript {
  readonly commands: readonly SedCommand[];
  /** The script began a comment with `#n`. */
  readonly quiet: boolean;
}

const LETTERS = 'saicrw:btTydDgGhHlnNpPqx={}';
const BETWEEN = /^[; \n\r\t\v]*/;

/** Parses sed scripts piece by piece, as -e, -f and the operand give them. Models editors/sed.c. */
export class SedParser {
  readonly #extended: boolean;
  readonly #commands: SedCommand[] = [];
  #quiet = false;
  #previous: Regex | undefined;
  /** A line that ended in a backslash waits for the next. */
  #unfinished: Bytes | undefined;

  constructor(extended: boolean) {
    this.#extended = extended;
  }

  /** Adds a text of one or more lines. Throws Failure. */
  addBlock(text: Bytes): void {
    for (const line of text.split('\n')) this.addLine(line);
  }

  addLine(line: Bytes): void {
    const text = this.#unfinished === undefined ? line : `${this.#unfinished}\n${line}`;
    const backslashes = /\\*$/.exec(text)?.[0].length ?? 0;
    if (backslashes % 2 === 1) {
      this.#unfinished = text.slice(0, -1);
      return;
    }
    this.#unfinished = undefined;
    this.#parse(text);
  }

  finish(): SedScript {
    this.addLine('');
    return { commands: this.#commands, quiet: this.#quiet };
  }

  #parse(script: Bytes): void {
    let text = script;
    for (;;) {
      text = text.replace(BETWEEN, '');
      if (text === '') return;
      if (text[0] === '#') {
        if (text[1] === 'n') this.#quiet = true;
        const end = text.search(/[\n\r]/);
        if (end < 0) return;
        text = text.slice(end);
        continue;
      }
      text = this.#command(text);
    }
  }

  #command(source: Bytes): Bytes {
    let text = source;
    const first = this.#address(text);
    text = first?.rest ?? text;
    let end: SedRangeEnd | undefined;
    if (text[0] === ',') {
      const offset = /^,\+([0-9]+)/.exec(text);
      const second = offset ? undefined : this.#address(text.slice(1));
      if (offset) end = { kind: 'offset', lines: Number(offset[1]) };
      else if (second) end = second.address;
      else throw new Failure('no address after comma');
      text = offset ? text.slice(offset[0].length) : (second?.rest as Bytes);
    }
    text = skipBlanks(text);
    const invert = text[0] === '!';
    if (invert) text = skipBlanks(text.slice(1));
    if (text === '') throw new Failure('missing command');
    const letter = text[0] as string;
    // Line 0 is no line; as an address it is like having none.
    const begin =
      first?.address.kind === 'line' && first.address.number === 0 ? undefined : first?.address;
    return this.#argument({ letter, begin, end, invert, text: '' }, text.slice(1));
  }

  #add(command: SedCommand): void {
    this.#commands.push(command);
  }

  /** Reads what a command's letter is followed by; returns the rest of the script. */
  #argument(command: SedCommand, text: Bytes): Bytes {
    const { letter } = command;
    if (!LETTERS.includes(letter)) throw new Failure(`unsupported command ${letter}`);
    if (letter === 's') return this.#substitution(command, text);
    if ('air'.includes(letter) && command.end) {
      throw new Failure(`command '${letter}' uses only one address`);
    }
    if ('aic'.includes(letter)) {
      const body = text.replace(/^[\t\v\f\r ]*(?:\n|\\)?/, '');
      this.#add({ ...command, text: unescapeAll(convertEscapes(body)) });
      return '';
    }
    if (letter === 'r' || letter === 'w') {
      const { name, rest } = fileName(text);
      this.#add({ ...command, text: name });
      return rest;
    }
    if (':btT'.includes(letter)) {
      const body = skipBlanks(text);
      const label = /^[^; \n\r\t\v]*/.exec(body)?.[0] ?? '';
      this.#add({ ...command, text: label });
      return body.slice(label.length);
    }
    if (letter === 'y') {
      const { match, replacement, rest } = delimited(text);
      const delimiter = text[0] as string;
      const from = replaceEscape(match, delimiter, delimiter);
      const to = replaceEscape(replacement, delimiter, delimiter);
      const length = Math.min(from.length, to.length);
      this.#add({ ...command, text: from.slice(0, length) + to.slice(0, length) });
      return rest;
    }
    this.#add(command);
    return text;
  }

  #substitution(command: SedCommand, source: Bytes): Bytes {
    const { match, replacement, rest } = delimited(source);
    let text = rest;
    let which = 1;
    let print = false;
    let ignoreCase = false;
    let file: Bytes | undefined;
    while (text !== '') {
      const digits = /^[0-9]+/.exec(text)?.[0];
      if (digits !== undefined) {
        // An anchored expression can match only once.
        if (match[0] !== '^') which = Number(digits);
        text = text.slice(digits.length);
        continue;
      }
      const flag = text[0] as string;
      if (flag === ';' || flag === '}') break;
      text = text.slice(1);
      if (flag === 'g') which = 0;
      else if (flag === 'p') print = true;
      else if (flag === 'i' || flag === 'I') ignoreCase = true;
      else if (flag === 'w') {
        const { name, rest: behind } = fileName(text);
        file = name;
        text = behind;
      } else if (flag === '#') text = '';
      else if (!/\s/.test(flag)) throw new Failure('bad option in substitution expression');
    }
    const regex =
      match === '' ? undefined : compileOrFail(match, { extended: this.#extended, ignoreCase });
    this.#add({ ...command, substitution: { regex, replacement, which, print, file } });
    return text;
  }

  #address(text: Bytes): { address: SedAddress; rest: Bytes } | undefined {
    const digits = /^[0-9]+/.exec(text)?.[0];
    if (digits !== undefined) {
      return { address: { kind: 'line', number: Number(digits) }, rest: text.slice(digits.length) };
    }
    if (text[0] === '$') return { address: { kind: 'last' }, rest: text.slice(1) };
    if (text[0] !== '/' && text[0] !== '\\') return undefined;
    const delimiter = text[0] === '/' ? '/' : (text[1] ?? '');
    const from = text[0] === '/' ? 1 : 2;
    const end = from + delimiterIndex(text.slice(from), delimiter, true);
    const source = text.slice(from, end);
    const regex =
      source === ''
        ? this.#previous
        : compileOrFail(convertEscapes(source), { extended: this.#extended });
    if (!regex) throw new Failure('no previous regexp');
    this.#previous = regex;
    return { address: { kind: 'regex', regex }, rest: text.slice(end + 1) };
  }
}

function skipBlanks(text: Bytes): Bytes {
  return text.replace(/^[\t-\r ]+/, '');
}

function fileName(text: Bytes): { name: Bytes; rest: Bytes } {
  const body = skipBlanks(text);
  const end = body.indexOf('\n');
  const name = end < 0 ? body : `${body.slice(0, end)}\\`;
  if (body === '' || end === 0) throw new Failure('empty filename');
  return { name, rest: end < 0 ? '' : body.slice(end) };
}

/** `/match/replacement/` with any delimiter; the rest is behind the third one. */
function delimited(text: Bytes): { match: Bytes; replacement: Bytes; rest: Bytes } {
  const delimiter = text[0];
  if (delimiter === undefined) throw new Failure('bad format in substitution expression');
  const body = text.slice(1);
  const first = delimiterIndex(body, delimiter, true);
  const behind = body.slice(first + 1);
  const second = delimiterIndex(behind, delimiter, false);
  const match = replaceEscape(convertEscapes(body.slice(0, first)), delimiter, delimiter);
  const raw = convertEscapes(behind.slice(0, second));
  return {
    match,
    replacement: delimiter === '&' ? raw : replaceEscape(raw, delimiter, delimiter),
    rest: behind.slice(second + 1),
  };
}

/** Where an unescaped delimiter stands; with `brackets`, one inside of `[…]` does not count. */
function delimiterIndex(text: Bytes, delimiter: string, brackets: boolean): number {
  let bracket = -1;
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (bracket >= 0) {
      const first = bracket === i - 1 || (bracket === i - 2 && text[i - 1] === '^');
      if (char === ']' && !first) bracket = -1;
    } else if (char === '\\') i++;
    else if (char === '[' && brackets) bracket = i;
    else if (char === delimiter) return i;
  }
  throw new Failure(`unmatched '${delimiter}'`);
}

/** `\n`, `\t`, `\r` to what they stand for. */
function convertEscapes(text: Bytes): Bytes {
  return replaceEscape(replaceEscape(replaceEscape(text, 'n', '\n'), 't', '\t'), 'r', '\r');
}

/** Replaces a backslash before `from` and it by `to`; other escaped bytes stay as they are. */
function replaceEscape(text: Bytes, from: string, to: string): Bytes {
  let result = '';
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '\\' && text[i + 1] === from) {
      result += to;
      i++;
    } else if (text[i] === '\\' && i + 1 < text.length) {
      result += `\\${text[++i]}`;
    } else {
      result += text[i];
    }
  }
  return result;
}

function unescapeAll(text: Bytes): Bytes {
  return text.replace(/\\(.)/gs, '$1').replace(/\\$/, '');
}
