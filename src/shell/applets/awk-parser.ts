import type { Bytes } from '../../runtime/bytes';
import { ExpressionParser } from './awk-expression';
import { AwkLexer, UNEXPECTED_TOKEN } from './awk-lexer';
import type { AwkNode, AwkProgram, Redirection, Statement } from './awk-program';
import { EXPRESSION, GROUP, IN, Kind } from './awk-tokens';

const RULE_BEGIN =
  EXPRESSION |
  Kind.leftBrace |
  Kind.begin |
  Kind.end |
  Kind.function |
  Kind.endOfText |
  Kind.newline;

const STATEMENT_END = Kind.semicolon | Kind.newline | Kind.rightBrace;

/** Adds a program text to a program. Throws Failure. Models parse_program of editors/awk.c. */
export function parseAwk(program: AwkProgram, name: Bytes, text: Bytes): void {
  new AwkParser(program, new AwkLexer(name, text)).parse();
}

class AwkParser {
  readonly #program: AwkProgram;
  readonly #lexer: AwkLexer;
  readonly #expressions: ExpressionParser;
  #loops = 0;

  constructor(program: AwkProgram, lexer: AwkLexer) {
    this.#program = program;
    this.#lexer = lexer;
    this.#expressions = new ExpressionParser(lexer, program);
  }

  parse(): void {
    const lexer = this.#lexer;
    let kind = lexer.next(RULE_BEGIN);
    while (kind !== Kind.endOfText) {
      if (kind === Kind.newline) {
        kind = lexer.next(RULE_BEGIN);
        continue;
      }
      this.#parseItem(kind);
      kind = lexer.next(RULE_BEGIN | Kind.semicolon);
      if (kind === Kind.semicolon) kind = lexer.next(RULE_BEGIN);
    }
  }

  #parseItem(kind: number): void {
    const { begin, end, rules } = this.#program;
    if (kind === Kind.begin || kind === Kind.end) {
      this.#lexer.next(Kind.leftBrace);
      (kind === Kind.begin ? begin : end).push(...this.#untilBrace());
    } else if (kind === Kind.function) this.#parseFunction();
    else if (kind === Kind.leftBrace) {
      rules.push({ pattern: undefined, body: this.#untilBrace(), inRange: false });
    } else {
      this.#lexer.putBack();
      const pattern = this.#expressions.parse(
        Kind.semicolon | Kind.newline | Kind.endOfText | Kind.leftBrace,
      );
      const { place } = this.#lexer;
      const body: readonly Statement[] =
        this.#lexer.token.kind === Kind.leftBrace
          ? this.#untilBrace()
          : [{ kind: 'print', place, values: undefined }];
      rules.push({ pattern, body, inRange: false });
    }
  }

  #parseFunction(): void {
    const lexer = this.#lexer;
    lexer.next(Kind.call);
    const declared = this.#program.function(lexer.token.text);
    if (declared.body) throw lexer.fail('Duplicate function');
    declared.body = [];
    const parameters: Bytes[] = [];
    let kind = lexer.next(Kind.variable | Kind.rightParenthesis);
    while (kind === Kind.variable) {
      parameters.push(lexer.token.text);
      if (lexer.next(Kind.comma | Kind.rightParenthesis) === Kind.rightParenthesis) break;
      kind = lexer.next(Kind.variable | Kind.rightParenthesis);
      if (kind === Kind.rightParenthesis) throw lexer.fail(UNEXPECTED_TOKEN);
    }
    while (lexer.next(Kind.leftBrace | Kind.newline) === Kind.newline);
    declared.parameters = parameters.length;
    this.#expressions.parameters = parameters;
    declared.body = this.#untilBrace();
    this.#expressions.parameters = [];
  }

  #untilBrace(): Statement[] {
    const statements: Statement[] = [];
    for (;;) {
      const kind = this.#lexer.next(GROUP | Kind.rightBrace);
      if (kind === Kind.rightBrace) return statements;
      if (kind === Kind.newline) continue;
      this.#lexer.putBack();
      statements.push(this.#parseGroup());
    }
  }

