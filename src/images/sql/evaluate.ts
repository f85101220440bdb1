import type { Bytes } from '../../runtime/bytes';
import { type Dialect, SqlError } from './sql-error';
import type { Expression, SqlValue } from './statement';
import { convert, dateText, familyOf, textOf, timestampText } from './types';

/** What an expression may ask for beside its row. */
export interface SqlSession {
  readonly dialect: Dialect;
  readonly nowMs: number;
  readonly user: Bytes;
  readonly database: Bytes;
  /** As `version()` says it. */
  readonly version: Bytes;
}

/** Finds columns of the row at hand; undefined: there is no such column. */
export interface Scope {
  column(table: Bytes | undefined, name: Bytes): SqlValue | undefined;
  /** The rows of the group at hand, for aggregates; undefined outside of groups. */
  readonly group?: readonly Scope[];
}

export const NO_COLUMNS: Scope = { column: () => undefined };

const AGGREGATES = new Set(['count', 'sum', 'min', 'max', 'avg']);

/** Whether an expression holds an aggregate. */
export function hasAggregate(expression: Expression): boolean {
  switch (expression.kind) {
    case 'call':
      return AGGREGATES.has(expression.name) || expression.args.some(hasAggregate);
    case 'binary':
      return hasAggregate(expression.left) || hasAggregate(expression.right);
    case 'unary':
    case 'cast':
    case 'is null':
      return hasAggregate(expression.operand);
    case 'in':
      return hasAggregate(expression.operand) || expression.options.some(hasAggregate);
    default:
      return false;
  }
}

/** The value of an expression for a row. `clause` names the place for messages. */
export function evaluate(
  expression: Expression,
  scope: Scope,
  session: SqlSession,
  clause = 'field list',
): SqlValue {
  const inner = (one: Expression) => evaluate(one, scope, session, clause);
  switch (expression.kind) {
    case 'value':
      return expression.value;
    case 'default':
      return null;
    case 'column': {
      const value = scope.column(expression.table, expression.name);
      if (value !== undefined) return value;
      const { table, name } = expression;
      const column = table === undefined ? name : `${table}.${name}`;
      throw new SqlError({ kind: 'no column', column, clause }, expression.at);
    }
    case 'unary': {
      const value = inner(expression.operand);
      if (value === null) return null;
      return expression.operator === 'not' ? !truth(value) : -Number(value);
    }
    case 'binary':
      return binary(
        expression.operator,
        inner(expression.left),
        () => inner(expression.right),
        session,
      );
    case 'is null':
      return (inner(expression.operand) === null) !== expression.negated;
    case 'in': {
      const value = inner(expression.operand);
      if (value === null) return null;
      const options = expression.options.map(inner);
      const found = options.some((option) => option !== null && compare(value, option) === 0);
      if (!found && options.includes(null)) return null;
      return found !== expression.negated;
    }
    case 'cast': {
      const value = inner(expression.operand);
      return convert(value, expression.type, '', session.dialect);
    }
    case 'call':
      return call(expression, scope, session, inner);
  }
}

/** Whether a condition holds: NULL does not. */
export function truth(value: SqlValue): boolean {
  if (value === null) return false;
  return typeof value === 'boolean' ? value : Number(value) !== 0;
}

/** Order of two values that are not NULL. */
export function compare(a: SqlValue, b: SqlValue): number {
  const numeric = typeof a === 'number' || typeof b === 'number';
  const left = numeric ? Number(a) : a;
  const right = numeric ? Number(b) : b;
  if (typeof left === 'string' && typeof right === 'boolean') {
    return compare(/^t/i.test(left), right);
  }
  if (typeof left === 'boolean' && typeof right === 'string') {
    return compare(left, /^t/i.test(right));
  }
  if (left === right) return 0;
  return (left ?? 0) < (right ?? 0) ? -1 : 1;
}

function binary(
  operator: string,
  left: SqlValue,
  rightOf: () => SqlValue,
  session: SqlSession,
): SqlValue {
  if (operator === 'and' || operator === 'or') {
    const decisive = operator === 'or';
    if (left !== null && truth(left) === decisive) return decisive;
    const right = rightOf();
    if (right !== null && truth(right) === decisive) return decisive;
    return left === null || right === null ? null : !decisive;
  }
  const right = rightOf();
  if (left === null || right === null) return null;
  switch (operator) {
    case '=':
      return compare(left, right) === 0;
    case '<>':
    case '!=':
      return compare(left, right) !== 0;
    case '<':
      return compare(left, right) < 0;
    case '<=':
      return compare(left, right) <= 0;
    case '>':
      return compare(left, right) > 0;
    case '>=':
      return compare(left, right) >= 0;
    case 'like':
    case 'ilike': {
      const insensitive = operator === 'ilike' || session.dialect === 'mysql';
      const [text, pattern] = [left, right].map((value) => {
        const plain = textOf(value, session.dialect);
        return insensitive ? plain.toLowerCase() : plain;
      });
      return matchesLike(text ?? '', pattern ?? '');
    }
    case '||':
      if (session.dialect === 'mysql') return truth(left) || truth(right);
      return textOf(left, session.dialect) + textOf(right, session.dialect);
    default:
      return arithmetic(operator, Number(left), Number(right), session);
  }
}

