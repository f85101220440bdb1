import type { Bytes } from '../../runtime/bytes';
import type { HereDocument, Word } from '../ast';
import { isBlank } from './characters';
import { type Alias, END, type Source } from './source';
import { isKeyword, type Token } from './tokens';
import { WordBuilder } from './word-builder';
import { type CommandReader, WordReader } from './word-reader';

/** What may be recognised in the next token. */
export interface Expecting {
  readonly newlines: boolean;
  readonly keywords: boolean;
  readonly aliases: boolean;
}

/** A redirection's operator and the descriptor in front of it, or the usual one. */
export interface RedirectionToken {
  readonly operator: string;
  readonly fd: number;
}

interface PendingDocument {
  readonly mark: Bytes;
  readonly stripTabs: boolean;
  readonly literal: boolean;
  readonly document: HereDocument;
}

const NOTHING: Expecting = { newlines: false, keywords: false, aliases: false };
const DIGITS = /^[0-9]*$/;
const EMPTY_WORD: Word = { parts: [], literal: undefined, constant: '', quoted: false };

/** Puts characters to tokens; reads here-documents where their lines begin. Models ash.c readtoken, xxreadtoken. */
export class Lexer {
  readonly words: WordReader;
  readonly #source: Source;
  readonly #alias: (name: Bytes) => Alias | undefined;
  readonly #bash: boolean;
  /** The token read last. */
  token: Token = 'newline';
  /** The word of the `word` token read last. */
  word: WordBuilder = new WordBuilder();
  redirection: RedirectionToken = { operator: '<', fd: 0 };
  #pushedBack = false;
  #expecting: Expecting = NOTHING;
  #raw = false;
  #documents: PendingDocument[] = [];

  constructor(
    source: Source,
    commands: CommandReader,
    alias: (name: Bytes) => Alias | undefined,
    bash = false,
  ) {
    this.#source = source;
    this.#alias = alias;
    this.#bash = bash;
    this.words = new WordReader(source, commands, bash);
  }

  /** Forgets a parse that was given up. */
  reset(): void {
    this.#pushedBack = false;
    this.#documents = [];
    this.#raw = false;
    this.#expecting = NOTHING;
    this.words.reset();
  }

  /** Whether the end of the script has been read and put back. */
  get atEnd(): boolean {
    return this.#pushedBack && this.token === 'end of file';
  }

  /** Says what the next token may be; it holds for that one only. */
  expect(expecting: Expecting): void {
    this.#expecting = expecting;
  }

  /** The next `read` returns the token read last. */
  pushBack(): void {
    this.#pushedBack = true;
  }

  pushBackAs(token: Token): void {
    this.token = token;
    this.#pushedBack = true;
  }

  /** The next token, keywords and aliases taken into account where they are expected. */
  read(): Token {
    const { newlines, keywords } = this.#expecting;
    let { aliases } = this.#expecting;
    this.#expecting = NOTHING;
    for (;;) {
      let token = this.#next();
      while (newlines && token === 'newline') {
        this.readDocuments();
        token = this.#next();
      }
      if (this.#source.takeAliasEnded()) aliases = true;
      if (token !== 'word' || this.word.quoted || !this.word.onlyText) return token;
      const text = this.word.text;
      if (keywords && isKeyword(text)) {
        this.token = text;
        return text;
      }
      if (!aliases) return token;
      const alias = this.#alias(text);
      if (alias === undefined || alias.inUse) return token;
      this.#source.pushAlias(alias);
    }
  }

  #next(): Token {
    if (this.#pushedBack) {
      this.#pushedBack = false;
      return this.token;
    }
    this.token = this.#lex();
    return this.token;
  }

