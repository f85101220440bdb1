import type { Bytes } from '../../runtime/bytes';
import { ByteSet, classSet, isClassName } from './byte-set';

/** A position that a regular expression asks for, consuming nothing. */
export type Assertion =
  | 'start'
  | 'end'
  | 'word boundary'
  | 'no word boundary'
  | 'word start'
  | 'word end';

/** A parsed POSIX regular expression. */
export type RegexNode =
  | { readonly kind: 'byte'; readonly set: ByteSet }
  | { readonly kind: 'assertion'; readonly what: Assertion }
  | { readonly kind: 'group'; readonly index: number; readonly body: RegexNode }
  | { readonly kind: 'reference'; readonly index: number }
  | { readonly kind: 'sequence'; readonly items: readonly RegexNode[] }
  | { readonly kind: 'choice'; readonly items: readonly RegexNode[] }
  | {
      readonly kind: 'repeat';
      readonly body: RegexNode;
      readonly least: number;
      readonly most: number;
    };

export interface RegexOptions {
  readonly extended?: boolean;
  readonly ignoreCase?: boolean;
}

/** A pattern that regcomp(3) refuses, with regerror(3)'s text. */
export class BadRegex {
  readonly message: string;

  constructor(message: string) {
    this.message = message;
  }
}

const BAD_PATTERN = 'Invalid regular expression';
const BAD_CLASS = 'Invalid character class name';
const BAD_COLLATION = 'Invalid collation character';
const TRAILING_BACKSLASH = 'Trailing backslash';
const BAD_REFERENCE = 'Invalid back reference';
const UNMATCHED_BRACKET = 'Unmatched [, [^, [:, [., or [=';
const UNMATCHED_GROUP = 'Unmatched ( or \\(';
const UNMATCHED_BRACE = 'Unmatched \\{';
const BAD_INTERVAL = 'Invalid content of \\{\\}';
const BAD_RANGE = 'Invalid range end';
const BAD_REPEAT = 'Invalid preceding regular expression';
const TOO_BIG = 'Regular expression too big';

/** RE_DUP_MAX of glibc. */
const MOST_REPEATS = 32767;
/** Nesting of groups; glibc itself runs out of stack far beyond. */
const MOST_NESTING = 200;

type Token =
  | { readonly kind: 'byte'; readonly code: number }
  | { readonly kind: 'node'; readonly node: RegexNode }
  | { readonly kind: 'assertion'; readonly what: Assertion }
  | { readonly kind: 'reference'; readonly index: number }
  | { readonly kind: 'repeat'; readonly operator: '*' | '+' | '?' | '{' }
  | { readonly kind: 'open' | 'close' | 'or' | 'bracket' | 'end' };

/** Parses a pattern as glibc's regcomp does in the C locale. Throws BadRegex. */
export function parseRegex(
  pattern: Bytes,
  options: RegexOptions = {},
): { readonly node: RegexNode; readonly groups: number } {
  const parser = new Parser(pattern, options);
  return { node: parser.parse(), groups: parser.groups };
}

class Parser {
  groups = 0;
  readonly #text: Bytes;
  readonly #extended: boolean;
  readonly #ignoreCase: boolean;
  #closed: ReadonlySet<number> = new Set<number>();
  #at = 0;
  #depth = 0;
  /** In a basic expression `^` is an anchor here although it is not the first byte. */
  #caretAnchors = false;

  constructor(text: Bytes, options: RegexOptions) {
    this.#text = text;
    this.#extended = options.extended ?? false;
    this.#ignoreCase = options.ignoreCase ?? false;
  }

