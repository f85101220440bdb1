import type { Bytes } from '../../runtime/bytes';

export type BcExpression =
  | { readonly kind: 'number'; readonly text: Bytes }
  | { readonly kind: 'variable'; readonly name: Bytes; readonly index?: BcExpression }
  | { readonly kind: 'call'; readonly name: Bytes; readonly args: readonly BcExpression[] }
  | { readonly kind: 'unary'; readonly operator: '-' | '!'; readonly operand: BcExpression }
  | {
      readonly kind: 'binary';
      readonly operator: Bytes;
      readonly left: BcExpression;
      readonly right: BcExpression;
    }
  | {
      readonly kind: 'assign';
      readonly operator: Bytes;
      readonly target: BcVariable;
      readonly value: BcExpression;
    }
  | {
      readonly kind: 'step';
      readonly by: 1 | -1;
      readonly before: boolean;
      readonly target: BcVariable;
    };

export type BcVariable = Extract<BcExpression, { kind: 'variable' }>;

export type BcStatement =
  | { readonly kind: 'expression'; readonly expression: BcExpression; readonly prints: boolean }
  | { readonly kind: 'text'; readonly text: Bytes }
  | { readonly kind: 'print'; readonly items: readonly (Bytes | BcExpression)[] }
  | { readonly kind: 'block'; readonly body: readonly BcStatement[] }
  | {
      readonly kind: 'if';
      readonly condition: BcExpression;
      readonly then: BcStatement;
      readonly otherwise: BcStatement | undefined;
    }
  | {
      readonly kind: 'loop';
      readonly init?: BcExpression;
      readonly condition: BcExpression | undefined;
      readonly step?: BcExpression;
      readonly body: BcStatement;
    }
  | { readonly kind: 'return'; readonly value: BcExpression | undefined }
  | { readonly kind: 'break' | 'continue' | 'quit' }
  | {
      readonly kind: 'define';
      readonly name: Bytes;
      readonly parameters: readonly Bytes[];
      readonly autos: readonly Bytes[];
      readonly body: readonly BcStatement[];
    };

export class BcSyntaxError {
  readonly message: Bytes;

  constructor(message: Bytes) {
    this.message = message;
  }
}

/** The text ends in the middle of a statement: a line more, and it may be whole. */
export class BcNeedsMore {}

interface Token {
  readonly kind: 'number' | 'name' | 'text' | 'operator' | 'newline' | 'end';
  readonly text: Bytes;
  /** Where it begins, for messages. */
  readonly at: number;
}

