import type { Bytes } from '../../runtime/bytes';
import { type Dialect, SqlError } from './sql-error';

export type SqlToken =
  | { readonly kind: 'name'; readonly text: Bytes; readonly quoted: boolean; readonly at: number }
  | { readonly kind: 'string' | 'number' | 'symbol'; readonly text: Bytes; readonly at: number }
  | { readonly kind: 'end'; readonly text: ''; readonly at: number };

const SYMBOL = /^(?:<>|!=|<=|>=|\|\||::|[-+*/%=<>(),.;@])/;
const BLANK = /^(?:\s+|--[^\n]*|#[^\n]*|\/\*[\s\S]*?\*\/)/;

/** The tokens of SQL text. Names without quotes are in lower case for PostgreSQL. */
export function tokenize(sql: Bytes, dialect: Dialect): SqlToken[] {
  const tokens: SqlToken[] = [];
  let at = 0;
  while (at < sql.length) {
    const rest = sql.slice(at);
    const blank = BLANK.exec(rest);
    if (blank && (dialect === 'mysql' || !rest.startsWith('#'))) {
      at += blank[0].length;
      continue;
    }
    const token = readToken(rest, at, dialect);
    if (!token) throw syntaxError(sql, at, rest[0] ?? '');
    tokens.push(token.token);
    at += token.length;
  }
  return [...tokens, { kind: 'end', text: '', at: sql.length }];
}

function readToken(
  rest: Bytes,
  at: number,
  dialect: Dialect,
): { token: SqlToken; length: number } | undefined {
  const name = /^[A-Za-z_\x80-\xff][\w$\x80-\xff]*/.exec(rest)?.[0];
  if (name !== undefined) {
    const text = dialect === 'postgres' ? name.toLowerCase() : name;
    return { token: { kind: 'name', text, quoted: false, at }, length: name.length };
  }
  const number = /^(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?/.exec(rest)?.[0];
  if (number !== undefined) {
    return { token: { kind: 'number', text: number, at }, length: number.length };
  }
  const quote = rest[0];
  if (quote === "'" || quote === '"' || quote === '`') {
    const read = readQuoted(rest, quote, dialect);
    if (!read) return undefined;
    const isName = quote === '`' || (quote === '"' && dialect === 'postgres');
    const token: SqlToken = isName
      ? { kind: 'name', text: read.text, quoted: true, at }
      : { kind: 'string', text: read.text, at };
    return { token, length: read.length };
  }
  const symbol = SYMBOL.exec(rest)?.[0];
  return symbol === undefined
    ? undefined
    : { token: { kind: 'symbol', text: symbol, at }, length: symbol.length };
}

function readQuoted(
  rest: Bytes,
  quote: string,
  dialect: Dialect,
): { text: Bytes; length: number } | undefined {
  const escapes = dialect === 'mysql' && quote !== '`';
  let text = '';
  for (let i = 1; i < rest.length; i++) {
    const character = rest[i] ?? '';
    if (character === quote) {
      if (rest[i + 1] !== quote) return { text, length: i + 1 };
      text += quote;
      i++;
    } else if (escapes && character === '\\' && i + 1 < rest.length) {
      const next = rest[++i] ?? '';
      text += { n: '\n', t: '\t', r: '\r', '0': '\0' }[next] ?? next;
    } else text += character;
  }
  return undefined;
}

/** A syntax error at an offset of the text; `near`: the token there. */
export function syntaxError(sql: Bytes, at: number, near: Bytes): SqlError {
  const line = sql.slice(0, at).split('\n').length;
  return new SqlError({ kind: 'syntax', near, rest: sql.slice(at), line }, at);
}

/** The statements of a text, without their semicolons; those in quotes and comments do not count. */
export function splitStatements(sql: Bytes): { statements: Bytes[]; rest: Bytes } {
  const pattern =
    /'(?:[^'\\]|\\.|'')*'|"(?:[^"\\]|\\.)*"|`[^`]*`|--[^\n]*|\/\*[\s\S]*?\*\/|\$(\w*)\$[\s\S]*?\$\1\$|;/g;
  const statements: Bytes[] = [];
  let start = 0;
  for (const match of sql.matchAll(pattern)) {
    if (match[0] !== ';') continue;
    statements.push(sql.slice(start, match.index));
    start = match.index + 1;
  }
  return { statements, rest: sql.slice(start) };
}
