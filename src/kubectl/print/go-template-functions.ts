import { goFloat64 } from '../../api/golang/numbers';
import { goQuote } from '../../api/golang/quote';
import { equalJson, formatGo, isList, isObject, type Json } from '../../api/patch/json-value';
import { toBytes } from '../../runtime/bytes';

/** A template that cannot be parsed or executed; the message is text/template's as far as it goes. */
export class TemplateError extends Error {}

type Value = Json | undefined;

export function isTrue(value: Value): boolean {
  if (value === undefined || value === null) return false;
  if (isList(value)) return value.length > 0;
  if (isObject(value)) return Object.keys(value).length > 0;
  return Boolean(value);
}

type TemplateFunction = (...args: Value[]) => Value;

const FUNCTIONS: Readonly<Record<string, TemplateFunction>> = {
  and: (...args) => args.find((value) => !isTrue(value)) ?? args[args.length - 1],
  or: (...args) => args.find(isTrue) ?? args[args.length - 1],
  not: (value) => !isTrue(value),
  eq: (first, ...others) => others.some((other) => equalJson(first ?? null, other ?? null)),
  ne: (first, second) => !equalJson(first ?? null, second ?? null),
  lt: (first, second) => ordered(first) < ordered(second),
  le: (first, second) => ordered(first) <= ordered(second),
  gt: (first, second) => ordered(first) > ordered(second),
  ge: (first, second) => ordered(first) >= ordered(second),
  len: (value) => {
    if (typeof value === 'string') return toBytes(value).length;
    if (isList(value)) return value.length;
    if (isObject(value)) return Object.keys(value).length;
    if (value === undefined || value === null) {
      throw new TemplateError(
        'error calling len: reflect: call of reflect.Value.Type on zero Value',
      );
    }
    throw new TemplateError(`error calling len: len of type ${typeName(value)}`);
  },
  index: (value, ...keys) => keys.reduce<Value>(indexed, value),
  slice: (value, from = 0, to) => {
    if (typeof value === 'string' || isList(value)) {
      return value.slice(Number(from), to === undefined ? undefined : Number(to)) as Value;
    }
    throw new TemplateError("error calling slice: can't slice item");
  },
  print: (...args) => spaced(args),
  println: (...args) => `${args.map(text).join(' ')}\n`,
  printf: (format, ...args) => formatted(String(format ?? ''), args),
  exists: (value, ...keys) =>
    keys.reduce<Value>(
      (found, key) => (isObject(found) ? found[String(key)] : undefined),
      value,
    ) !== undefined,
  base64decode: (value) => decodeBase64(String(value ?? '')),
  html: (...args) =>
    args
      .map(text)
      .join('')
      .replace(/["&'<>\0]/g, (char) => HTML[char] ?? char),
  js: (...args) =>
    args
      .map(text)
      .join('')
      .replace(/["'<>=&\\\n\r\t]/g, (char) => JS[char] ?? char),
  urlquery: (...args) => encodeURIComponent(args.map(text).join('')).replaceAll('%20', '+'),
};

const HTML: Readonly<Record<string, string>> = {
  '"': '&#34;',
  '&': '&amp;',
  "'": '&#39;',
  '<': '&lt;',
  '>': '&gt;',
  '\0': '\uFFFD',
};

const JS: Readonly<Record<string, string>> = {
  '"': '\\"',
  '&': '\\u0026',
  "'": "\\'",
  '<': '\\u003C',
  '=': '\\u003D',
  '>': '\\u003E',
  '\\': '\\\\',
  '\n': '\\u000A',
  '\r': '\\u000D',
  '\t': '\\u0009',
};

/** A value's type in Go's words. */
function typeName(value: Json): string {
  if (isList(value)) return '[]interface {}';
  if (isObject(value)) return 'map[string]interface {}';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int64' : 'float64';
  return typeof value === 'boolean' ? 'bool' : 'string';
}

export function isFunction(name: string): boolean {
  return Object.hasOwn(FUNCTIONS, name);
}

export function callFunction(name: string, args: readonly Value[]): Value {
  const found = FUNCTIONS[name];
  if (!found) throw new TemplateError(`function ${goQuote(name)} not defined`);
  return found(...args);
}

function ordered(value: Value): number | string {
  if (typeof value === 'number' || typeof value === 'string') return value;
  throw new TemplateError('invalid type for comparison');
}

function indexed(value: Value, key: Value): Value {
  if (value === undefined || value === null) {
    throw new TemplateError('error calling index: index of untyped nil');
  }
  if (isList(value) || typeof value === 'string') {
    if (key === undefined || key === null) {
      throw new TemplateError('error calling index: cannot index slice/array with nil');
    }
    if (typeof key !== 'number') {
      throw new TemplateError(
        `error calling index: cannot index slice/array with type ${typeName(key)}`,
      );
    }
    const items = isList(value) ? value : [...toBytes(value)].map((byte) => byte.charCodeAt(0));
    if (key < 0 || key >= items.length) {
      throw new TemplateError(`error calling index: index out of range: ${key}`);
    }
    return items[key];
  }
  if (!isObject(value)) {
    throw new TemplateError(`error calling index: can't index item of type ${typeName(value)}`);
  }
  if (typeof key === 'string') return value[key];
  if (key === undefined || key === null) {
    throw new TemplateError('error calling index: value is nil; should be of type string');
  }
  const type = typeof key === 'number' && Number.isInteger(key) ? 'int' : typeName(key);
  throw new TemplateError(`error calling index: value has type ${type}; should be string`);
}

function text(value: Value): string {
  if (value === undefined || value === null) return '<nil>';
  return typeof value === 'number' && !Number.isInteger(value) ? goFloat64(value) : formatGo(value);
}

/** fmt.Sprint: a blank between operands neither of which is a string. */
function spaced(args: readonly Value[]): string {
  let out = '';
  args.forEach((value, i) => {
    const before = args[i - 1];
    if (i > 0 && typeof value !== 'string' && typeof before !== 'string') out += ' ';
    out += text(value);
  });
  return out;
}

function formatted(format: string, args: readonly Value[]): string {
  let next = 0;
  return format.replace(
    /%([-+ 0#]*)(\d*)(?:\.(\d+))?([a-zA-Z%])/g,
    (_all, flags, width, _precision, verb) => {
      if (verb === '%') return '%';
      const value = args[next++];
      const shown = verb === 'q' ? goQuote(text(value)) : text(value);
      const size = Number(width || 0);
      return String(flags).includes('-') ? shown.padEnd(size) : shown.padStart(size);
    },
  );
}

/** Bytes of base64 as UTF-8 text. */
function decodeBase64(encoded: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  let bits = 0;
  let count = 0;
  const bytes: number[] = [];
  const bare = encoded.replace(/=+$/, '');
  for (let i = 0; i < bare.length; i++) {
    const sextet = alphabet.indexOf(bare.charAt(i));
    if (sextet < 0) {
      throw new TemplateError(
        `error calling base64decode: base64 decode failed: illegal base64 data at input byte ${i}`,
      );
    }
    bits = (bits << 6) | sextet;
    count += 6;
    if (count >= 8) {
      count -= 8;
      bytes.push((bits >> count) & 255);
    }
  }
  return new TextDecoder().decode(new Uint8Array(bytes));
}