function arithmetic(operator: string, a: number, b: number, session: SqlSession): SqlValue {
  if (operator === '+') return a + b;
  if (operator === '-') return a - b;
  if (operator === '*') return a * b;
  if (b === 0) {
    if (session.dialect === 'mysql') return null;
    throw new SqlError({ kind: 'division by zero' });
  }
  if (operator === '%') return a % b;
  const whole = session.dialect === 'postgres' && Number.isInteger(a) && Number.isInteger(b);
  return whole ? Math.trunc(a / b) : a / b;
}

/** LIKE: `%` stands for any text, `_` for one character. Goes back to the last `%` only, so it is quick. */
function matchesLike(text: Bytes, pattern: Bytes): boolean {
  let at = 0;
  let star = -1;
  let resume = 0;
  for (let i = 0; i < text.length; ) {
    if (pattern[at] === '%') {
      star = at++;
      resume = i;
    } else if (at < pattern.length && (pattern[at] === '_' || pattern[at] === text[i])) {
      at++;
      i++;
    } else if (star >= 0) {
      at = star + 1;
      i = ++resume;
    } else return false;
  }
  while (pattern[at] === '%') at++;
  return at === pattern.length;
}

// Functions -------------------------------------------------------------------------------------------

type Call = Extract<Expression, { kind: 'call' }>;

function call(
  expression: Call,
  scope: Scope,
  session: SqlSession,
  inner: (one: Expression) => SqlValue,
): SqlValue {
  if (AGGREGATES.has(expression.name)) return aggregate(expression, scope, session);
  const args = expression.args.map(inner);
  const text = (index: number) => textOf(args[index] ?? null, session.dialect);
  const [first = null] = args;
  const { name } = expression;
  switch (name) {
    case 'now':
    case 'current_timestamp':
      return timestampText(session.nowMs);
    case 'current_date':
      return dateText(session.nowMs);
    case 'version':
      return session.version;
    case 'current_database':
    case 'database':
      return session.database === '' ? null : session.database;
    case 'current_user':
    case 'session_user':
    case 'user':
      return session.dialect === 'mysql' ? `${session.user}@%` : session.user;
    case 'coalesce':
    case 'ifnull':
      return args.find((value) => value !== null) ?? null;
    case 'concat':
      return args.map((_, index) => text(index)).join('');
    case 'pg_sleep':
    case 'sleep':
      return session.dialect === 'mysql' ? 0 : '';
  }
  const simple = SIMPLE_FUNCTIONS[name];
  if (!simple) {
    throw new SqlError({ kind: 'no function', name, database: session.database }, expression.at);
  }
  return first === null ? null : simple(first, text(0));
}

const SIMPLE_FUNCTIONS: Readonly<Record<string, (value: SqlValue, text: Bytes) => SqlValue>> = {
  lower: (_, text) => text.toLowerCase(),
  upper: (_, text) => text.toUpperCase(),
  length: (_, text) => text.length,
  char_length: (_, text) => text.length,
  trim: (_, text) => text.trim(),
  abs: (value) => Math.abs(Number(value)),
  round: (value) => Math.round(Number(value)),
  floor: (value) => Math.floor(Number(value)),
  ceil: (value) => Math.ceil(Number(value)),
};

function aggregate(expression: Call, scope: Scope, session: SqlSession): SqlValue {
  const rows = scope.group ?? [scope];
  if (expression.star) return rows.length;
  const [operand] = expression.args;
  if (!operand) {
    const { name } = expression;
    throw new SqlError({ kind: 'no function', name, database: session.database }, expression.at);
  }
  let values = rows.map((row) => evaluate(operand, row, session)).filter((value) => value !== null);
  if (expression.distinct) values = [...new Set(values)];
  if (expression.name === 'count') return values.length;
  if (values.length === 0) return null;
  const sum = () => values.reduce<number>((total, value) => total + Number(value), 0);
  if (expression.name === 'sum') return sum();
  if (expression.name === 'avg') return sum() / values.length;
  const sign = expression.name === 'min' ? 1 : -1;
  return values.reduce((best, value) => (compare(value, best) * sign < 0 ? value : best));
}

/** The type that a result's column has, as far as clients care: numbers stand to the right. */
export function resultFamily(
  expression: Expression,
  columnType: (table: Bytes | undefined, name: Bytes) => string | undefined,
): 'number' | 'text' {
  switch (expression.kind) {
    case 'value':
      return typeof expression.value === 'number' ? 'number' : 'text';
    case 'column': {
      const type = columnType(expression.table, expression.name);
      const family = type === undefined ? 'text' : familyOf(type);
      return family === 'integer' || family === 'number' ? 'number' : 'text';
    }
    case 'unary':
      return expression.operator === '-' ? 'number' : 'text';
    case 'binary':
      return /^[-+*/%]$/.test(expression.operator) ? 'number' : 'text';
    case 'cast': {
      const family = familyOf(expression.type);
      return family === 'integer' || family === 'number' ? 'number' : 'text';
    }
    case 'call': {
      if (/^(count|sum|avg|length|char_length|abs|round|floor|ceil)$/.test(expression.name)) {
        return 'number';
      }
      const [first] = expression.args;
      return /^(min|max|coalesce)$/.test(expression.name) && first
        ? resultFamily(first, columnType)
        : 'text';
    }
    default:
      return 'text';
  }
}
