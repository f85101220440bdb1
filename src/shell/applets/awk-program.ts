import type { Bytes } from '../../runtime/bytes';
import { Cell } from './awk-cell';
import type { Place } from './awk-lexer';
import { COMMA, type Operator, type OperatorName } from './awk-tokens';
import type { Regex } from './regex';

export type NodeKind =
  | OperatorName
  | 'constant'
  | 'variable'
  | 'parameter'
  | 'regex'
  | 'call'
  | 'builtin'
  | 'getline'
  | 'root';

/** A regular expression, compiled with and without regard to case. */
export interface RegexPair {
  readonly exact: Regex;
  readonly ignoringCase: Regex;
}

/** A node of an expression. */
export class AwkNode {
  readonly kind: NodeKind;
  readonly place: Place;
  readonly operator: Operator | undefined;
  precedence: number;
  left: AwkNode | undefined;
  /** The right operand; the subscript of a variable; what `getline` sets. */
  right: AwkNode | undefined;
  /** The node whose right side this is. */
  parent: AwkNode | undefined;
  /** Of constants and variables. */
  cell: Cell | undefined;
  /** Number of a parameter. */
  index = 0;
  /** Of built-ins. */
  name = '';
  regex: RegexPair | undefined;
  callee: AwkFunction | undefined;

  constructor(kind: NodeKind, place: Place, operator?: Operator) {
    this.kind = kind;
    this.place = place;
    this.operator = operator;
    this.precedence = operator?.precedence ?? 0;
  }
}

export interface AwkFunction {
  parameters: number;
  /** Undefined as long as it has only been called. */
  body: readonly Statement[] | undefined;
}

export type Redirection = '>' | '>>' | '|';

export type Statement =
  | { readonly kind: 'expression'; readonly value: AwkNode | undefined }
  | { readonly kind: 'block'; readonly body: readonly Statement[] }
  | {
      readonly kind: 'if';
      readonly condition: AwkNode | undefined;
      readonly body: Statement;
      readonly otherwise: Statement | undefined;
    }
  | {
      readonly kind: 'loop';
      /** Whether the condition is looked at before the first turn. */
      readonly checksFirst: boolean;
      readonly begin: AwkNode | undefined;
      /** Undefined: for ever. */
      readonly condition: AwkNode | 'always' | undefined;
      readonly step: AwkNode | undefined;
      readonly body: Statement;
    }
  | {
      readonly kind: 'for in';
      readonly variable: AwkNode | undefined;
      readonly array: AwkNode | undefined;
      readonly body: Statement;
    }
  | {
      readonly kind: 'print' | 'printf';
      readonly place: Place;
      readonly values: AwkNode | undefined;
      readonly redirection?: { readonly mode: Redirection; readonly target: AwkNode | undefined };
    }
  | { readonly kind: 'delete'; readonly place: Place; readonly target: AwkNode }
  | { readonly kind: 'return' | 'exit'; readonly value: AwkNode | undefined }
  | { readonly kind: 'next' | 'nextfile' | 'break' | 'continue' };

export interface Rule {
  readonly pattern: AwkNode | undefined;
  readonly body: readonly Statement[];
  /** Whether a range pattern has begun and not ended. */
  inRange: boolean;
}

/** A whole program, which may come from several texts. */
export class AwkProgram {
  readonly begin: Statement[] = [];
  readonly rules: Rule[] = [];
  readonly end: Statement[] = [];
  readonly #functions = new Map<Bytes, AwkFunction>();
  readonly #variables = new Map<Bytes, Cell>();

  variable(name: Bytes): Cell {
    const known = this.#variables.get(name);
    if (known) return known;
    const cell = new Cell();
    this.#variables.set(name, cell);
    return cell;
  }

  /** Puts a variable of awk's own in its place. */
  define(name: Bytes, cell: Cell): void {
    this.#variables.set(name, cell);
  }

  function(name: Bytes): AwkFunction {
    const known = this.#functions.get(name);
    if (known) return known;
    const called: AwkFunction = { parameters: 0, body: undefined };
    this.#functions.set(name, called);
    return called;
  }
}

/** The expressions of a list that commas make. */
export function listOf(node: AwkNode | undefined): AwkNode[] {
  const list: AwkNode[] = [];
  let rest = node;
  while (rest?.operator === COMMA) {
    if (rest.left) list.push(rest.left);
    rest = rest.right;
  }
  if (rest) list.push(rest);
  return list;
}
