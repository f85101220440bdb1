import type { Bytes } from '../../runtime/bytes';
import type { Node, ParameterPart, Word, WordPart } from '../ast';
import { NESTING_OF_SYNTAX } from '../limits';
import { isBlank, isNameCharacter, isNameStart, isOperator, isSpecial } from './characters';
import { decodeEscape } from './escapes';
import { readBashHead, readParameterHead } from './parameter-head';
import { ScriptSyntaxError } from './script-syntax-error';
import { END, type Source } from './source';
import { WordBuilder } from './word-builder';

/** What a word reader needs of the parser that it belongs to: commands stand inside of words. */
export interface CommandReader {
  /** Reads the commands of `$(…)`, its parenthesis included. */
  readSubstitution(): Node | null;
  /** Parses the text between backquotes. */
  parseBackquoted(text: Bytes): Node | null;
}

/** How the characters around are quoted. */
type Quoting = 'none' | 'double';

/** The here-document that is being read: its lines end where the mark stands alone on one. */
interface HereText {
  readonly mark: Bytes;
  readonly stripTabs: boolean;
}

const NEWLINE = 10;
const DOUBLE_QUOTE = 34;
const DOLLAR = 36;
const SINGLE_QUOTE = 39;
const BACKSLASH = 92;
const BACKQUOTE = 96;
const CLOSING_BRACE = 125;

/** Reads words: quotes, substitutions and here-documents' bodies. Models ash.c readtoken1. */
export class WordReader {
  readonly #source: Source;
  readonly #commands: CommandReader;
  readonly #bash: boolean;
  #here: HereText | undefined;
  #depth = 0;

  constructor(source: Source, commands: CommandReader, bash = false) {
    this.#source = source;
    this.#commands = commands;
    this.#bash = bash;
  }