  /** A statement, or several in braces. */
  #parseGroup(): Statement {
    const lexer = this.#lexer;
    let kind = lexer.next(GROUP);
    while (kind === Kind.newline) kind = lexer.next(GROUP);
    if (kind === Kind.leftBrace) return { kind: 'block', body: this.#untilBrace() };
    if (kind & (EXPRESSION | Kind.semicolon)) {
      lexer.putBack();
      return { kind: 'expression', value: this.#untilStatementEnd() };
    }
    return this.#parseStatement(lexer.token.meaning?.text ?? '');
  }

  #untilStatementEnd(): AwkNode | undefined {
    const value = this.#expressions.parse(STATEMENT_END);
    if (this.#lexer.token.kind === Kind.rightBrace) this.#lexer.putBack();
    return value;
  }

  #parseStatement(word: string): Statement {
    const { place } = this.#lexer;
    switch (word) {
      case 'if':
        return this.#parseIf();
      case 'while': {
        const condition = this.#inParentheses();
        return this.#loop({ checksFirst: true, condition, body: this.#loopBody() });
      }
      case 'do': {
        const body = this.#loopBody();
        this.#lexer.next(Kind.while);
        return this.#loop({ checksFirst: false, condition: this.#inParentheses(), body });
      }
      case 'for':
        return this.#parseFor();
      case 'print':
      case 'printf':
        return this.#parsePrint(word);
      case 'break':
      case 'continue':
        if (this.#loops === 0) throw this.#lexer.fail(`'${word}' not in a loop`);
        this.#untilStatementEnd();
        return { kind: word };
      case 'delete': {
        const target = this.#untilStatementEnd();
        if (!target) throw this.#lexer.fail('Too few arguments');
        return { kind: word, place, target };
      }
      case 'return':
      case 'exit':
        return { kind: word, value: this.#untilStatementEnd() };
      default:
        this.#untilStatementEnd();
        return { kind: word === 'nextfile' ? 'nextfile' : 'next' };
    }
  }

  #inParentheses(): AwkNode | undefined {
    this.#lexer.next(Kind.leftParenthesis);
    return this.#expressions.parse(Kind.rightParenthesis);
  }

  #parseIf(): Statement {
    const condition = this.#inParentheses();
    const body = this.#parseGroup();
    let otherwise: Statement | undefined;
    if (this.#lexer.next(GROUP | Kind.rightBrace | Kind.else) === Kind.else) {
      otherwise = this.#parseGroup();
    } else {
      this.#lexer.putBack();
    }
    return { kind: 'if', condition, body, otherwise };
  }

  #parseFor(): Statement {
    const lexer = this.#lexer;
    lexer.next(Kind.leftParenthesis);
    const begin = this.#expressions.parse(Kind.semicolon | Kind.rightParenthesis);
    if (lexer.token.kind === Kind.rightParenthesis) {
      if (begin?.operator !== IN) throw lexer.fail(UNEXPECTED_TOKEN);
      return {
        kind: 'for in',
        variable: begin.left,
        array: begin.right,
        body: this.#loopBody(),
      };
    }
    const condition = this.#expressions.parse(Kind.semicolon) ?? 'always';
    const step = this.#expressions.parse(Kind.rightParenthesis);
    return this.#loop({ checksFirst: true, begin, condition, step, body: this.#loopBody() });
  }

  #loop(loop: {
    readonly checksFirst: boolean;
    readonly condition: AwkNode | 'always' | undefined;
    readonly body: Statement;
    readonly begin?: AwkNode | undefined;
    readonly step?: AwkNode | undefined;
  }): Statement {
    return { kind: 'loop', begin: undefined, step: undefined, ...loop };
  }

  #loopBody(): Statement {
    this.#loops++;
    const body = this.#parseGroup();
    this.#loops--;
    return body;
  }

  #parsePrint(kind: 'print' | 'printf'): Statement {
    const lexer = this.#lexer;
    const { place } = lexer;
    const values = this.#expressions.parse(STATEMENT_END | Kind.redirection);
    if (lexer.token.kind !== Kind.redirection) {
      if (lexer.token.kind === Kind.rightBrace) lexer.putBack();
      return { kind, place, values };
    }
    const mode = lexer.token.meaning?.text as Redirection;
    return { kind, place, values, redirection: { mode, target: this.#untilStatementEnd() } };
  }
}
