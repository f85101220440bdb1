import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import { readFile } from '../../runtime/read-file';
import type { Call, Sys } from '../../runtime/syscalls';
import { expandPathnames } from '../../shell/expansion/pathnames';

/** A directive such as `<match app.**>` with its parameters and what stands in it. */
export interface Element {
  readonly name: Bytes;
  /** Pattern or label behind the name. */
  readonly arg: Bytes;
  readonly parameters: Map<Bytes, Bytes>;
  readonly elements: Element[];
}

/** A configuration that cannot be used: Ruby's class of the error, and its text. */
export class ConfigError {
  readonly kind: string;
  readonly message: Bytes;

  constructor(message: Bytes, kind = 'Fluent::ConfigError') {
    this.message = message;
    this.kind = kind;
  }
}

export function parseError(message: Bytes): ConfigError {
  return new ConfigError(message, 'Fluent::ConfigParseError');
}

export function child(element: Element, name: string): Element | undefined {
  return element.elements.find((inner) => inner.name === name);
}

export function children(element: Element, name: string): readonly Element[] {
  return element.elements.filter((inner) => inner.name === name);
}

export function required(element: Element, key: string): Bytes {
  const value = element.parameters.get(key);
  if (value === undefined) throw new ConfigError(`'${key}' parameter is required`);
  return value;
}

export function isTrue(value: Bytes | undefined, absent = false): boolean {
  return value === undefined ? absent : /^(true|yes|)$/.test(value);
}

/** A time such as `10s`, `1.5`, `5m`, in ms. */
export function duration(value: Bytes | undefined, absentMs: number): number {
  const match = /^(\d+(?:\.\d+)?)([smhd])?$/.exec(value ?? '');
  if (!match) return absentMs;
  const factors: Readonly<Record<string, number>> = {
    s: 1000,
    m: 60_000,
    h: 3_600_000,
    d: 86_400_000,
  };
  return Number(match[1]) * (factors[match[2] ?? 's'] ?? 1000);
}

/** How deep files may include files. */
const MOST_INCLUDES = 16;

/** Reads a configuration in the v1 format. Models lib/fluent/config/v1_parser.rb. Throws ConfigError, SysError. */
export function* loadConfig(sys: Sys, path: Bytes): Call<Element> {
  const root: Element = { name: 'ROOT', arg: '', parameters: new Map(), elements: [] };
  yield* readInto(sys, path, root, 0);
  return root;
}

function* readInto(sys: Sys, path: Bytes, root: Element, depth: number): Call<void> {
  if (depth > MOST_INCLUDES) throw parseError(`too many nested @include at ${path}`);
  const lines = (yield* readFile(sys, path)).split('\n');
  const open: Element[] = [root];
  for (const [index, raw] of lines.entries()) {
    const line = raw.trim();
    const place = `${path.split('/').at(-1)} line ${index + 1}`;
    const current = open.at(-1) ?? root;
    if (line === '' || line.startsWith('#')) continue;
    const closing = /^<\/([a-zA-Z0-9_]+)>/.exec(line);
    const opening = /^<([a-zA-Z0-9_]+)(?:\s+([^>]*?))?\s*>\s*(?:#.*)?$/.exec(line);
    if (closing) {
      if (closing[1] !== current.name || open.length === 1) {
        throw parseError(`unmatched end tag at ${sample(place, line)}`);
      }
      open.pop();
    } else if (opening) {
      const element = {
        name: opening[1] ?? '',
        arg: opening[2] ?? '',
        parameters: new Map<Bytes, Bytes>(),
        elements: [],
      };
      current.elements.push(element);
      open.push(element);
    } else if (line.startsWith('<')) {
      throw parseError(`expected '>' at ${sample(place, line)}`);
    } else if (/^@?include\s/.test(line)) {
      const pattern = line.replace(/^@?include\s+/, '');
      const folder = path.slice(0, path.lastIndexOf('/') + 1);
      const full = pattern.startsWith('/') ? pattern : folder + pattern;
      for (const file of expandPathnames(sys, full)) yield* readInto(sys, file, current, depth + 1);
    } else {
      const [, key = '', rest = ''] = /^(\S+)\s*([\s\S]*)$/.exec(line) ?? [];
      current.parameters.set(key, value(sys, rest));
    }
  }
  const unclosed = open.at(-1);
  if (open.length > 1 && unclosed) {
    const place = `${path.split('/').at(-1)} line ${lines.length}`;
    throw parseError(
      `expected end tag '</${unclosed.name}>' but got end of file at ${sample(place, '')}`,
    );
  }
}

function sample(place: Bytes, line: Bytes): Bytes {
  return `${place}\n  ${line}`;
}

/** A value: quoted, or up to a comment. In double quotes `#{…}` is Ruby, of which a few things are known. */
function value(sys: Sys, text: Bytes): Bytes {
  const quoted = /^"((?:[^"\\]|\\.)*)"/.exec(text);
  if (quoted) {
    return (quoted[1] ?? '')
      .replace(/#\{([^}]*)\}/g, (_, code: Bytes) => evaluate(sys, code.trim()))
      .replace(/\\(.)/g, (_, char: string) => ({ n: '\n', t: '\t', r: '\r' })[char] ?? char);
  }
  const single = /^'((?:[^'\\]|\\.)*)'/.exec(text);
  if (single) return (single[1] ?? '').replaceAll("\\'", "'");
  return text.replace(/\s+#(?!\{).*$/, '').trim();
}

function evaluate(sys: Sys, code: Bytes): Bytes {
  const variable = /^ENV(?:\[|\.fetch\()\s*['"]([^'"]+)['"]/.exec(code)?.[1];
  if (variable !== undefined) {
    const fallback = /(?:\|\||,)\s*['"]([^'"]*)['"]/.exec(code)?.[1] ?? '';
    return sys.env.get(variable) ?? fallback;
  }
  if (code === 'hostname' || code === 'Socket.gethostname') return sys.hostname;
  return code === 'worker_id' ? '0' : '';
}

/** The configuration as fluentd shows it when it starts. */
export function dump(element: Element, indent = ''): Bytes {
  const arg = element.arg === '' ? '' : ` ${element.arg}`;
  let text = `${indent}<${element.name}${arg}>\n`;
  for (const [key, given] of element.parameters) {
    const shown = /^[\w./:*@-]+$/.test(given) ? given : quote(given);
    const secret = /password|shared_key/.test(key);
    text += `${indent}  ${key} ${secret ? 'xxxxxx' : shown}\n`;
  }
  for (const inner of element.elements) text += dump(inner, `${indent}  `);
  return `${text}${indent}</${element.name}>\n`;
}

/** Ruby's String#inspect. */
export function quote(text: Bytes): Bytes {
  const escaped = text
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    .replaceAll('\n', '\\n')
    .replaceAll('\t', '\\t');
  return `"${escaped}"`;
}

/** Whether the error is that of a missing or unreadable file. */
export function fileError(error: unknown, path: Bytes): ConfigError | undefined {
  if (!(error instanceof SysError)) return undefined;
  return new ConfigError(`${error.message} @ rb_sysopen - ${path}`, `Errno::${error.errno}`);
}
