import type { Bytes } from '../../runtime/bytes';
import { type Dialect, SqlError } from './sql-error';
import type { Expression } from './statement';
import { type SqlToken, syntaxError, tokenize } from './tokens';

/** Words that end an expression, so that they are no alias and no column. */
const RESERVED = new Set(
  'select from where group order by having limit offset and or not in is null like between join left right inner cross outer on as union values set returning asc desc distinct using into table create insert update delete'.split(
    ' ',
  ),
);

/** How deep expressions may nest. */
const MOST_NESTING = 100;
/** Operators that a statement may have. */
const MOST_OPERATORS = 1000;

/** Functions that are called without parentheses. */
const BARE_FUNCTIONS = new Set(
  'current_user current_date current_timestamp session_user current_database'.split(' '),
);

/** Operators that join two values, the loosest first. */
const LEVELS: readonly (readonly string[])[] = [
  ['=', '<>', '!=', '<', '<=', '>', '>='],
  ['||'],
  ['+', '-'],
  ['*', '/', '%'],
];

/** Reads tokens; the base of the statement parser. */
export class ExpressionParser {
  protected readonly sql: Bytes;
  protected readonly dialect: Dialect;
  readonly #tokens: readonly SqlToken[];
  #at = 0;
  #depth = 0;
  #operators = 0;

  constructor(sql: Bytes, dialect: Dialect) {
    this.sql = sql;
    this.dialect = dialect;
    this.#tokens = tokenize(sql, dialect);
  }

  // Tokens --------------------------------------------------------------------------------------------

  protected get token(): SqlToken {
    return this.#tokens[Math.min(this.#at, this.#tokens.length - 1)] as SqlToken;
  }

  protected get ended(): boolean {
    return this.token.kind === 'end';
  }

  protected advance(): SqlToken {
    const { token } = this;
    this.#at++;
    return token;
  }

  /** Whether the next words are these, in any case. */
  protected isWord(...words: readonly string[]): boolean {
    return words.every((word, i) => {
      const token = this.#tokens[this.#at + i];
      return token?.kind === 'name' && !token.quoted && token.text.toLowerCase() === word;
    });
  }

  /** Reads these words if they come next. */
  protected takeWord(...words: readonly string[]): boolean {
    if (!this.isWord(...words)) return false;
    this.#at += words.length;
    return true;
  }

  protected expectWord(word: string): void {
    if (!this.takeWord(word)) this.unexpected();
  }

  protected isSymbol(text: string): boolean {
    return this.token.kind === 'symbol' && this.token.text === text;
  }

  protected takeSymbol(text: string): boolean {
    if (!this.isSymbol(text)) return false;
    this.#at++;
    return true;
  }

  protected expectSymbol(text: string): void {
    if (!this.takeSymbol(text)) this.unexpected();
  }

  /** A name: of a table, a column. With a schema in front, which does not count. */
  protected name(): Bytes {
    const { token } = this;
    if (token.kind !== 'name' || (!token.quoted && RESERVED.has(token.text.toLowerCase()))) {
      this.unexpected();
    }
    this.advance();
    return token.text;
  }

  protected qualifiedName(): Bytes {
    let name = this.name();
    while (this.takeSymbol('.')) name = this.name();
    return name;
  }

  protected list<T>(read: () => T): T[] {
    const items = [read()];
    while (this.takeSymbol(',')) items.push(read());
    return items;
  }

  protected unexpected(): never {
    const { token } = this;
    throw syntaxError(this.sql, token.at, this.sql.slice(token.at).match(/^(\w+|\S)/)?.[0] ?? '');
  }

  /** Skips a parenthesis that opens here, with all that is in it. */
  protected skipParenthesis(): void {
    if (!this.isSymbol('(')) return;
    let open = 0;
    do {
      if (this.isSymbol('(')) open++;
      else if (this.isSymbol(')')) open--;
      if (open > 0 && this.ended) this.unexpected();
      this.advance();
    } while (open > 0);
  }

  // Expressions ---------------------------------------------------------------------------------------

  expression(): Expression {
    if (++this.#depth > MOST_NESTING) {
      throw new SqlError({ kind: 'not simulated', what: 'an expression that nests so deeply' });
    }
    const expression = this.#disjunction();
    this.#depth--;
    return expression;
  }