  /**
   * Reads a word that begins with `code`, up to the character that ends it, which stays. `raw`: no
   * substitutions, as in a here-document's delimiter.
   */
  readWord(code: number, raw: boolean): { word: WordBuilder; end: number } {
    const word = new WordBuilder();
    let current = code;
    for (;;) {
      if (current === END || current === NEWLINE || isBlank(current)) break;
      if (isOperator(current)) {
        if (!this.#processSubstitution(word, current)) break;
      } else {
        this.#plainCharacter(word, current, raw);
      }
      current = this.#source.nextJoined();
    }
    this.#source.back(current);
    return { word, end: current };
  }

  /**
   * Reads the pattern of bash's `=~`: parentheses and bars belong to it, and blanks within parentheses.
   * Begins with `code`; the character that ends it stays.
   */
  readRegex(code: number): WordBuilder {
    const word = new WordBuilder();
    let depth = 0;
    let current = code;
    while (current !== END && current !== NEWLINE && (depth > 0 || !isBlank(current))) {
      if (current === 40) depth++;
      if (current === 41) depth--;
      if (isOperator(current)) word.add(current, false);
      else this.#plainCharacter(word, current, false);
      current = this.#source.nextJoined();
    }
    this.#source.back(current);
    return word;
  }

  /** Reads an arithmetic expression up to its `))`; what opened it has been read. */
  readArithmetic(): WordPart[] {
    return this.#arithmetic();
  }

  /** Reads a here-document's lines and its mark. `literal`: nothing in them is expanded. */
  readHereDocument(mark: Bytes, stripTabs: boolean, literal: boolean): Word {
    const word = new WordBuilder();
    const outer = this.#here;
    this.#here = { mark, stripTabs };
    let ended = this.#source.takeLine(mark, stripTabs);
    while (!ended) {
      const code = literal ? this.#source.next() : this.#source.nextJoined();
      if (code === END) break;
      if (code === NEWLINE) {
        word.add(code, true);
        this.#source.countLine();
        ended = this.#source.takeLine(mark, stripTabs);
      } else if (literal) {
        word.add(code, true);
      } else if (code === BACKSLASH) {
        this.#escapeInDouble(word, false, false);
      } else if (!this.#substitution(word, code, 'double', false)) {
        word.add(code, true);
      }
    }
    this.#here = outer;
    return word.finish();
  }

  /** Reads a whole text as if it stood in double quotes (prompts, PS4). */
  readPrompt(keepEscapedDollar: boolean): Word {
    const word = new WordBuilder();
    for (;;) {
      const code = this.#source.nextJoined();
      if (code === END) return word.finish();
      if (code === BACKSLASH) this.#escapeInDouble(word, false, keepEscapedDollar);
      else if (!this.#substitution(word, code, 'double', false)) word.add(code, true);
    }
  }

  /** Reads commands that stand inside of a here-document: their lines are not the document's. */
  outsideHere<T>(read: () => T): T {
    const outer = this.#here;
    this.#here = undefined;
    try {
      return read();
    } finally {
      this.#here = outer;
    }
  }

  /** Forgets a parse that was given up. */
  reset(): void {
    this.#here = undefined;
    this.#depth = 0;
  }

  #fail(message: string): never {
    throw new ScriptSyntaxError(message, this.#source.line);
  }

  /** A character of a word outside of all quotes and braces. */
  #plainCharacter(word: WordBuilder, code: number, raw: boolean): void {
    if (code === BACKSLASH) this.#escape(word);
    else if (code === SINGLE_QUOTE) this.#singleQuoted(word);
    else if (code === DOUBLE_QUOTE) this.#doubleQuoted(word, raw);
    else if (raw && code === BACKQUOTE) {
      word.quoted = true;
      word.add(code, false);
    } else if (!this.#substitution(word, code, 'none', raw)) word.add(code, false);
  }

  /** `<(…)` and `>(…)`; false if this is something else, which is then a redirection. */
  #processSubstitution(word: WordBuilder, code: number): boolean {
    if (code !== 60 && code !== 62) return false;
    const following = this.#source.next();
    if (following !== 40) {
      this.#source.back(following);
      return false;
    }
    word.push({ kind: 'process', reads: code === 60, body: this.#commands.readSubstitution() });
    return true;
  }

  #escape(word: WordBuilder): void {
    const code = this.#source.next();
    if (code === END) {
      word.add(BACKSLASH, true);
      return;
    }
    word.quoted = true;
    if (code === NEWLINE) this.#source.countLine();
    word.add(code, true);
  }

  #escapeInDouble(word: WordBuilder, inBraces: boolean, keepEscapedDollar: boolean): void {
    const code = this.#source.next();
    if (code === END) {
      word.add(BACKSLASH, true);
      return;
    }
    const special =
      code === BACKSLASH ||
      code === BACKQUOTE ||
      code === DOLLAR ||
      (code === DOUBLE_QUOTE && (this.#here === undefined || inBraces)) ||
      (code === CLOSING_BRACE && inBraces);
    if (!special || (keepEscapedDollar && code === DOLLAR)) word.add(BACKSLASH, true);
    word.quoted = true;
    if (code === NEWLINE) this.#source.countLine();
    word.add(code, true);
  }

  #singleQuoted(word: WordBuilder): void {
    if (this.#here === undefined) word.openQuote();
    for (;;) {
      const code = this.#source.next();
      if (code === SINGLE_QUOTE) return;
      if (code === END) this.#fail('unterminated quoted string');
      if (code === NEWLINE) this.#newline();
      word.add(code, true);
    }
  }

  /** `$'…'`. */
  #dollarQuoted(word: WordBuilder): void {
    word.openQuote();
    for (;;) {
      const code = this.#source.next();
      if (code === SINGLE_QUOTE) return;
      if (code === END) this.#fail('unterminated quoted string');
      if (code === NEWLINE) this.#newline();
      if (code === BACKSLASH) this.#dollarEscape(word);
      else word.add(code, true);
    }
  }

  #dollarEscape(word: WordBuilder): void {
    const code = this.#source.next();
    if (code === END) {
      word.add(BACKSLASH, true);
      return;
    }
    if (code === SINGLE_QUOTE || code === DOUBLE_QUOTE) {
      word.add(code, true);
      return;
    }
    let text = String.fromCharCode(code);
    const digits = code === 120 ? /[0-9a-fA-F]/ : /[0-7]/;
    if (code === 120 || digits.test(text)) {
      while (text.length < 3) {
        const digit = this.#source.next();
        if (digit === END || !digits.test(String.fromCharCode(digit))) {
          this.#source.back(digit);
          break;
        }
        text += String.fromCharCode(digit);
      }
    }
    const { code: value, next } = decodeEscape(text, 0);
    if (next === 0) word.addText(`\\${text}`, true);
    else if (value !== 0) {
      word.add(value, true);
      word.addText(text.slice(next), true);
    }
  }

  /** Up to the closing quote; the opening one has been read. */
  #doubleQuoted(word: WordBuilder, raw: boolean): void {
    if (!raw && this.#atWholeArguments(word)) return;
    if (this.#here === undefined) word.openQuote();
    for (;;) {
      const code = this.#source.nextJoined();
      if (code === DOUBLE_QUOTE) {
        if (this.#bash) word.dropQuoteAroundArray();
        return;
      }
      if (code === END) this.#fail('unterminated quoted string');
      if (code === NEWLINE) this.#newline();
      if (code === BACKSLASH) this.#escapeInDouble(word, false, false);
      else if (raw || !this.#substitution(word, code, 'double', false)) word.add(code, true);
    }
  }

  /** Recognises exactly `"$@"`, which yields no field at all when there are no arguments. */
  #atWholeArguments(word: WordBuilder): boolean {
    const wanted = [DOLLAR, 64, DOUBLE_QUOTE];
    const read: number[] = [];
    for (const code of wanted) {
      const current = this.#source.next();
      read.push(current);
      if (current !== code) {
        for (const back of read.reverse()) this.#source.back(back);
        return false;
      }
    }
    word.quoted = true;
    word.push({
      kind: 'parameter',
      name: '@',
      operator: 'plain',
      colon: false,
      word: [],
      quoted: true,
    });
    return true;
  }

  #newline(): void {
    this.#source.countLine();
    if (this.#here && this.#source.takeLine(this.#here.mark, this.#here.stripTabs)) {
      this.#fail("missing '}'");
    }
  }

  /** `$…` and backquotes; false if the character is none of these. */
  #substitution(word: WordBuilder, code: number, quoting: Quoting, raw: boolean): boolean {
    if (code === BACKQUOTE && !raw) {
      this.#backquoted(word, quoting === 'double');
      return true;
    }
    if (code !== DOLLAR) return false;
    this.#dollar(word, quoting, raw);
    return true;
  }

  #dollar(word: WordBuilder, quoting: Quoting, raw: boolean): void {
    const quoted = quoting === 'double';
    const code = this.#source.nextJoined();
    if (raw || !(code === 40 || code === 123 || isNameStart(code) || isSpecial(code))) {
      this.#source.back(code);
      if (!quoted && code === SINGLE_QUOTE) {
        this.#source.next();
        this.#dollarQuoted(word);
      } else {
        word.add(DOLLAR, quoted);
      }
      return;
    }
    if (code === 40) {
      const following = this.#source.nextJoined();
      if (following === 40) {
        word.push({ kind: 'arithmetic', expression: this.#arithmetic(), quoted });
      } else {
        this.#source.back(following);
        word.push({ kind: 'command', body: this.#commands.readSubstitution(), quoted });
      }
    } else if (code === 123) {
      word.push(this.#braced(quoting));
    } else {
      word.push(this.#plainParameter(code, quoted));
    }
  }

  #plainParameter(first: number, quoted: boolean): ParameterPart {
    let name = String.fromCharCode(first);
    if (isNameStart(first)) {
      let code = this.#source.nextJoined();
      while (isNameCharacter(code)) {
        name += String.fromCharCode(code);
        code = this.#source.nextJoined();
      }
      this.#source.back(code);
    }
    return { kind: 'parameter', name, operator: 'plain', colon: false, word: [], quoted };
  }

  /** `${…}`, the brace has been read. Refuses nothing but a missing end: the rest shows when it is reached. */
  #braced(quoting: Quoting): ParameterPart {
    const bashHead = this.#bash ? readBashHead(this.#source, () => this.#subscript()) : undefined;
    const { closed, ...head } = bashHead ?? readParameterHead(this.#source);
    if (closed) return { kind: 'parameter', ...head, word: [], quoted: quoting === 'double' };
    const pattern = /trim|replace|upper|lower/.test(head.operator);
    const word = this.#nested(pattern ? 'none' : quoting);
    return { kind: 'parameter', ...head, word, quoted: quoting === 'double' };
  }

  /** What stands between the brackets behind an array's name; the opening one has been read. */
  #subscript(): readonly WordPart[] | '@' | '*' {
    const word = new WordBuilder();
    let open = 0;
    for (;;) {
      const code = this.#source.nextJoined();
      if (code === END) this.#fail("missing '}'");
      if (code === 93 && open-- === 0) break;
      if (code === 91) open++;
      if (code === DOUBLE_QUOTE) this.#innerDouble(word);
      else if (code === SINGLE_QUOTE) this.#singleQuoted(word);
      else if (!this.#substitution(word, code, 'double', false)) word.add(code, true);
    }
    const parts = word.finishParts().filter(({ kind }) => kind !== 'quote');
    const [only] = parts;
    const all = parts.length === 1 && only?.kind === 'text' ? only.text : '';
    return all === '@' || all === '*' ? all : parts;
  }

  /** The word inside of braces, up to and with the brace that closes them. */
  #nested(quoting: Quoting): WordPart[] {
    if (++this.#depth > NESTING_OF_SYNTAX) this.#fail('nested too deeply');
    const word = new WordBuilder();
    let inner = false;
    for (;;) {
      const code = this.#source.nextJoined();
      if (code === END) {
        this.#fail(
          quoting === 'double' && !this.#here ? 'unterminated quoted string' : "missing '}'",
        );
      }
      if (code === CLOSING_BRACE && !inner) break;
      if (code === NEWLINE) this.#newline();
      if (quoting === 'double') {
        if (code === BACKSLASH) this.#escapeInDouble(word, true, false);
        else if (code === DOUBLE_QUOTE) inner = !inner;
        else if (!this.#substitution(word, code, 'double', false)) word.add(code, true);
      } else if (code === DOUBLE_QUOTE) {
        this.#innerDouble(word);
      } else {
        this.#plainCharacter(word, code, false);
      }
    }
    this.#depth--;
    return word.finishParts();
  }

  /** Double quotes within unquoted braces. */
  #innerDouble(word: WordBuilder): void {
    if (this.#atWholeArguments(word)) return;
    if (this.#here === undefined) word.openQuote();
    for (;;) {
      const code = this.#source.nextJoined();
      if (code === DOUBLE_QUOTE) return;
      if (code === END) this.#fail('unterminated quoted string');
      if (code === NEWLINE) this.#newline();
      if (code === BACKSLASH) this.#escapeInDouble(word, true, false);
      else if (!this.#substitution(word, code, 'double', false)) word.add(code, true);
    }
  }

  /** `$((…))`, both opening parentheses have been read. */
  #arithmetic(): WordPart[] {
    if (++this.#depth > NESTING_OF_SYNTAX) this.#fail('nested too deeply');
    const word = new WordBuilder();
    let open = 0;
    for (;;) {
      const code = this.#source.nextJoined();
      if (code === END) this.#fail("missing '))'");
      if (code === 41) {
        if (open > 0) open--;
        else {
          const following = this.#source.nextJoined();
          if (following === 41) break;
          this.#source.back(following);
        }
        word.add(code, true);
        continue;
      }
      if (code === 40) open++;
      if (code === NEWLINE) this.#newline();
      if (code === BACKSLASH) this.#escapeInDouble(word, false, false);
      else if (!this.#substitution(word, code, 'double', false)) word.add(code, true);
    }
    this.#depth--;
    return word.finishParts();
  }

  #backquoted(word: WordBuilder, quoted: boolean): void {
    let text = '';
    for (;;) {
      let code = this.#source.nextJoined();
      if (code === BACKQUOTE) break;
      if (code === END) this.#fail('EOF in backquote substitution');
      if (code === NEWLINE) this.#source.countLine();
      if (code === BACKSLASH) {
        code = this.#source.next();
        if (code === END) this.#fail('EOF in backquote substitution');
        const special =
          code === BACKSLASH ||
          code === BACKQUOTE ||
          code === DOLLAR ||
          (quoted && code === DOUBLE_QUOTE);
        if (!special) text += '\\';
      }
      text += String.fromCharCode(code);
    }
    word.push({ kind: 'command', body: this.#commands.parseBackquoted(text), quoted });
  }
}
