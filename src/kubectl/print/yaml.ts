import { goFloat64 } from '../../api/golang/numbers';
import { isObject, type Json, type JsonObject } from '../../api/patch/json-value';
import { resolveScalar } from '../../api/yaml/resolve-scalar';
import { compareKeys } from './yaml-keys';
import { analyzeScalar } from './yaml-scalar';

/**
 * YAML as sigs.k8s.io/yaml writes it: keys sorted, lists not indented, block style. Ends in a newline.
 * Models go-yaml v2's encode.go and emitterc.go.
 */
export function toYaml(value: Json): string {
  if (Array.isArray(value)) return value.length === 0 ? '[]\n' : list(value, '');
  if (isObject(value)) return isEmpty(value) ? '{}\n' : map(value, '');
  return `${scalar(value as Scalar, '', 0)}\n`;
}

type Scalar = string | number | boolean | null;

function isEmpty(value: JsonObject): boolean {
  return Object.keys(value).length === 0;
}

function map(value: JsonObject, indent: string): string {
  let text = '';
  for (const key of Object.keys(value).sort(compareKeys)) {
    text += indent + entry(key, value[key] as Json, indent);
  }
  return text;
}

/** Keys longer than this are written after a question mark. */
const SIMPLE_KEY_LENGTH = 128;

function entry(key: string, value: Json, indent: string): string {
  const simple = key.length <= SIMPLE_KEY_LENGTH && !key.includes('\n');
  const head = simple
    ? `${keyText(key)}:`
    : `? ${scalar(key, indent, indent.length + 2)}\n${indent}:`;
  if (Array.isArray(value)) {
    return value.length === 0 ? `${head} []\n` : `${head}\n${list(value, indent)}`;
  }
  if (isObject(value)) {
    return isEmpty(value) ? `${head} {}\n` : `${head}\n${map(value, `${indent}  `)}`;
  }
  const column = indent.length + (simple ? head.length + 1 : 2);
  return `${head} ${scalar(value as Scalar, indent, column)}\n`;
}

function list(value: readonly Json[], indent: string): string {
  return value.map((item) => `${indent}- ${listItem(item, indent)}`).join('');
}

function listItem(item: Json, indent: string): string {
  const inner = `${indent}  `;
  if (Array.isArray(item))
    return item.length === 0 ? '[]\n' : list(item, inner).slice(inner.length);
  if (isObject(item)) return isEmpty(item) ? '{}\n' : map(item, inner).slice(inner.length);
  return `${scalar(item as Scalar, indent, inner.length)}\n`;
}

function keyText(key: string): string {
  if (resolvesToOther(key)) return doubleQuoted(key);
  const allowed = analyzeScalar(key);
  if (allowed.plain) return key;
  return allowed.singleQuoted ? `'${key.replaceAll("'", "''")}'` : doubleQuoted(key);
}

/** `column` is where the scalar begins, in characters from the left. */
function scalar(value: Scalar, indent: string, column: number): string {
  if (value === null) return 'null';
  if (typeof value === 'number' && !Number.isInteger(value)) return goFloat64(value);
  if (typeof value !== 'string') return String(value);
  const allowed = analyzeScalar(value);
  const inner = `${indent}  `;
  if (value.includes('\n')) {
    if (allowed.block) return literal(value, indent);
    return folded(doubleQuoted(value), inner, column, 'double');
  }
  if (resolvesToOther(value)) return folded(doubleQuoted(value), inner, column, 'double');
  if (allowed.plain) return folded(value, inner, column, 'plain');
  if (!allowed.singleQuoted) return folded(doubleQuoted(value), inner, column, 'double');
  return folded(`'${value.replaceAll("'", "''")}'`, inner, column, 'single');
}

/** After this column the emitter breaks a line at the next blank. */
const BEST_WIDTH = 80;

/** Breaks a scalar's text into lines as the emitter does while it writes. */
function folded(
  text: string,
  indent: string,
  start: number,
  style: 'plain' | 'single' | 'double',
): string {
  if (start + text.length <= BEST_WIDTH) return text;
  const chars = [...text];
  // The quotes belong to the text here, so its first and last characters stand one further in.
  const [first, last] = style === 'plain' ? [-1, chars.length] : [1, chars.length - 2];
  let out = '';
  let column = start;
  let spaces = false;
  chars.forEach((char, i) => {
    const next = chars[i + 1];
    const breakable = char === ' ' && !spaces && column > BEST_WIDTH && i > first && i < last;
    if (breakable && (style === 'double' || next !== ' ')) {
      out += `\n${indent}${next === ' ' ? '\\' : ''}`;
      column = indent.length + (next === ' ' ? 1 : 0);
    } else {
      out += char;
      column++;
    }
    spaces = char === ' ';
  });
  return out;
}

const BASE_60 = /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/;
const TIMESTAMP =
  /^\d{4}-\d{1,2}-\d{1,2}(?:[Tt]\d{1,2}:\d{1,2}:\d{1,2}(?:\.\d+)?(?:Z|[-+]\d{2}:\d{2})| \d{1,2}:\d{1,2}:\d{1,2}(?:\.\d+)?)?$/;

/** A text that a reader would take for a number, a boolean, a date … */
function resolvesToOther(text: string): boolean {
  if (text === '<<' || BASE_60.test(text)) return true;
  if (TIMESTAMP.test(text)) return !Number.isNaN(Date.parse(text.slice(0, 10)));
  return typeof resolveScalar('', text) !== 'string';
}

/** Models write_literal_scalar: the hint says how deep the text is and what becomes of its last breaks. */
function literal(text: string, indent: string): string {
  const depth = /^[ \n]/.test(text) ? '2' : '';
  let chomp = '-';
  let body = text;
  if (text.endsWith('\n')) {
    chomp = text === '\n' || text.endsWith('\n\n') ? '+' : '';
    body = text.slice(0, -1);
  }
  const lines = body.split('\n').map((line) => (line === '' ? '' : `${indent}  ${line}`));
  return `|${depth}${chomp}\n${lines.join('\n')}`;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '\0': '\\0',
  '\x07': '\\a',
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\v': '\\v',
  '\f': '\\f',
  '\r': '\\r',
  '\x1b': '\\e',
  '"': '\\"',
  '\\': '\\\\',
  '\x85': '\\N',
  '\xa0': '\\_',
  '\u2028': '\\L',
  '\u2029': '\\P',
};

function doubleQuoted(text: string): string {
  let quoted = '';
  for (const char of text) {
    const short = ESCAPES[char];
    if (short !== undefined && char !== '\xa0') quoted += short;
    else if (analyzeScalar(char).special) quoted += numericEscape(char.codePointAt(0) as number);
    else quoted += char;
  }
  return `"${quoted}"`;
}

function numericEscape(code: number): string {
  const hex = code.toString(16).toUpperCase();
  if (code <= 0xff) return `\\x${hex.padStart(2, '0')}`;
  return code <= 0xffff ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
}
