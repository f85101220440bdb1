import { type Bound, JsonPathError, type ListNode, type Node } from './nodes';

/** Parses a template: text with actions in braces. Models client-go util/jsonpath/parser.go. */
export function parseTemplate(text: string): ListNode {
  return new Parser(text).parse();
}

const END = '';

function isSpace(char: string): boolean {
  return char === ' ' || char === '\t';
}

function isEndOfLine(char: string): boolean {
  return char === '\r' || char === '\n';
}

function isTerminator(char: string): boolean {
  return char === END || isSpace(char) || isEndOfLine(char) || '.,[]$@{}'.includes(char);
}

function isAlphaNumeric(char: string): boolean {
  return /^[\p{L}\p{Nd}_]$/u.test(char);
}

function isDigit(char: string): boolean {
  return /^\p{Nd}$/u.test(char);
}

const SLICE = /^(-?\d*)(:-?\d*)?(:-?\d*)?$/;
const FILTER = /^([^!<>=]+)([!<>=]+)(.+?)$/s;

class Parser {
  readonly #input: string;
  readonly #root: ListNode = { kind: 'list', nodes: [] };
  #start = 0;
  #at = 0;

  constructor(input: string) {
    this.#input = input;
  }

  parse(): ListNode {
    while (this.#at < this.#input.length) {
      if (this.#input.startsWith('{', this.#at)) {
        this.#text();
        this.#at++;
        this.#take();
        const action: ListNode = { kind: 'list', nodes: [] };
        this.#root.nodes.push(action);
        this.#action(action);
      } else {
        this.#next();
      }
    }
    this.#text();
    return this.#root;
  }

  #text(): void {
    if (this.#at > this.#start) this.#root.nodes.push({ kind: 'text', text: this.#take() });
  }

  /** Reads up to the closing brace. */
  #action(list: ListNode): void {
    for (;;) {
      if (this.#sees('}')) {
        this.#at++;
        this.#take();
        return;
      }
      if (this.#sees('[?(')) {
        this.#filter(list);
        continue;
      }
      if (this.#sees('..')) {
        this.#recursive(list);
        continue;
      }
      const char = this.#next();
      if (char === END || isEndOfLine(char)) throw new JsonPathError('unclosed action');
      if (char === ' ' || char === '@' || char === '$') this.#take();
      else if (char === '[') this.#array(list);
      else if (char === '"' || char === "'") this.#quote(list, char);
      else if (char === '.') this.#field(list);
      else if (char === '+' || char === '-' || isDigit(char)) this.#number(list, char);
      else if (isAlphaNumeric(char)) this.#identifier(list, char);
      else {
        const code = (char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
        throw new JsonPathError(`unrecognized character in action: U+${code} '${char}'`);
      }
    }
  }

  #identifier(list: ListNode, first: string): void {
    this.#back(first);
    while (!isTerminator(this.#peek())) this.#next();
    const name = this.#take();
    if (name === 'true' || name === 'false')
      list.nodes.push({ kind: 'bool', value: name === 'true' });
    else list.nodes.push({ kind: 'identifier', name });
  }

  #recursive(list: ListNode): void {
    if (list.nodes[list.nodes.length - 1]?.kind === 'recursive') {
      throw new JsonPathError('invalid multiple recursive descent');
    }
    this.#at += 2;
    this.#take();
    list.nodes.push({ kind: 'recursive' });
    if (isAlphaNumeric(this.#peek())) this.#field(list);
  }

  #number(list: ListNode, first: string): void {
    this.#back(first);
    if (this.#peek() === '+' || this.#peek() === '-') this.#next();
    while (this.#peek() === '.' || isDigit(this.#peek())) this.#next();
    const text = this.#take();
    const integer = /^[-+]?\d+$/.test(text);
    if (!integer && !/^[-+]?(\d+\.?\d*|\.\d+)$/.test(text)) {
      throw new JsonPathError(`cannot parse number ${text}`);
    }
    list.nodes.push({ kind: 'number', value: Number(text), integer });
  }

  #array(list: ListNode): void {
    for (;;) {
      const char = this.#next();
      if (char === END || char === '\n') throw new JsonPathError('unterminated array');
      if (char === ']') break;
    }
    const text = this.#take().slice(1, -1);
    const parts = text.split(',');
    if (parts.length > 1) {
      const lists = parts.map((part) => parseAction(`[${part.replace(/^ +| +$/g, '')}]`));
      list.nodes.push({ kind: 'union', lists });
      return;
    }
    const key = /^'([^']*)'$/.exec(text)?.[1];
    if (key !== undefined) {
      list.nodes.push(...parseAction(`.${key}`).nodes);
      return;
    }
    list.nodes.push({ kind: 'array', bounds: parseBounds(text === '*' ? ':' : text) });
  }

