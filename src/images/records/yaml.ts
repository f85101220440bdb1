import type { Bytes } from '../../runtime/bytes';

/** What the subset of YAML below can say. Scalars stay texts: what they mean is up to who reads them. */
export type Yaml = Bytes | null | readonly Yaml[] | YamlMap;
export type YamlMap = ReadonlyMap<Bytes, Yaml>;

export class YamlError {
  readonly message: string;

  constructor(line: number, what: string) {
    this.message = `line ${line + 1}: ${what}`;
  }
}

export function isYamlMap(value: Yaml | undefined): value is YamlMap {
  return value instanceof Map;
}

export function isYamlList(value: Yaml | undefined): value is readonly Yaml[] {
  return Array.isArray(value);
}

interface Line {
  readonly number: number;
  readonly indent: number;
  readonly text: Bytes;
}

/**
 * The YAML of configuration files: maps, lists, scalars (plain, quoted, `|`, `>`), flow lists and maps on one
 * line, comments. No anchors, tags or several documents. Throws YamlError.
 */
export function parseYaml(text: Bytes): Yaml {
  return new Reader(text).document();
}

const KEY =
  /^("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s#:"'[{](?:[^:#]|:(?=\S)|(?<=\S)#)*?)\s*:(?=\s|$)\s*/;

class Reader {
  readonly #raw: readonly Bytes[];
  readonly #lines: Line[] = [];
  #at = 0;

  constructor(text: Bytes) {
    this.#raw = text.split('\n').map((line) => line.replace(/\r$/, ''));
    for (const [number, raw] of this.#raw.entries()) {
      const content = raw.trimStart();
      if (content === '' || content.startsWith('#') || /^(---|\.\.\.)\s*$/.test(raw)) continue;
      if (/^ *\t/.test(raw)) {
        throw new YamlError(number, 'found character that cannot start any token');
      }
      this.#lines.push({ number, indent: raw.length - content.length, text: content.trimEnd() });
    }
  }

  document(): Yaml {
    if (this.#lines.length === 0) return null;
    const value = this.#block(this.#lines[0]?.indent ?? 0);
    const rest = this.#lines[this.#at];
    if (rest) throw new YamlError(rest.number, 'did not find expected key');
    return value;
  }

  #block(indent: number): Yaml {
    const line = this.#lines[this.#at];
    if (!line) return null;
    if (/^-(\s|$)/.test(line.text)) return this.#list(indent);
    if (KEY.test(line.text)) return this.#map(indent);
    this.#at++;
    return scalar(line.text, line.number);
  }

  #list(indent: number): Yaml {
    const items: Yaml[] = [];
    for (;;) {
      const line = this.#lines[this.#at];
      if (!line || line.indent !== indent || !/^-(\s|$)/.test(line.text)) return items;
      const inner = line.text.slice(1).trimStart();
      if (inner === '' || inner.startsWith('#')) {
        this.#at++;
        items.push(this.#nested(indent + 1));
        continue;
      }
      // What follows the dash is a block of its own, indented by where it begins.
      const column = indent + line.text.length - inner.length;
      this.#lines[this.#at] = { ...line, indent: column, text: inner };
      items.push(this.#block(column));
    }
  }

  #map(indent: number): Yaml {
    const map = new Map<Bytes, Yaml>();
    for (;;) {
      const line = this.#lines[this.#at];
      if (!line || line.indent < indent) return map;
      const key = KEY.exec(line.text);
      if (line.indent > indent || !key) {
        if (line.indent === indent && /^-(\s|$)/.test(line.text)) return map;
        throw new YamlError(line.number, 'did not find expected key');
      }
      this.#at++;
      const rest = line.text.slice(key[0].length);
      map.set(unquote(key[1] ?? ''), this.#value(rest, indent, line.number));
    }
  }

  #value(rest: Bytes, indent: number, number: number): Yaml {
    if (rest === '' || rest.startsWith('#')) {
      const next = this.#lines[this.#at];
      // A list may stand right under its key.
      const isList = next?.indent === indent && /^-(\s|$)/.test(next.text);
      return this.#nested(isList ? indent : indent + 1);
    }
    const literal = /^([|>])([-+]?)\s*(#.*)?$/.exec(rest);
    if (literal) return this.#literal(literal[1] === '>', literal[2] === '-', indent, number);
    return scalar(rest, number);
  }

  #nested(least: number): Yaml {
    const next = this.#lines[this.#at];
    return next && next.indent >= least ? this.#block(next.indent) : null;
  }

  #literal(folded: boolean, strip: boolean, indent: number, number: number): Bytes {
    const lines: Bytes[] = [];
    let last = number;
    for (let i = number + 1; i < this.#raw.length; i++) {
      const raw = this.#raw[i] ?? '';
      if (raw.trim() !== '' && raw.length - raw.trimStart().length <= indent) break;
      lines.push(raw);
      last = i;
    }
    while ((this.#lines[this.#at]?.number ?? Number.POSITIVE_INFINITY) <= last) this.#at++;
    while (lines.at(-1)?.trim() === '') lines.pop();
    const first = lines.find((line) => line.trim() !== '') ?? '';
    const cut = first.length - first.trimStart().length;
    const text = lines.map((line) => line.slice(cut)).join(folded ? ' ' : '\n');
    return strip || text === '' ? text : `${text}\n`;
  }
}

function unquote(text: Bytes): Bytes {
  if (text.length >= 2 && text.startsWith('"') && text.endsWith('"')) {
    return text
      .slice(1, -1)
      .replace(/\\(.)/g, (_, char: string) => ({ n: '\n', t: '\t', r: '\r' })[char] ?? char);
  }
  if (text.length >= 2 && text.startsWith("'") && text.endsWith("'")) {
    return text.slice(1, -1).replaceAll("''", "'");
  }
  return text;
}

function scalar(text: Bytes, number: number): Yaml {
  if (/^["']/.test(text)) {
    const quoted = /^("(?:[^"\\]|\\.)*"|'(?:[^']|'')*')\s*(#.*)?$/.exec(text);
    if (!quoted) throw new YamlError(number, 'found unexpected end of stream');
    return unquote(quoted[1] ?? '');
  }
  const plain = text.replace(/\s+#.*$/, '');
  if (plain.startsWith('[')) {
    if (!plain.endsWith(']')) throw new YamlError(number, "did not find expected ',' or ']'");
    return splitFlow(plain.slice(1, -1)).map((item) => scalar(item, number));
  }
  if (plain.startsWith('{')) {
    if (!plain.endsWith('}')) throw new YamlError(number, "did not find expected ',' or '}'");
    const map = new Map<Bytes, Yaml>();
    for (const item of splitFlow(plain.slice(1, -1))) {
      const colon = item.indexOf(':');
      const key = colon < 0 ? item : item.slice(0, colon);
      map.set(unquote(key.trim()), colon < 0 ? null : scalar(item.slice(colon + 1).trim(), number));
    }
    return map;
  }
  return plain === '~' || plain === 'null' ? null : plain;
}

/** The items of a flow list or map, split at commas that are not inside quotes or brackets. */
function splitFlow(text: Bytes): Bytes[] {
  const items: Bytes[] = [];
  let depth = 0;
  let quote = '';
  let item = '';
  for (const char of text) {
    if (quote !== '') {
      if (char === quote) quote = '';
    } else if (char === '"' || char === "'") quote = char;
    else if (char === '[' || char === '{') depth++;
    else if (char === ']' || char === '}') depth--;
    if (char === ',' && depth === 0 && quote === '') {
      items.push(item.trim());
      item = '';
    } else item += char;
  }
  if (item.trim() !== '') items.push(item.trim());
  return items;
}
