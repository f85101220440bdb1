import type { Json } from '../../api/patch/json-value';
import { isFunction, TemplateError } from './go-template-functions';

/** Where an expression stands in the template, and how Go writes it in messages. */
export interface Place {
  readonly at: number;
  readonly text: string;
}

export type Expression = Place &
  (
    | { readonly kind: 'literal'; readonly value: Json }
    | { readonly kind: 'dot' }
    | { readonly kind: 'variable'; readonly name: string }
    | { readonly kind: 'field'; readonly of: Expression; readonly name: string }
    | { readonly kind: 'call'; readonly name: string; readonly args: readonly Expression[] }
  );

export type TemplateNode =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'print'; readonly pipeline: Expression }
  | { readonly kind: 'declare' | 'assign'; readonly name: string; readonly pipeline: Expression }
  | { readonly kind: 'break' | 'continue' }
  | (Place & { readonly kind: 'template'; readonly name: string; readonly pipeline?: Expression })
  | Branch<'if'>
  | Branch<'with'>
  | (Branch<'range'> & { readonly key?: string; readonly item?: string });

interface Branch<Kind> {
  readonly kind: Kind;
  readonly pipeline: Expression;
  readonly then: readonly TemplateNode[];
  readonly otherwise: readonly TemplateNode[];
}

interface Action {
  readonly action: string;
  /** Where its text begins in the template. */
  readonly at: number;
}

type Piece = { readonly text: string } | Action;

export interface ParsedTemplate {
  readonly nodes: readonly TemplateNode[];
  /** What `define` named. */
  readonly defined: ReadonlyMap<string, readonly TemplateNode[]>;
}

/** Splits a template into texts and actions and builds its tree. */
export function parseTemplateText(text: string): ParsedTemplate {
  const parser = new TreeParser(split(text));
  const { nodes, end } = parser.block();
  if (end !== undefined) throw new TemplateError(`unexpected {{${end.action}}}`);
  return { nodes, defined: parser.defined };
}

function split(text: string): Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  let trimming = false;
  for (;;) {
    const open = text.indexOf('{{', from);
    if (open < 0) break;
    const close = closingBrace(text, open + 2);
    if (close < 0) throw new TemplateError('unclosed action');
    let before = text.slice(from, open);
    if (trimming) before = before.trimStart();
    const inside = text.slice(open + 2, close);
    const trimsBefore = /^-\s/.test(inside);
    trimming = /\s-$/.test(inside);
    const whole = inside.slice(trimsBefore ? 1 : 0, trimming ? -1 : undefined);
    const action = whole.trim();
    const at = open + 2 + (trimsBefore ? 1 : 0) + (whole.length - whole.trimStart().length);
    pieces.push({ text: trimsBefore ? before.trimEnd() : before }, { action, at });
    from = close + 2;
  }
  const rest = text.slice(from);
  return [...pieces, { text: trimming ? rest.trimStart() : rest }];
}

function closingBrace(text: string, from: number): number {
  let quote = '';
  for (let i = from; i < text.length; i++) {
    const char = text.charAt(i);
    if (quote !== '') {
      if (char === '\\' && quote === '"') i++;
      else if (char === quote) quote = '';
    } else if (char === '"' || char === '`') {
      quote = char;
    } else if (text.startsWith('}}', i)) {
      return i;
    }
  }
  if (quote === '"') throw new TemplateError('unterminated quoted string');
  if (quote === '`') throw new TemplateError('unterminated raw quoted string');
  return -1;
}

class TreeParser {
  readonly defined = new Map<string, readonly TemplateNode[]>();
  readonly #pieces: Piece[];
  #variables: string[] = ['$'];

  constructor(pieces: Piece[]) {
    this.#pieces = pieces;
  }

  /** Nodes up to an `end` or `else`, which is handed back. */
  block(): { nodes: TemplateNode[]; end: Action | undefined } {
    const nodes: TemplateNode[] = [];
    const known = this.#variables.length;
    for (let piece = this.#pieces.shift(); piece; piece = this.#pieces.shift()) {
      if ('text' in piece) {
        if (piece.text !== '') nodes.push({ kind: 'text', text: piece.text });
        continue;
      }
      const { action } = piece;
      if (action.startsWith('/*')) continue;
      if (action === 'end' || /^else\b/.test(action)) {
        this.#variables = this.#variables.slice(0, known);
        return { nodes, end: piece };
      }
      const node = this.#action(piece);
      if (node) nodes.push(node);
    }
    return { nodes, end: undefined };
  }

