import type { Bytes } from '../../runtime/bytes';
import { Cell } from './awk-cell';
import { type AwkLexer, UNEXPECTED_TOKEN } from './awk-lexer';
import { AwkNode, type AwkProgram, type NodeKind } from './awk-program';
import {
  BINARY,
  COLON,
  EXPRESSION,
  INPUT_FILE,
  Kind,
  LEFT_VALUE,
  LESS,
  OPERAND,
  type Operator,
  PIPE_GETLINE,
  PLACED_TERNARY,
  PRE_DECREMENT,
  PRE_INCREMENT,
  PREFIX,
  TERNARY,
} from './awk-tokens';
import { compileOrFail } from './patterns';

const LOWEST_PRECEDENCE = 127;

/** How deep parentheses and calls may nest in a program text. */
const MOST_NESTING = 250;

/** What may follow a `length` without parentheses. */
const AFTER_LENGTH =
  Kind.leftParenthesis | Kind.semicolon | Kind.newline | Kind.rightBrace | Kind.binary | Kind.comma;

/**
 * Parses expressions by growing a tree at its right edge: an operator climbs from the last operand over all
 * operators that bind tighter. Models parse_expr of editors/awk.c, whose oddities scripts can see.
 */
export class ExpressionParser {
  readonly #lexer: AwkLexer;
  readonly #program: AwkProgram;
  /** Of the function that is being parsed. */
  parameters: readonly Bytes[] = [];
  #nesting = 0;

  constructor(lexer: AwkLexer, program: AwkProgram) {
    this.#lexer = lexer;
    this.#program = program;
  }

  /** An expression up to one of the kinds of tokens, which is used up; undefined if there is none. */
  parse(terminators: number): AwkNode | undefined {
    if (++this.#nesting > MOST_NESTING) {
      throw this.#lexer.fail(`expressions nest more than ${MOST_NESTING} deep`);
    }
    const expression = this.#parse(terminators);
    this.#nesting--;
    return expression;
  }

  #parse(terminators: number): AwkNode | undefined {
    const lexer = this.#lexer;
    const root = this.#node('root');
    root.precedence = LOWEST_PRECEDENCE;
    let last = root;
    let getline: AwkNode | undefined;
    let expected = EXPRESSION | terminators;
    for (;;) {
      const kind = lexer.next(expected);
      if (kind & terminators) return root.right;
      const operator = lexer.token.meaning?.operator;
      if (getline && operator === LESS) {
        last = this.#node('concatenation', INPUT_FILE);
        getline.left = last;
        last.parent = getline;
        getline = undefined;
        expected = OPERAND | PREFIX;
      } else if (operator && kind & (BINARY | Kind.postfix)) {
        last = this.#attachOperator(last, kind, operator);
        const goesOn = kind & Kind.postfix || operator === PIPE_GETLINE;
        expected = goesOn ? OPERAND | PREFIX | BINARY | terminators : EXPRESSION;
      } else if (operator) {
        last = this.#attach(last, this.#node(operator.name, operator));
        const increments = operator === PRE_INCREMENT || operator === PRE_DECREMENT;
        expected = increments ? LEFT_VALUE | Kind.prefix : EXPRESSION;
      } else {
        const operand = this.#operand(kind);
        if (operand.kind === 'getline') getline = operand;
        last = this.#attach(last, operand);
        expected = PREFIX | BINARY | OPERAND | terminators;
        if ((kind & (Kind.number | Kind.string | Kind.getline)) === 0) expected |= Kind.postfix;
      }
    }
  }

  #node(kind: NodeKind, operator?: Operator): AwkNode {
    return new AwkNode(kind, this.#lexer.place, operator);
  }

  #attach(last: AwkNode, node: AwkNode): AwkNode {
    last.right = node;
    node.parent = last;
    return node;
  }

  /** Puts a binary or postfix operator above the part of the tree that binds tighter. */
  #attachOperator(last: AwkNode, kind: number, operator: Operator): AwkNode {
    let below = last;
    let above = this.#above(below);
    while (
      operator.precedence > (above.precedence & ~1) ||
      (operator === COLON && below.operator === COLON)
    ) {
      below = above;
      above = this.#above(below);
    }
    const placed = operator === TERNARY ? PLACED_TERNARY : operator;
    const node = this.#attach(above, this.#node(operator.name, placed));
    below.parent = node;
    if (kind & Kind.postfix) {
      node.right = below;
      return node;
    }
    node.left = below;
    const assigns = operator.name === 'assign' || operator.name === 'change';
    if (assigns && !['variable', 'parameter', 'field'].includes(below.kind)) {
      throw this.#lexer.fail(UNEXPECTED_TOKEN);
    }
    if (operator === PIPE_GETLINE) {
      this.#lexer.next(Kind.getline);
      node.precedence = 0;
    }
    return node;
  }

  #above({ parent }: AwkNode): AwkNode {
    if (!parent) throw this.#lexer.fail(UNEXPECTED_TOKEN);
    return parent;
  }

  #operand(kind: number): AwkNode {
    const { token } = this.#lexer;
    switch (kind) {
      case Kind.variable:
      case Kind.array:
        return this.#variable(token.text, kind === Kind.array);
      case Kind.number: {
        const node = this.#node('constant');
        node.cell = Cell.ofNumber(token.value);
        return node;
      }
      case Kind.string: {
        const node = this.#node('constant');
        node.cell = Cell.ofText(token.text);
        return node;
      }
      case Kind.regex: {
        const node = this.#node('regex');
        node.regex = {
          exact: compileOrFail(token.text, { extended: true }),
          ignoringCase: compileOrFail(token.text, { extended: true, ignoreCase: true }),
        };
        return node;
      }
      case Kind.call: {
        const node = this.#node('call');
        node.callee = this.#program.function(token.text);
        node.left = this.parse(Kind.rightParenthesis);
        return node;
      }
      case Kind.leftParenthesis: {
        const inner = this.parse(Kind.rightParenthesis);
        if (!inner) throw this.#lexer.fail('Empty sequence');
        return inner;
      }
      case Kind.getline:
        return this.#node('getline');
      default:
        return this.#builtin(kind, token.meaning?.text ?? '');
    }
  }

  #variable(name: Bytes, hasSubscript: boolean): AwkNode {
    const index = this.parameters.indexOf(name);
    const node = this.#node(index < 0 ? 'variable' : 'parameter');
    if (index < 0) node.cell = this.#program.variable(name);
    else node.index = index;
    if (hasSubscript) node.right = this.parse(Kind.rightBracket);
    return node;
  }

  #builtin(kind: number, name: string): AwkNode {
    const node = this.#node('builtin');
    node.name = name;
    if (kind === Kind.builtin) {
      this.#lexer.next(Kind.leftParenthesis);
      node.left = this.parse(Kind.rightParenthesis);
    } else if (this.#lexer.next(AFTER_LENGTH) === Kind.leftParenthesis) {
      node.left = this.parse(Kind.rightParenthesis);
    } else {
      this.#lexer.putBack();
    }
    return node;
  }
}
