import type { Bytes } from '../../runtime/bytes';
import { clockTime } from '../http/message';
import { type Dialect, SqlError } from './sql-error';
import type { SqlValue } from './statement';

/** What kinds of value a type's columns take. */
export type TypeFamily = 'integer' | 'number' | 'boolean' | 'timestamp' | 'date' | 'text';

const POSTGRES_NAMES: Readonly<Record<string, string>> = {
  int: 'integer',
  int4: 'integer',
  integer: 'integer',
  int8: 'bigint',
  int2: 'smallint',
  serial: 'integer',
  bigserial: 'bigint',
  varchar: 'character varying',
  'character varying': 'character varying',
  char: 'character',
  bool: 'boolean',
  decimal: 'numeric',
  float: 'double precision',
  timestamp: 'timestamp without time zone',
  timestamptz: 'timestamp with time zone',
};

/** A type as the server names it, and whether it counts up by itself. */
export function typeName(
  words: string,
  size: string,
  dialect: Dialect,
): { type: string; serial: boolean } {
  const serial = /^(big|small)?serial$/.test(words);
  const known = dialect === 'postgres' ? (POSTGRES_NAMES[words] ?? words) : mysqlName(words);
  return { type: size === '' ? known : `${known}(${size})`, serial };
}

function mysqlName(words: string): string {
  if (words === 'integer') return 'int';
  return words === 'bool' || words === 'boolean' ? 'tinyint(1)' : words;
}

export function familyOf(type: string): TypeFamily {
  if (/^(tinyint\(1\)|bool)/.test(type)) return 'boolean';
  if (/^(int|bigint|smallint|tinyint|mediumint|serial|oid)/.test(type)) return 'integer';
  if (/^(numeric|decimal|double|float|real)/.test(type)) return 'number';
  if (/^(timestamp|datetime)/.test(type)) return 'timestamp';
  return type.startsWith('date') ? 'date' : 'text';
}

/** A value as a column of a type keeps it. */
export function convert(value: SqlValue, type: string, column: Bytes, dialect: Dialect): SqlValue {
  if (value === null) return null;
  const refuse = (named: string): never => {
    throw new SqlError({ kind: 'bad value', type: named, value: textOf(value, dialect), column });
  };
  switch (familyOf(type)) {
    case 'integer': {
      const number = typeof value === 'boolean' ? Number(value) : Number(value);
      if (value === '' || !Number.isFinite(number)) return refuse(type.replace(/\(.*/, ''));
      return Math.round(number);
    }
    case 'number': {
      const number = Number(value);
      return value === '' || !Number.isFinite(number) ? refuse(type.replace(/\(.*/, '')) : number;
    }
    case 'boolean': {
      if (dialect === 'mysql') return value === true ? 1 : value === false ? 0 : Number(value);
      if (typeof value === 'boolean') return value;
      const text = String(value).toLowerCase();
      if (/^(t|true|y|yes|on|1)$/.test(text)) return true;
      return /^(f|false|n|no|off|0)$/.test(text) ? false : refuse('boolean');
    }
    default:
      return textOf(value, dialect);
  }
}

/** A value as clients print it; NULL is for them to name. */
export function textOf(value: SqlValue, dialect: Dialect): Bytes {
  if (value === null) return '';
  if (typeof value === 'boolean') {
    if (dialect === 'mysql') return value ? '1' : '0';
    return value ? 't' : 'f';
  }
  return typeof value === 'number' ? numberText(value) : value;
}

function numberText(value: number): string {
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(16)));
}

/** `2026-01-01 00:00:05`, UTC. */
export function timestampText(unixMs: number): string {
  return `${dateText(unixMs)} ${clockTime(unixMs)}`;
}

export function dateText(unixMs: number): string {
  return new Date(unixMs).toISOString().slice(0, 10);
}