  parse(): RegexNode {
    const node = this.#alternatives();
    // Only `\)` can be left over: an extended `)` without its partner is an ordinary byte.
    if (this.#peek().token.kind !== 'end') throw new BadRegex(UNMATCHED_GROUP);
    return node;
  }

  #alternatives(): RegexNode {
    if (++this.#depth > MOST_NESTING) throw new BadRegex(TOO_BIG);
    // A branch may refer only to groups that it closed itself or that were closed before all branches.
    const before = this.#closed;
    let after = before;
    const items: RegexNode[] = [];
    for (;;) {
      this.#closed = new Set(before);
      items.push(this.#branch());
      after = new Set([...after, ...this.#closed]);
      if (this.#peek().token.kind !== 'or') break;
      this.#take();
      this.#caretAnchors = true;
    }
    this.#closed = after;
    this.#depth--;
    return items.length === 1 ? (items[0] as RegexNode) : { kind: 'choice', items };
  }

  #branch(): RegexNode {
    const items: RegexNode[] = [];
    for (;;) {
      const { kind } = this.#peek().token;
      if (kind === 'end' || kind === 'or') break;
      if (kind === 'close' && (this.#depth > 1 || !this.#extended)) break;
      items.push(this.#expression());
    }
    return items.length === 1 ? (items[0] as RegexNode) : { kind: 'sequence', items };
  }

  #expression(): RegexNode {
    const { token, length } = this.#peek();
    if (token.kind === 'assertion') {
      // Anchors cannot be repeated: an operator behind one has nothing to repeat.
      this.#at += length;
      this.#caretAnchors = false;
      return { kind: 'assertion', what: token.what };
    }
    return this.#repeated(this.#atom());
  }

  #atom(): RegexNode {
    const token = this.#take();
    switch (token.kind) {
      case 'byte':
        return this.#byte(token.code);
      case 'node':
        return token.node;
      case 'bracket':
        return this.#bracket();
      case 'reference':
        if (!this.#closed.has(token.index)) throw new BadRegex(BAD_REFERENCE);
        return { kind: 'reference', index: token.index };
      case 'open':
        return this.#group();
      case 'repeat':
        // Nothing to repeat: an error in extended expressions, an ordinary byte in basic ones.
        if (this.#extended || token.operator === '{') throw new BadRegex(BAD_REPEAT);
        return this.#byte(token.operator.charCodeAt(0));
      case 'close':
        return this.#byte(0x29);
      default:
        throw new BadRegex(BAD_PATTERN);
    }
  }

  #group(): RegexNode {
    const index = ++this.groups;
    this.#caretAnchors = true;
    const body = this.#alternatives();
    if (this.#peek().token.kind !== 'close') throw new BadRegex(UNMATCHED_GROUP);
    this.#take();
    this.#closed = new Set([...this.#closed, index]);
    return { kind: 'group', index, body };
  }

  #repeated(first: RegexNode): RegexNode {
    let node = first;
    for (;;) {
      const { token, length } = this.#peek();
      if (token.kind !== 'repeat') return node;
      const again = node !== first && (token.operator === '*' || token.operator === '{');
      if (again && !this.#extended) throw new BadRegex(BAD_REPEAT);
      this.#at += length;
      const [least, most] = token.operator === '{' ? this.#interval() : BOUNDS[token.operator];
      node = { kind: 'repeat', body: node, least, most };
    }
  }

  #interval(): readonly [number, number] {
    const close = this.#extended ? '}' : '\\}';
    const end = this.#text.indexOf(close, this.#at);
    if (end < 0) throw new BadRegex(UNMATCHED_BRACE);
    const content = this.#text.slice(this.#at, end);
    const match = /^([0-9]*)(,?)([0-9]*)$/.exec(content);
    if (!match || (match[1] === '' && match[2] === '')) throw new BadRegex(BAD_INTERVAL);
    this.#at = end + close.length;
    const least = match[1] === '' ? 0 : Number(match[1]);
    const most =
      match[2] === '' ? least : match[3] === '' ? Number.POSITIVE_INFINITY : Number(match[3]);
    if (least > most) throw new BadRegex(BAD_INTERVAL);
    if (Math.max(least, most === Number.POSITIVE_INFINITY ? 0 : most) > MOST_REPEATS) {
      throw new BadRegex(TOO_BIG);
    }
    return [least, most];
  }

  #byte(code: number): RegexNode {
    const set = ByteSet.of(code);
    return { kind: 'byte', set: this.#ignoreCase ? set.bothCases() : set };
  }

  #take(): Token {
    const { token, length } = this.#peek();
    this.#at += length;
    this.#caretAnchors = false;
    return token;
  }

  #peek(): { readonly token: Token; readonly length: number } {
    const text = this.#text;
    const at = this.#at;
    if (at >= text.length) return { token: { kind: 'end' }, length: 0 };
    const char = text[at] as string;
    if (char === '\\') {
      const next = text[at + 1];
      if (next === undefined) throw new BadRegex(TRAILING_BACKSLASH);
      return { token: this.#escaped(next), length: 2 };
    }
    return { token: this.#plain(char), length: 1 };
  }

  #escaped(char: string): Token {
    const shared = ESCAPES[char];
    if (shared) return shared;
    if (char >= '1' && char <= '9') return { kind: 'reference', index: Number(char) };
    if (!this.#extended) {
      const token = BASIC_ESCAPES[char];
      if (token) return token;
    }
    return { kind: 'byte', code: char.charCodeAt(0) };
  }

  #plain(char: string): Token {
    switch (char) {
      case '.':
        return { kind: 'node', node: { kind: 'byte', set: ByteSet.all() } };
      case '*':
        return { kind: 'repeat', operator: '*' };
      case '[':
        return { kind: 'bracket' };
      case '^':
        return this.#extended || this.#at === 0 || this.#caretAnchors
          ? { kind: 'assertion', what: 'start' }
          : { kind: 'byte', code: 0x5e };
      case '$':
        return this.#extended || this.#dollarAnchors()
          ? { kind: 'assertion', what: 'end' }
          : { kind: 'byte', code: 0x24 };
      default:
        return (
          (this.#extended ? EXTENDED_OPERATORS[char] : undefined) ?? {
            kind: 'byte',
            code: char.charCodeAt(0),
          }
        );
    }
  }

  #dollarAnchors(): boolean {
    const rest = this.#text.slice(this.#at + 1, this.#at + 3);
    return rest === '' || rest === '\\)' || rest === '\\|';
  }

  /** A bracket expression; `[` has been taken. */
  #bracket(): RegexNode {
    const text = this.#text;
    const negated = text[this.#at] === '^';
    if (negated) this.#at++;
    if (this.#at >= text.length) throw new BadRegex(BAD_PATTERN);
    const set = new ByteSet();
    let first = true;
    for (;;) {
      const char = text[this.#at];
      if (char === undefined) throw new BadRegex(UNMATCHED_BRACKET);
      if (char === ']' && !first) break;
      this.#bracketItem(set);
      first = false;
    }
    this.#at++;
    const cased = this.#ignoreCase ? set.bothCases() : set;
    return { kind: 'byte', set: negated ? cased.negated() : cased };
  }

  #bracketItem(set: ByteSet): void {
    const start = this.#bracketElement();
    if (typeof start !== 'number') {
      set.add(start);
      return;
    }
    const text = this.#text;
    if (text[this.#at] !== '-' || text[this.#at + 1] === ']') {
      set.addByte(start);
      return;
    }
    this.#at++;
    if (this.#at >= text.length) throw new BadRegex(UNMATCHED_BRACKET);
    const end = this.#bracketElement();
    if (typeof end !== 'number' || end < start) throw new BadRegex(BAD_RANGE);
    set.addRange(start, end);
  }

  /** One byte, or the set of a `[:class:]`. */
  #bracketElement(): number | ByteSet {
    const text = this.#text;
    const kind = text[this.#at + 1];
    if (text[this.#at] === '[' && (kind === ':' || kind === '.' || kind === '=')) {
      const end = text.indexOf(`${kind}]`, this.#at + 2);
      if (end < 0) {
        if (kind !== ':') throw new BadRegex(UNMATCHED_BRACKET);
      } else {
        const name = text.slice(this.#at + 2, end);
        this.#at = end + 2;
        if (kind === ':') return this.#class(name);
        if (name.length !== 1) throw new BadRegex(BAD_COLLATION);
        return name.charCodeAt(0);
      }
    }
    return text.charCodeAt(this.#at++);
  }

  #class(name: string): ByteSet {
    const folded = this.#ignoreCase && (name === 'upper' || name === 'lower') ? 'alpha' : name;
    if (!isClassName(folded)) throw new BadRegex(BAD_CLASS);
    return classSet(folded);
  }
}

const BOUNDS = {
  '*': [0, Number.POSITIVE_INFINITY],
  '+': [1, Number.POSITIVE_INFINITY],
  '?': [0, 1],
} as const;

const WORD = ByteSet.ofBytes('_').union(classSet('alnum'));
const SPACE = classSet('space');

const ESCAPES: Readonly<Record<string, Token>> = {
  w: { kind: 'node', node: { kind: 'byte', set: WORD } },
  W: { kind: 'node', node: { kind: 'byte', set: WORD.negated() } },
  s: { kind: 'node', node: { kind: 'byte', set: SPACE } },
  S: { kind: 'node', node: { kind: 'byte', set: SPACE.negated() } },
  b: { kind: 'assertion', what: 'word boundary' },
  B: { kind: 'assertion', what: 'no word boundary' },
  '<': { kind: 'assertion', what: 'word start' },
  '>': { kind: 'assertion', what: 'word end' },
  '`': { kind: 'assertion', what: 'start' },
  "'": { kind: 'assertion', what: 'end' },
};

const BASIC_ESCAPES: Readonly<Record<string, Token>> = {
  '(': { kind: 'open' },
  ')': { kind: 'close' },
  '|': { kind: 'or' },
  '+': { kind: 'repeat', operator: '+' },
  '?': { kind: 'repeat', operator: '?' },
  '{': { kind: 'repeat', operator: '{' },
};

const EXTENDED_OPERATORS: Readonly<Record<string, Token>> = {
  '(': { kind: 'open' },
  ')': { kind: 'close' },
  '|': { kind: 'or' },
  '+': { kind: 'repeat', operator: '+' },
  '?': { kind: 'repeat', operator: '?' },
  '{': { kind: 'repeat', operator: '{' },
};