  #action({ action, at }: Action): TemplateNode | undefined {
    const keyword = /^(if|with|range)\b\s*/.exec(action);
    if (keyword) {
      const [all, word] = keyword;
      const header = { action: action.slice(all.length), at: at + all.length };
      return this.#branch(word as 'if' | 'with' | 'range', header);
    }
    if (action === 'break' || action === 'continue') return { kind: action };
    const named = /^(define|template|block)\s+("(?:[^"\\]|\\.)*"|`[^`]*`)\s*/.exec(action);
    if (named) return this.#named(named, { action, at });
    const set = /^(\$\w+)\s*(:?=)\s*/.exec(action);
    if (set) {
      const [all, name = '', operator] = set;
      const pipeline = this.#pipeline(action.slice(all.length), at + all.length, 'command');
      const kind = operator === ':=' ? 'declare' : 'assign';
      if (kind === 'declare') this.#variables.push(name);
      return { kind, name, pipeline };
    }
    return { kind: 'print', pipeline: this.#pipeline(action, at, 'command') };
  }

  #named(match: RegExpExecArray, { action, at }: Action): TemplateNode | undefined {
    const [all, word, quoted = ''] = match;
    const name = unquote(quoted);
    const rest = action.slice(all.length);
    const place = {
      at: at + action.indexOf(quoted),
      text: `{{template ${quoted}${rest && ' '}${rest}}}`,
    };
    const pipeline = rest === '' ? undefined : this.#pipeline(rest, at + all.length, 'command');
    if (word !== 'template') {
      const { nodes, end } = this.block();
      if (end === undefined) throw new TemplateError('unexpected EOF');
      this.defined.set(name, nodes);
    }
    return word === 'define' ? undefined : { kind: 'template', name, pipeline, ...place };
  }

  #pipeline(text: string, at: number, what: string): Expression {
    return new PipelineParser(text, at, this.#variables).whole(what);
  }

  #branch(kind: 'if' | 'with' | 'range', { action, at }: Action): TemplateNode {
    const known = this.#variables.length;
    const variables = /^(\$\w+)(?:\s*,\s*(\$\w+))?\s*:=\s*/.exec(action);
    const skipped = variables?.[0].length ?? 0;
    const pipeline = this.#pipeline(action.slice(skipped), at + skipped, kind);
    for (const name of variables?.slice(1) ?? []) if (name) this.#variables.push(name);
    const { nodes: then, end } = this.block();
    let otherwise: TemplateNode[] = [];
    if (end === undefined) throw new TemplateError('unexpected EOF');
    const nested = /^else\s+(if|with)\b\s*/.exec(end.action);
    if (nested) {
      const [all, word] = nested;
      const header = { action: end.action.slice(all.length), at: end.at + all.length };
      otherwise = [this.#branch(word as 'if' | 'with', header)];
    } else if (end.action !== 'end') otherwise = this.#elseBlock();
    this.#variables = this.#variables.slice(0, known);
    if (kind !== 'range') return { kind, pipeline, then, otherwise };
    const [first, second] = [variables?.[1], variables?.[2]];
    const named = second ? { key: first, item: second } : { item: first };
    return { kind, pipeline, then, otherwise, ...named };
  }

  #elseBlock(): TemplateNode[] {
    const { nodes, end } = this.block();
    if (end === undefined) throw new TemplateError('unexpected EOF');
    return nodes;
  }
}

const TOKEN =
  /\s*(?:("(?:[^"\\]|\\.)*"|`[^`]*`|'(?:[^'\\]|\\.)')|([-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)|(\$\w*)|((?:\.\w+)+)|(\.)|(\w+)|([()|]))/sy;

interface Token {
  readonly kind: 'text' | 'number' | 'variable' | 'field' | 'dot' | 'word' | 'symbol';
  readonly text: string;
  readonly at: number;
  /** Nothing but the previous token stands before it. */
  readonly attached: boolean;
}

const TOKEN_KINDS = ['text', 'number', 'variable', 'field', 'dot', 'word', 'symbol'] as const;