const TOKEN =
  /(?:[ \t\f\v\r]|\\\n|\/\*[\s\S]*?\*\/|#[^\n]*)*(?:([0-9A-F]+\.?[0-9A-F]*|\.[0-9A-F]+)|([a-z][a-z0-9_]*)|"([^"]*)"|(\n)|(\+\+|--|&&|\|\||[-+*/%^=<>!]=|[-+*/%^=<>!(){}[\],;.])|$)/y;

/** Binary operators from the loosest to the tightest, `^` apart. */
const LEVELS: readonly (readonly Bytes[])[] = [
  ['||'],
  ['&&'],
  ['==', '<=', '>=', '!=', '<', '>'],
  ['+', '-'],
  ['*', '/', '%'],
];
const RELATIONS = 2;
const ASSIGNMENTS = ['=', '+=', '-=', '*=', '/=', '%=', '^='];
const ENDS: readonly Bytes[] = [';', '}', '\n', ''];

/** Reads statements one after the other from a text that grows. Models zbc_parse_* of miscutils/bc.c. */
export class BcParser {
  readonly #text: Bytes;
  readonly #complete: boolean;
  #at: number;
  #token: Token;
  #depth = 0;

  constructor(text: Bytes, at: number, complete: boolean) {
    this.#text = text;
    this.#complete = complete;
    this.#at = at;
    this.#token = this.#read();
  }

  /** Where the next statement begins. */
  get position(): number {
    return this.#token.at;
  }

  /** The next statement at the top; undefined at the end. */
  next(): BcStatement | undefined {
    while (this.#is(';') || this.#token.kind === 'newline') this.#advance();
    if (this.#token.kind === 'end') return undefined;
    const statement = this.#statement();
    if (!ENDS.includes(this.#token.kind === 'text' ? '"' : this.#token.text) || this.#is('}')) {
      const isExpression = statement.kind === 'expression';
      throw this.#bad(isExpression ? 'bad expression' : 'bad statement terminator');
    }
    return statement;
  }

  #statement(): BcStatement {
    const { kind, text } = this.#token;
    if (kind === 'text') {
      this.#advance();
      return { kind: 'text', text };
    }
    if (this.#is('{')) return { kind: 'block', body: this.#block() };
    if (kind !== 'name') return this.#expressionStatement();
    switch (text) {
      case 'if':
        return this.#if();
      case 'while':
        return this.#while();
      case 'for':
        return this.#for();
      case 'define':
        return this.#define();
      case 'print':
        return this.#print();
      case 'return':
        return this.#return();
      case 'break':
      case 'continue':
        if (this.#depth === 0) throw this.#bad('bad token');
        this.#advance();
        return { kind: text };
      case 'quit':
      case 'halt':
        this.#advance();
        return { kind: 'quit' };
      default:
        return this.#expressionStatement();
    }
  }

  #expressionStatement(): BcStatement {
    const opened = this.#is('(');
    const expression = this.expression();
    return { kind: 'expression', expression, prints: opened || expression.kind !== 'assign' };
  }

  #block(): BcStatement[] {
    this.#expect('{');
    const body: BcStatement[] = [];
    for (;;) {
      while (this.#is(';') || this.#token.kind === 'newline') this.#advance();
      if (this.#is('}')) break;
      if (this.#token.kind === 'end') throw this.#unfinished();
      body.push(this.#statement());
      if (!ENDS.includes(this.#token.text)) throw this.#bad('bad statement terminator');
    }
    this.#advance();
    return body;
  }

  #body(): BcStatement {
    this.#newlines();
    this.#depth++;
    const body = this.#statement();
    this.#depth--;
    return body;
  }

  #if(): BcStatement {
    this.#advance();
    const condition = this.#inParentheses();
    this.#newlines();
    const then = this.#statement();
    const before = { at: this.#at, token: this.#token };
    while (this.#is(';') || this.#token.kind === 'newline') this.#advance();
    if (this.#token.text === 'else' && this.#token.kind === 'name') {
      this.#advance();
      this.#newlines();
      return { kind: 'if', condition, then, otherwise: this.#statement() };
    }
    this.#at = before.at;
    this.#token = before.token;
    return { kind: 'if', condition, then, otherwise: undefined };
  }

  #while(): BcStatement {
    this.#advance();
    const condition = this.#inParentheses();
    return { kind: 'loop', condition, body: this.#body() };
  }

  #for(): BcStatement {
    this.#advance();
    this.#expect('(');
    const init = this.#is(';') ? undefined : this.expression();
    this.#expect(';');
    const condition = this.#is(';') ? undefined : this.expression();
    this.#expect(';');
    const step = this.#is(')') ? undefined : this.expression();
    this.#expect(')');
    const loop = { ...(init ? { init } : {}), ...(step ? { step } : {}) };
    return { kind: 'loop', ...loop, condition, body: this.#body() };
  }

  #define(): BcStatement {
    this.#advance();
    const name = this.#name('bad function definition');
    this.#expect('(');
    const parameters = this.#names();
    this.#expect(')');
    this.#newlines();
    if (!this.#is('{')) throw this.#bad('bad function definition');
    const depth = this.#depth;
    this.#depth = 0;
    let autos: Bytes[] = [];
    const before = { at: this.#at, token: this.#token };
    this.#advance();
    this.#newlines();
    if (this.#token.text === 'auto') {
      this.#advance();
      autos = this.#names();
      this.#token = { kind: 'operator', text: '{', at: this.#token.at };
    } else {
      this.#at = before.at;
      this.#token = before.token;
    }
    const body = this.#block();
    this.#depth = depth;
    return { kind: 'define', name, parameters, autos, body };
  }

  #names(): Bytes[] {
    const names: Bytes[] = [];
    while (this.#token.kind === 'name') {
      let name = this.#name('bad function definition');
      if (this.#is('[')) {
        this.#advance();
        this.#expect(']');
        name += '[]';
      }
      names.push(name);
      if (!this.#is(',')) break;
      this.#advance();
    }
    return names;
  }

  #print(): BcStatement {
    const items: (Bytes | BcExpression)[] = [];
    do {
      this.#advance();
      if (this.#token.kind === 'text') {
        items.push(this.#token.text);
        this.#advance();
      } else items.push(this.expression());
    } while (this.#is(','));
    return { kind: 'print', items };
  }

  #return(): BcStatement {
    this.#advance();
    const bare = ENDS.includes(this.#token.text) && this.#token.kind !== 'text';
    return { kind: 'return', value: bare ? undefined : this.expression() };
  }

  #inParentheses(): BcExpression {
    this.#expect('(');
    const expression = this.expression();
    this.#expect(')');
    return expression;
  }

  /** An assignment takes the tightest left side, wherever it stands. */
  expression(): BcExpression {
    return this.#binary(0);
  }

  #binary(level: number): BcExpression {
    const operators = LEVELS[level];
    if (!operators) return this.#negation();
    if (level === RELATIONS && this.#is('!')) {
      this.#advance();
      return { kind: 'unary', operator: '!', operand: this.#binary(level) };
    }
    let left = this.#binary(level + 1);
    while (this.#token.kind === 'operator' && operators.includes(this.#token.text)) {
      const operator = this.#token.text;
      this.#advance();
      left = { kind: 'binary', operator, left, right: this.#binary(level + 1) };
    }
    return left;
  }

  /** `-a^b` is `(-a)^b` in bc. */
  #negation(): BcExpression {
    const base = this.#operand();
    if (!this.#is('^')) return base;
    this.#advance();
    return { kind: 'binary', operator: '^', left: base, right: this.#negation() };
  }

  #operand(): BcExpression {
    const { kind, text } = this.#token;
    if (this.#is('-') || this.#is('!')) {
      this.#advance();
      return { kind: 'unary', operator: text === '-' ? '-' : '!', operand: this.#operand() };
    }
    if (this.#is('++') || this.#is('--')) {
      this.#advance();
      const target = this.#operand();
      if (target.kind !== 'variable') throw this.#bad('bad expression');
      return { kind: 'step', by: text === '++' ? 1 : -1, before: true, target };
    }
    if (kind === 'number') {
      this.#advance();
      return { kind: 'number', text };
    }
    if (this.#is('(')) return this.#inParentheses();
    if (this.#is('.')) {
      this.#advance();
      return this.#behindVariable({ kind: 'variable', name: 'last' });
    }
    if (kind !== 'name') throw kind === 'end' ? this.#unfinished() : this.#bad('bad expression');
    this.#advance();
    return this.#named(text);
  }

  #named(name: Bytes): BcExpression {
    if (this.#is('(')) {
      this.#advance();
      const args: BcExpression[] = [];
      while (!this.#is(')')) {
        args.push(this.expression());
        if (!this.#is(',')) break;
        this.#advance();
      }
      this.#expect(')');
      return { kind: 'call', name, args };
    }
    if (!this.#is('[')) return this.#behindVariable({ kind: 'variable', name });
    this.#advance();
    if (this.#is(']')) {
      this.#advance();
      return { kind: 'variable', name: `${name}[]` };
    }
    const index = this.expression();
    if (this.#is(']')) this.#advance();
    return this.#behindVariable({ kind: 'variable', name: `${name}[]`, index });
  }

  #behindVariable(target: BcVariable): BcExpression {
    const { kind, text } = this.#token;
    if (kind !== 'operator') return target;
    if (text === '++' || text === '--') {
      this.#advance();
      return { kind: 'step', by: text === '++' ? 1 : -1, before: false, target };
    }
    if (!ASSIGNMENTS.includes(text)) return target;
    this.#advance();
    return { kind: 'assign', operator: text.slice(0, -1), target, value: this.#binary(0) };
  }

  // Tokens -------------------------------------------------------------------------------------------

  #is(text: Bytes): boolean {
    return this.#token.kind === 'operator' && this.#token.text === text;
  }

  #name(message: Bytes): Bytes {
    if (this.#token.kind !== 'name') throw this.#bad(message);
    const { text } = this.#token;
    this.#advance();
    return text;
  }

  #expect(text: Bytes): void {
    if (this.#token.kind === 'end') throw this.#unfinished();
    if (!this.#is(text)) throw this.#bad('bad expression');
    this.#advance();
  }

  #newlines(): void {
    while (this.#token.kind === 'newline') this.#advance();
    if (this.#token.kind === 'end') throw this.#unfinished();
  }

  #advance(): void {
    this.#token = this.#read();
  }

  #read(): Token {
    TOKEN.lastIndex = this.#at;
    const match = TOKEN.exec(this.#text);
    if (!match) {
      const rest = this.#text.slice(this.#at).trimStart();
      if (/^(\/\*|")/.test(rest)) throw this.#unfinished();
      throw new BcSyntaxError(`bad character '${rest[0]}'`);
    }
    const [all, number, name, text, newline, operator] = match;
    this.#at += all.length;
    const found = number ?? name ?? newline ?? operator ?? '';
    const at = this.#at - (text === undefined ? found.length : text.length + 2);
    if (number !== undefined) return { kind: 'number', text: number, at };
    if (name !== undefined) return { kind: 'name', text: name, at };
    if (text !== undefined) return { kind: 'text', text, at };
    if (newline !== undefined) return { kind: 'newline', text: newline, at };
    return operator === undefined
      ? { kind: 'end', text: '', at }
      : { kind: 'operator', text: operator, at };
  }

  #bad(message: Bytes): BcSyntaxError {
    const rest = this.#text.slice(this.#token.at).split('\n')[0] ?? '';
    return new BcSyntaxError(`${message} at '${rest}'`);
  }

  #unfinished(): BcNeedsMore | BcSyntaxError {
    return this.#complete ? this.#bad('bad expression') : new BcNeedsMore();
  }
}