  #filter(list: ListNode): void {
    this.#at += 3;
    this.#take();
    let quote = '';
    let closed = false;
    for (;;) {
      const char = this.#next();
      if (char === END || char === '\n') throw new JsonPathError('unterminated filter');
      if (char === '"' || char === "'") {
        if (quote === '') quote = char;
        else if (this.#input.charAt(this.#at - 2) !== '\\' && char === quote) closed = true;
      } else if (char === ')' && (quote !== '') === closed) {
        break;
      }
    }
    if (this.#next() !== ']') throw new JsonPathError('unclosed array expect ]');
    const text = this.#take().slice(0, -2);
    const [, left, operator, right] = FILTER.exec(text) ?? [];
    list.nodes.push(
      left === undefined || operator === undefined || right === undefined
        ? { kind: 'filter', left: parseAction(text), right: EMPTY, operator: 'exists' }
        : { kind: 'filter', left: parseAction(left), right: parseAction(right), operator },
    );
  }

  #quote(list: ListNode, end: string): void {
    for (;;) {
      const char = this.#next();
      if (char === END || char === '\n') throw new JsonPathError('unterminated quoted string');
      if (char === end && this.#input.charAt(this.#at - 2) !== '\\') break;
    }
    const quoted = this.#take();
    const text = unquote(quoted);
    if (text === undefined) {
      throw new JsonPathError(`unquote string ${quoted} error invalid syntax`);
    }
    list.nodes.push({ kind: 'text', text });
  }

  #field(list: ListNode): void {
    this.#take();
    for (;;) {
      const char = this.#peek();
      if (char !== '\\' && isTerminator(char)) break;
      this.#next();
      if (char === '\\') this.#next();
    }
    const name = this.#take();
    if (name === '*') list.nodes.push({ kind: 'wildcard' });
    else list.nodes.push({ kind: 'field', name: name.replaceAll('\\', '') });
  }

  #sees(prefix: string): boolean {
    return this.#input.startsWith(prefix, this.#at);
  }

  #peek(): string {
    const code = this.#input.codePointAt(this.#at);
    return code === undefined ? END : String.fromCodePoint(code);
  }

  #next(): string {
    const char = this.#peek();
    this.#at += char.length;
    return char;
  }

  #back(char: string): void {
    this.#at -= char.length;
  }

  #take(): string {
    const text = this.#input.slice(this.#start, this.#at);
    this.#start = this.#at;
    return text;
  }
}

const EMPTY: ListNode = { kind: 'list', nodes: [] };

function parseAction(text: string): ListNode {
  const first: Node | undefined = parseTemplate(`{${text}}`).nodes[0];
  return first?.kind === 'list' ? first : EMPTY;
}

function parseBounds(text: string): [Bound, Bound, Bound] {
  const match = SLICE.exec(text);
  if (!match) throw new JsonPathError(`invalid array index ${text}`);
  const unknown: Bound = { known: false, value: 0, derived: false };
  const bound = (part: string): Bound => {
    if (part === '') return unknown;
    if (part === '-') throw new JsonPathError(`array index ${part} is not a number`);
    return { known: true, value: Number(part), derived: false };
  };
  const start = bound(match[1] ?? '');
  const end = match[2]
    ? bound(match[2].slice(1))
    : { known: true, value: start.value + 1, derived: true };
  const step = match[3] ? bound(match[3].slice(1)) : unknown;
  return [start, end, step];
}

const SHORT: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  "'": "'",
  '"': '"',
};

/** A Go string literal, in single quotes too; undefined when it is none. */
function unquote(quoted: string): string | undefined {
  const body = quoted.slice(1, -1);
  let bad = false;
  const text = body.replace(
    /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3})|(.?))/gs,
    (_all, x?: string, u?: string, big?: string, octal?: string, letter?: string) => {
      const hex = x ?? u ?? big;
      if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16));
      if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8));
      const plain = SHORT[letter ?? ''];
      if (plain === undefined) bad = true;
      return plain ?? '';
    },
  );
  return bad ? undefined : text;
}