function tokenize(text: string, from: number): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (text.slice(at).trim() !== '') {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(text);
    if (!match) {
      throw new TemplateError(
        `unexpected ${JSON.stringify(text.slice(at).trim().charAt(0))} in operand`,
      );
    }
    const group = match.slice(1).findIndex((part) => part !== undefined);
    const found = match[group + 1] ?? '';
    const attached = match[0].length === found.length && at > 0;
    const start = from + at + match[0].length - found.length;
    tokens.push({ kind: TOKEN_KINDS[group] ?? 'word', text: found, at: start, attached });
    at = TOKEN.lastIndex;
  }
  return tokens;
}

/** Parses what stands between the braces of one action. */
class PipelineParser {
  readonly #tokens: Token[];
  readonly #variables: readonly string[];

  constructor(text: string, at: number, variables: readonly string[]) {
    this.#tokens = tokenize(text, at);
    this.#variables = variables;
  }

  whole(what: string): Expression {
    if (this.#tokens.length === 0) throw new TemplateError(`missing value for ${what}`);
    const expression = this.#pipeline();
    const [next] = this.#tokens;
    if (!next) return expression;
    if (next.kind === 'word') checkFunction(next.text);
    throw new TemplateError(`unexpected ${next.text} in operand`);
  }

  #pipeline(): Expression {
    let value = this.#command(undefined);
    while (this.#tokens[0]?.text === '|') {
      this.#tokens.shift();
      value = this.#command(value);
    }
    return value;
  }

  #command(piped: Expression | undefined): Expression {
    const first = this.#tokens[0];
    if (first?.kind !== 'word' || CONSTANTS.includes(first.text)) return this.#operand();
    this.#tokens.shift();
    checkFunction(first.text);
    const args: Expression[] = [];
    while (this.#tokens[0] && !['|', ')'].includes(this.#tokens[0].text)) {
      args.push(this.#operand());
    }
    const text = [first.text, ...args.map((one) => one.text)].join(' ');
    if (piped) args.push(piped);
    return { kind: 'call', name: first.text, args, at: first.at, text };
  }

  #operand(): Expression {
    const token = this.#tokens.shift();
    if (!token) throw new TemplateError('missing value for command');
    let value = this.#primary(token);
    while (this.#tokens[0]?.kind === 'field' && this.#tokens[0].attached) {
      const chain = this.#tokens.shift() as Token;
      value = fields(value, chain.text, chain.at);
    }
    return value;
  }

  #primary(token: Token): Expression {
    const { at, text } = token;
    switch (token.kind) {
      case 'text':
        return { kind: 'literal', value: unquote(text), at, text };
      case 'number':
        return { kind: 'literal', value: Number(text), at, text };
      case 'variable':
        if (!this.#variables.includes(text)) {
          throw new TemplateError(`undefined variable ${JSON.stringify(text)}`);
        }
        return { kind: 'variable', name: text, at, text };
      case 'field': {
        // Go gives a chain the place of its second part.
        const second = text.indexOf('.', 1);
        return fields({ kind: 'dot', at, text: '' }, text, second < 0 ? at : at + second);
      }
      case 'dot':
        return { kind: 'dot', at, text };
      case 'word':
        if (text === 'nil') return { kind: 'literal', value: null, at, text };
        if (CONSTANTS.includes(text)) return { kind: 'literal', value: text === 'true', at, text };
        checkFunction(text);
        return { kind: 'call', name: text, args: [], at, text };
      default: {
        if (text !== '(') throw new TemplateError(`unexpected ${text} in operand`);
        const inner = this.#pipeline();
        if (this.#tokens.shift()?.text !== ')') throw new TemplateError('unclosed left paren');
        return { ...inner, text: `(${inner.text})` };
      }
    }
  }
}

const CONSTANTS = ['true', 'false', 'nil'];

function checkFunction(name: string): void {
  if (!isFunction(name)) throw new TemplateError(`function ${JSON.stringify(name)} not defined`);
}

function fields(base: Expression, chain: string, at: number): Expression {
  const text = base.text + chain;
  return chain
    .slice(1)
    .split('.')
    .reduce<Expression>((of, name) => ({ kind: 'field', of, name, at, text }), base);
}

const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  '"': '"',
  '\\': '\\',
};

function unquote(quoted: string): string {
  const body = quoted.slice(1, -1);
  if (quoted.startsWith('`')) return body;
  return body.replace(/\\(.)/gs, (_all, letter: string) => ESCAPES[letter] ?? letter);
}