  #lex(): Token {
    const source = this.#source;
    for (;;) {
      const code = source.nextJoined();
      if (isBlank(code)) continue;
      if (code === 35) {
        this.#skipComment();
        continue;
      }
      if (code === END) return 'end of file';
      if (code === 10) {
        source.countLine();
        return 'newline';
      }
      if (code === 40) return '(';
      if (code === 41) return ')';
      if (code === 38 || code === 124 || code === 59) {
        const following = source.nextJoined();
        if (following === code) return code === 38 ? '&&' : code === 124 ? '||' : ';;';
        if (code === 38 && following === 62) {
          const appends = this.#bash && source.peek() === 62;
          if (appends) source.next();
          this.redirection = { operator: appends ? '&>>' : '&>', fd: 1 };
          return 'redirection';
        }
        if (this.#bash && code === 124 && following === 38) return '|&';
        source.back(following);
        return code === 38 ? '&' : code === 124 ? '|' : ';';
      }
      return this.#lexWord(code);
    }
  }

  #skipComment(): void {
    let code = this.#source.next();
    while (code !== 10 && code !== END) code = this.#source.next();
    this.#source.back(code);
  }

  /** A word, or a redirection operator with the digits in front of it. */
  #lexWord(code: number): Token {
    const { word, end } = this.words.readWord(code, this.#raw);
    if (word.onlyText && DIGITS.test(word.text)) {
      if (end === 60 || end === 62) {
        this.#lexRedirection(word.text);
        return 'redirection';
      }
      if (end === 38 && word.text !== '' && this.#lexBoth(word.text)) return 'redirection';
    }
    this.word = word;
    return 'word';
  }

  /** `2&>file`: the digits belong to the operator. */
  #lexBoth(digits: Bytes): boolean {
    const ampersand = this.#source.next();
    const following = this.#source.next();
    if (following === 62) {
      this.redirection = { operator: '&>', fd: Number(digits) };
      return true;
    }
    this.#source.back(following);
    this.#source.back(ampersand);
    return false;
  }

  #lexRedirection(digits: Bytes): void {
    const source = this.#source;
    const output = source.next() === 62;
    const following = source.nextJoined();
    let operator = output ? '>' : '<';
    const second = following === END ? '' : String.fromCharCode(following);
    if ((output ? '>|&' : '<&>').includes(second) && second !== '') operator += second;
    else source.back(following);
    if (operator === '<<') {
      const dash = source.nextJoined();
      if (dash === 45) operator = '<<-';
      else if (dash === 60 && this.#bash) operator = '<<<';
      else source.back(dash);
    }
    this.redirection = { operator, fd: digits === '' ? (output ? 1 : 0) : Number(digits) };
  }

  // Here-documents ------------------------------------------------------------------------------------

  /** Reads a here-document's delimiter: a word in which nothing is expanded. */
  readDelimiter(): Token {
    this.#raw = true;
    const token = this.read();
    this.#raw = false;
    return token;
  }

  /** The word behind `=~`, in which parentheses and bars stand for themselves. */
  readRegex(): Word {
    this.#pushedBack = false;
    let code = this.#source.nextJoined();
    while (isBlank(code)) code = this.#source.nextJoined();
    return this.words.readRegex(code).finish();
  }

  /** The document whose delimiter has just been read; its lines follow the current one. */
  announceDocument(stripTabs: boolean): HereDocument {
    const literal = this.word.quoted;
    let mark = '';
    for (const part of this.word.finishParts()) if (part.kind === 'text') mark += part.text;
    const document: HereDocument = { body: EMPTY_WORD };
    this.#documents.push({ mark, stripTabs, literal, document });
    return document;
  }

  /** Reads the bodies of the here-documents that were announced on the line that has just ended. */
  readDocuments(): void {
    const documents = this.#documents;
    if (documents.length === 0) return;
    this.#documents = [];
    for (const { mark, stripTabs, literal, document } of documents) {
      this.#pushedBack = false;
      document.body = this.words.readHereDocument(mark, stripTabs, literal);
    }
  }

  /** Reads commands within a word, with here-documents of their own. */
  nested<T>(read: () => T): T {
    const documents = this.#documents;
    const raw = this.#raw;
    this.#documents = [];
    this.#raw = false;
    const result = this.words.outsideHere(read);
    this.#documents = documents;
    this.#raw = raw;
    return result;
  }
}
