import type { Bytes } from '../../runtime/bytes';
import type { ArrayElement, Assignment, Condition, Word, WordPart } from '../ast';
import { asKeyedElement } from './assignments';
import { expandBraces } from './brace-expansion';
import type { Lexer } from './lexer';
import type { Source } from './source';
import type { Token } from './tokens';

const OPENING_PARENTHESIS = 40;
const EMPTY_WORD: Word = { parts: [], literal: undefined, constant: '', quoted: false };
/** Conditions that one `[[ … ]]` may hold: they nest. */
const MOST_CONDITIONS = 500;
const ARRAY_HEAD = /^([A-Za-z_][A-Za-z0-9_]*)(\+?)=$/;
const UNARY = /^-[a-zA-Z]$/;

/** What bash's grammar has beyond ash's: arrays, `[[ … ]]` and `(( … ))`. Models bash's parse.y. */
export class BashSyntax {
  readonly #source: Source;
  readonly #lexer: Lexer;
  readonly #unexpected: (wanted?: Token) => never;
  #conditions = 0;

  constructor(source: Source, lexer: Lexer, unexpected: (wanted?: Token) => never) {
    this.#source = source;
    this.#lexer = lexer;
    this.#unexpected = unexpected;
  }

  /** Whether another parenthesis follows at once, which is then read. */
  takeSecondParenthesis(): boolean {
    if (this.#source.peek() !== OPENING_PARENTHESIS) return false;
    this.#source.next();
    return true;
  }

  // Arrays --------------------------------------------------------------------------------------------

  /** Whether the word just read begins an array: `name=(`. */
  atArray(): boolean {
    const { word } = this.#lexer;
    return (
      word.onlyText && ARRAY_HEAD.test(word.text) && this.#source.peek() === OPENING_PARENTHESIS
    );
  }

  readArray(): Assignment {
    const [, name = '', plus] = ARRAY_HEAD.exec(this.#lexer.word.text) ?? [];
    this.#lexer.read();
    const elements: ArrayElement[] = [];
    for (;;) {
      this.#lexer.expect({ newlines: true, keywords: false, aliases: false });
      const token = this.#lexer.read();
      if (token === ')') break;
      if (token !== 'word') this.#unexpected();
      const word = this.#lexer.word.finish();
      const keyed = asKeyedElement(word);
      if (keyed) elements.push(keyed);
      else for (const value of expandBraces(word)) elements.push({ key: undefined, value });
    }
    return { name, value: EMPTY_WORD, append: plus === '+', elements };
  }

  // Conditions ----------------------------------------------------------------------------------------

  /** Whether the word just read is `[[`. */
  atConditional(): boolean {
    return this.#lexer.word.onlyText && this.#lexer.word.text === '[[';
  }

  /** The condition up to its `]]`. */
  readCondition(): Condition {
    this.#conditions = 0;
    const condition = this.#or();
    if (!this.#isWord(this.#read(), ']]')) this.#unexpected();
    return condition;
  }

  #read(): Token {
    this.#lexer.expect({ newlines: true, keywords: false, aliases: false });
    return this.#lexer.read();
  }

  #isWord(token: Token, text: Bytes): boolean {
    const { word } = this.#lexer;
    return token === 'word' && word.onlyText && word.text === text;
  }

  #or(): Condition {
    let left = this.#and();
    while (this.#read() === '||') left = { kind: 'or', left, right: this.#and() };
    this.#lexer.pushBack();
    return left;
  }

  #and(): Condition {
    let left = this.#primary();
    while (this.#read() === '&&') left = { kind: 'and', left, right: this.#primary() };
    this.#lexer.pushBack();
    return left;
  }

  #primary(): Condition {
    if (++this.#conditions > MOST_CONDITIONS) this.#unexpected();
    const token = this.#read();
    if (token === '(') {
      const inner = this.#or();
      if (this.#read() !== ')') this.#unexpected(')');
      return inner;
    }
    if (token !== 'word' || this.#isWord(token, ']]')) this.#unexpected();
    if (this.#isWord(token, '!')) return { kind: 'not', operand: this.#primary() };
    const first = this.#lexer.word.finish();
    if (first.literal !== undefined && UNARY.test(first.literal)) {
      const next = this.#read();
      if (next === 'word' && !this.#isWord(next, ']]')) {
        const operand = this.#lexer.word.finish();
        return { kind: 'unary', operator: first.literal, operand };
      }
      this.#lexer.pushBack();
    }
    return this.#comparison(first);
  }

  #comparison(left: Word): Condition {
    const token = this.#read();
    let operator: Bytes | undefined;
    if (token === 'redirection') operator = this.#lexer.redirection.operator;
    else if (token === 'word' && this.#lexer.word.onlyText) operator = this.#lexer.word.text;
    if (operator === undefined || operator === ']]') {
      this.#lexer.pushBack();
      return { kind: 'unary', operator: '-n', operand: left };
    }
    if (operator === '=~')
      return { kind: 'binary', operator, left, right: this.#lexer.readRegex() };
    if (!/^(=|==|!=|<|>|-(eq|ne|lt|le|gt|ge|nt|ot|ef))$/.test(operator)) this.#unexpected();
    if (this.#read() !== 'word') this.#unexpected();
    return { kind: 'binary', operator, left, right: this.#lexer.word.finish() };
  }
}

/** The three expressions of `for ((a; b; c))`. */
export function splitExpressions(parts: readonly WordPart[]): readonly (readonly WordPart[])[] {
  const expressions: WordPart[][] = [[]];
  for (const part of parts) {
    if (part.kind !== 'text') {
      expressions.at(-1)?.push(part);
      continue;
    }
    for (const [index, text] of part.text.split(';').entries()) {
      if (index > 0) expressions.push([]);
      if (text !== '') expressions.at(-1)?.push({ ...part, text });
    }
  }
  return expressions;
}
