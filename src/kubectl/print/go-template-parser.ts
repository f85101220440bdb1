import type { Json } from '../../api/patch/json-value';
import { isFunction, TemplateError } from './go-template-functions';

export type Expression =
  | { readonly kind: 'literal'; readonly value: Json }
  | { readonly kind: 'dot' }
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'field'; readonly of: Expression; readonly name: string }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Expression[] };

export type TemplateNode =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'print'; readonly pipeline: Expression }
  | { readonly kind: 'declare' | 'assign'; readonly name: string; readonly pipeline: Expression }
  | Branch<'if'>
  | Branch<'with'>
  | (Branch<'range'> & { readonly key?: string; readonly item?: string });

interface Branch<Kind> {
  readonly kind: Kind;
  readonly pipeline: Expression;
  readonly then: readonly TemplateNode[];
  readonly otherwise: readonly TemplateNode[];
}

type Piece = { readonly text: string } | { readonly action: string };

/** Splits a template into texts and actions and builds its tree. */
export function parseTemplateText(text: string): TemplateNode[] {
  const parser = new TreeParser(split(text));
  const { nodes, end } = parser.block();
  if (end !== undefined) throw new TemplateError(`unexpected {{${end}}}`);
  return nodes;
}

function split(text: string): Piece[] {
  const pieces: Piece[] = [];
  let rest = text;
  for (;;) {
    const open = rest.indexOf('{{');
    if (open < 0) break;
    const close = closingBrace(rest, open + 2);
    if (close < 0) throw new TemplateError('unclosed action');
    let before = rest.slice(0, open);
    let action = rest.slice(open + 2, close);
    rest = rest.slice(close + 2);
    if (/^-\s/.test(action)) {
      before = before.trimEnd();
      action = action.slice(1);
    }
    if (/\s-$/.test(action)) {
      rest = rest.trimStart();
      action = action.slice(0, -1);
    }
    pieces.push({ text: before }, { action: action.trim() });
  }
  return [...pieces, { text: rest }];
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
  return -1;
}

class TreeParser {
  readonly #pieces: Piece[];

  constructor(pieces: Piece[]) {
    this.#pieces = pieces;
  }

  /** Nodes up to an `end` or `else`, which is handed back. */
  block(): { nodes: TemplateNode[]; end: string | undefined } {
    const nodes: TemplateNode[] = [];
    for (let piece = this.#pieces.shift(); piece; piece = this.#pieces.shift()) {
      if ('text' in piece) {
        if (piece.text !== '') nodes.push({ kind: 'text', text: piece.text });
        continue;
      }
      const { action } = piece;
      if (action.startsWith('/*')) continue;
      if (action === 'end' || /^else\b/.test(action)) return { nodes, end: action };
      nodes.push(this.#action(action));
    }
    return { nodes, end: undefined };
  }

  #action(action: string): TemplateNode {
    const keyword = /^(if|with|range)\b\s*(.*)$/s.exec(action);
    if (keyword) return this.#branch(keyword[1] as 'if' | 'with' | 'range', keyword[2] ?? '');
    const set = /^(\$\w+)\s*(:?=)\s*(.*)$/s.exec(action);
    if (set) {
      const kind = set[2] === ':=' ? 'declare' : 'assign';
      return { kind, name: set[1] ?? '', pipeline: parsePipeline(set[3] ?? '') };
    }
    return { kind: 'print', pipeline: parsePipeline(action) };
  }

  #branch(kind: 'if' | 'with' | 'range', header: string): TemplateNode {
    const variables = /^(\$\w+)(?:\s*,\s*(\$\w+))?\s*:=\s*(.*)$/s.exec(header);
    const pipeline = parsePipeline(variables ? (variables[3] ?? '') : header);
    const { nodes: then, end } = this.block();
    let otherwise: TemplateNode[] = [];
    if (end === undefined) throw new TemplateError('unexpected EOF');
    const nested = /^else\s+(if|with)\b\s*(.*)$/s.exec(end);
    if (nested) otherwise = [this.#branch(nested[1] as 'if' | 'with', nested[2] ?? '')];
    else if (end !== 'end') otherwise = this.#elseBlock();
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
  /** Nothing but the previous token stands before it. */
  readonly attached: boolean;
}

const TOKEN_KINDS = ['text', 'number', 'variable', 'field', 'dot', 'word', 'symbol'] as const;

function tokenize(text: string): Token[] {
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
    tokens.push({ kind: TOKEN_KINDS[group] ?? 'word', text: found, attached });
    at = TOKEN.lastIndex;
  }
  return tokens;
}

function parsePipeline(text: string): Expression {
  const tokens = tokenize(text);
  if (tokens.length === 0) throw new TemplateError('missing value for command');
  const expression = pipeline(tokens);
  if (tokens.length > 0) throw new TemplateError(`unexpected ${tokens[0]?.text} in operand`);
  return expression;
}

function pipeline(tokens: Token[]): Expression {
  let value = command(tokens, undefined);
  while (tokens[0]?.text === '|') {
    tokens.shift();
    value = command(tokens, value);
  }
  return value;
}

function command(tokens: Token[], piped: Expression | undefined): Expression {
  const first = tokens[0];
  if (first?.kind === 'word' && !['true', 'false', 'nil'].includes(first.text)) {
    tokens.shift();
    if (!isFunction(first.text)) {
      throw new TemplateError(`function ${JSON.stringify(first.text)} not defined`);
    }
    const args: Expression[] = [];
    while (tokens[0] && tokens[0].text !== '|' && tokens[0].text !== ')')
      args.push(operand(tokens));
    if (piped) args.push(piped);
    return { kind: 'call', name: first.text, args };
  }
  return operand(tokens);
}

function operand(tokens: Token[]): Expression {
  const token = tokens.shift();
  if (!token) throw new TemplateError('missing value for command');
  let value = primary(token, tokens);
  while (tokens[0]?.kind === 'field' && tokens[0].attached) {
    value = fields(value, (tokens.shift() as Token).text);
  }
  return value;
}

function primary(token: Token, tokens: Token[]): Expression {
  switch (token.kind) {
    case 'text':
      return { kind: 'literal', value: unquote(token.text) };
    case 'number':
      return { kind: 'literal', value: Number(token.text) };
    case 'variable':
      return { kind: 'variable', name: token.text };
    case 'field':
      return fields({ kind: 'dot' }, token.text);
    case 'dot':
      return { kind: 'dot' };
    case 'word':
      if (token.text === 'nil') return { kind: 'literal', value: null };
      if (token.text === 'true' || token.text === 'false') {
        return { kind: 'literal', value: token.text === 'true' };
      }
      tokens.unshift(token);
      return command(tokens.splice(0, 1), undefined);
    default: {
      if (token.text !== '(') throw new TemplateError(`unexpected ${token.text} in operand`);
      const inner = pipeline(tokens);
      if (tokens.shift()?.text !== ')') throw new TemplateError('unclosed left paren');
      return inner;
    }
  }
}

function fields(of: Expression, chain: string): Expression {
  return chain
    .slice(1)
    .split('.')
    .reduce<Expression>((value, name) => ({ kind: 'field', of: value, name }), of);
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