  /** Chains of operators nest to the left: they are bounded, too. */
  #join(operator: string, left: Expression, right: Expression): Expression {
    if (++this.#operators > MOST_OPERATORS) {
      throw new SqlError({ kind: 'not simulated', what: 'an expression that is so long' });
    }
    return { kind: 'binary', operator, left, right };
  }

  #disjunction(): Expression {
    let left = this.#conjunction();
    while (this.takeWord('or')) {
      left = this.#join('or', left, this.#conjunction());
    }
    return left;
  }

  #conjunction(): Expression {
    let left = this.#negation();
    while (this.takeWord('and')) {
      left = this.#join('and', left, this.#negation());
    }
    return left;
  }

  #negation(): Expression {
    let negations = 0;
    while (this.takeWord('not')) negations++;
    let condition = this.#condition(this.#level(0));
    // Two of them cancel each other out, so that a long row of them nests no deeper than one.
    if (negations > 0) {
      condition = { kind: 'unary', operator: 'not', operand: condition };
      if (negations % 2 === 0) condition = { kind: 'unary', operator: 'not', operand: condition };
    }
    return condition;
  }

  /** IS NULL, IN, LIKE and BETWEEN behind a value. */
  #condition(operand: Expression): Expression {
    if (this.takeWord('is')) {
      const negated = this.takeWord('not');
      if (this.takeWord('null')) return { kind: 'is null', operand, negated };
      const value = this.takeWord('true') ? true : this.takeWord('false') ? false : undefined;
      if (value === undefined) this.unexpected();
      const right: Expression = { kind: 'value', value };
      return { kind: 'binary', operator: negated ? '<>' : '=', left: operand, right };
    }
    const negated = this.isWord('not') && this.takeWord('not');
    const not = (condition: Expression): Expression =>
      negated ? { kind: 'unary', operator: 'not', operand: condition } : condition;
    if (this.takeWord('in')) {
      this.expectSymbol('(');
      const options = this.list(() => this.expression());
      this.expectSymbol(')');
      return { kind: 'in', operand, options, negated };
    }
    for (const operator of ['like', 'ilike']) {
      if (this.takeWord(operator)) {
        return not({ kind: 'binary', operator, left: operand, right: this.#level(1) });
      }
    }
    if (this.takeWord('between')) {
      const low = this.#level(1);
      this.expectWord('and');
      const high = this.#level(1);
      return not({
        kind: 'binary',
        operator: 'and',
        left: { kind: 'binary', operator: '>=', left: operand, right: low },
        right: { kind: 'binary', operator: '<=', left: operand, right: high },
      });
    }
    if (negated) this.unexpected();
    return operand;
  }

  #level(index: number): Expression {
    const operators = LEVELS[index];
    if (!operators) return this.#cast();
    let left = this.#level(index + 1);
    while (this.token.kind === 'symbol' && operators.includes(this.token.text)) {
      const operator = this.advance().text;
      left = this.#join(operator, left, this.#level(index + 1));
    }
    return left;
  }

  #cast(): Expression {
    let operand = this.#primary();
    while (this.takeSymbol('::')) {
      const type = this.name();
      this.skipParenthesis();
      if (++this.#operators > MOST_OPERATORS) this.unexpected();
      operand = { kind: 'cast', operand, type: type.toLowerCase() };
    }
    return operand;
  }

  #primary(): Expression {
    const { token } = this;
    if (token.kind === 'number') {
      this.advance();
      return { kind: 'value', value: Number(token.text) };
    }
    if (token.kind === 'string') {
      this.advance();
      return { kind: 'value', value: token.text };
    }
    if (this.takeSymbol('(')) {
      const inner = this.expression();
      this.expectSymbol(')');
      return inner;
    }
    if (this.isSymbol('-') || this.isSymbol('+')) {
      let sign = 1;
      while (this.isSymbol('-') || this.isSymbol('+'))
        if (this.advance().text === '-') sign = -sign;
      const operand = this.#primary();
      return sign < 0 ? { kind: 'unary', operator: '-', operand } : operand;
    }
    if (this.takeSymbol('@')) {
      // MySQL's @@version and the like.
      this.takeSymbol('@');
      return this.#call(this.name().toLowerCase(), token.at, false);
    }
    if (token.kind !== 'name') this.unexpected();
    if (this.takeWord('null')) return { kind: 'value', value: null };
    if (this.takeWord('true')) return { kind: 'value', value: true };
    if (this.takeWord('false')) return { kind: 'value', value: false };
    if (this.takeWord('default')) return { kind: 'default' };
    if (this.takeWord('cast')) {
      this.expectSymbol('(');
      const operand = this.expression();
      this.expectWord('as');
      const type = this.name().toLowerCase();
      this.skipParenthesis();
      this.expectSymbol(')');
      return { kind: 'cast', operand, type };
    }
    const first = this.name();
    if (this.isSymbol('(')) return this.#call(first.toLowerCase(), token.at, true);
    if (this.takeSymbol('.')) {
      return { kind: 'column', table: first, name: this.name(), at: token.at };
    }
    const bare = BARE_FUNCTIONS.has(first.toLowerCase()) && !(token as { quoted?: boolean }).quoted;
    if (bare) return this.#call(first.toLowerCase(), token.at, false);
    return { kind: 'column', table: undefined, name: first, at: token.at };
  }

  #call(name: string, at: number, parentheses: boolean): Expression {
    const call = { kind: 'call', name, at } as const;
    if (!parentheses) return { ...call, args: [], star: false, distinct: false };
    this.expectSymbol('(');
    if (this.takeSymbol(')')) return { ...call, args: [], star: false, distinct: false };
    if (this.takeSymbol('*')) {
      this.expectSymbol(')');
      return { ...call, args: [], star: true, distinct: false };
    }
    const distinct = this.takeWord('distinct');
    const args = this.list(() => this.expression());
    this.expectSymbol(')');
    return { ...call, args, star: false, distinct };
  }
}
