import { isBlank, isBlankOrEnd, isBreak, isBreakOrEnd } from './characters';
import { limits } from './limits';
import type { Mark } from './reader';
import { Reader } from './reader';
import { scanAnchorName, scanDirective, scanTag } from './scan-properties';
import { scanBlock, scanPlain, scanQuoted } from './scan-scalars';

export type TokenKind =
  | 'stream end'
  | 'version'
  | 'tag directive'
  | 'document start'
  | 'document end'
  | 'block sequence'
  | 'block mapping'
  | 'block end'
  | 'flow sequence'
  | 'flow sequence end'
  | 'flow mapping'
  | 'flow mapping end'
  | 'entry'
  | 'flow entry'
  | 'key'
  | 'value'
  | 'alias'
  | 'anchor'
  | 'tag'
  | 'scalar';

export type Token = {
  kind: TokenKind;
  start: Mark;
  end: Mark;
  /** Scalar text, name of an anchor or alias, handle of a tag or tag directive, version. */
  value: string;
  /** Suffix of a tag, prefix of a tag directive. */
  suffix: string;
  /** A scalar without quotes or block indicator. */
  plain: boolean;
};

/** A token that turns out to be a mapping key when a `:` follows on its line. */
type PossibleKey = { possible: boolean; required: boolean; token: number; mark: Mark };

/** Characters between the start of a key and its colon. */
const KEY_LENGTH = 1024;

/** What cannot begin a plain scalar, apart from blanks. */
const INDICATORS = '-?:,[]{}#&*!|>\'"%@`';

/**
 * Splits a chunk into tokens, one at a time. Models go-yaml v2's scannerc.go: where it reports an
 * error depends on how far ahead it has to look for a colon, so keys are kept as it keeps them, one
 * possible key per flow level.
 */
export class Scanner {
  private readonly reader: Reader;
  private readonly queue: Token[] = [];
  private taken = 0;
  private ready = false;
  private finished = false;
  private indent = -1;
  private readonly indents: number[] = [];
  private keyAllowed = true;
  private flowLevel = 0;
  private readonly keys: PossibleKey[] = [noKey({ index: 0, line: 0, column: 0 })];
  /** Flow level of each possible key, by the number of its token. */
  private readonly keyLevels = new Map<number, number>();

  constructor(text: string) {
    this.reader = new Reader(text);
  }

  /** The next token, which stays in the queue. */
  peek(): Token {
    if (!this.ready) {
      while (this.needsMore()) this.fetch();
      this.ready = true;
    }
    return this.queue[0] as Token;
  }

  /** Takes the token that `peek` has shown. */
  skip(): void {
    this.queue.shift();
    this.taken++;
    this.ready = false;
  }

  /** A token can be handed out once it is sure that it is not a key. */
  private needsMore(): boolean {
    if (this.queue.length === 0) return true;
    const level = this.keyLevels.get(this.taken);
    if (level === undefined) return false;
    return this.stillPossible(this.keys[level] as PossibleKey);
  }

  private fetch(): void {
    const { reader } = this;
    this.skipToToken();
    this.closeBlocks(reader.column);
    reader.need(0);
    const code = reader.at();
    const char = String.fromCharCode(code);
    const blankNext = isBlankOrEnd(reader.at(1));
    const indicator = this.flowLevel > 0 || blankNext;
    if (code === 0) this.fetchEnd();
    else if (reader.column === 0 && char === '%') this.fetchDirective();
    else if (reader.atDocumentIndicator()) this.fetchDocumentIndicator(char);
    else if (char === '[' || char === '{') this.fetchFlowStart(char);
    else if (char === ']' || char === '}') this.fetchFlowEnd(char);
    else if (char === ',') this.fetchFlowEntry();
    else if (char === '-' && blankNext) this.fetchEntry();
    else if (char === '?' && indicator) this.fetchKey();
    else if (char === ':' && indicator) this.fetchValue();
    else if (char === '*' || char === '&') this.fetchAnchor(char);
    else if (char === '!') this.fetchTag();
    else if ((char === '|' || char === '>') && this.flowLevel === 0) this.fetchBlockScalar();
    else if (char === "'" || char === '"') this.fetchQuoted();
    else if (this.startsPlain(char, code)) this.fetchPlain();
    else throw reader.error('found character that cannot start any token');
  }

  private startsPlain(char: string, code: number): boolean {
    if (!isBlankOrEnd(code) && !INDICATORS.includes(char)) return true;
    if (char === '-') return !isBlank(this.reader.at(1));
    if (char !== '?' && char !== ':') return false;
    return this.flowLevel === 0 && !isBlankOrEnd(this.reader.at(1));
  }

  /** Skips blanks, comments and line breaks. Tabs are refused where a key may begin. */
  private skipToToken(): void {
    const { reader } = this;
    for (;;) {
      const tabs = this.flowLevel > 0 || !this.keyAllowed;
      while (reader.at() === 0x20 || (tabs && reader.at() === 0x09)) reader.skip();
      if (reader.at() === 0x23) while (!isBreakOrEnd(reader.at())) reader.skip();
      if (!isBreak(reader.at())) return;
      reader.skipBreak();
      if (this.flowLevel === 0) this.keyAllowed = true;
    }
  }

  private push(kind: TokenKind, start: Mark, fields: Partial<Token> = {}): void {
    this.queue.push({ ...bareToken(kind, start, this.reader.mark()), ...fields });
  }

  /** Adds a one-character token. */
  private pushIndicator(kind: TokenKind, length = 1): void {
    const start = this.reader.mark();
    this.reader.skip(length);
    this.push(kind, start);
  }

  // Possible keys

  private stillPossible(key: PossibleKey): boolean {
    if (!key.possible) return false;
    const { line, pos } = this.reader;
    if (key.mark.line >= line && key.mark.index + KEY_LENGTH >= pos) return true;
    if (key.required) throw this.reader.error("could not find expected ':'");
    key.possible = false;
    return false;
  }

  private get currentKey(): PossibleKey {
    return this.keys[this.keys.length - 1] as PossibleKey;
  }

  private nextToken(): number {
    return this.taken + this.queue.length;
  }

  private saveKey(): void {
    if (!this.keyAllowed) return;
    const required = this.flowLevel === 0 && this.indent === this.reader.column;
    this.removeKey();
    const token = this.nextToken();
    this.keys[this.keys.length - 1] = {
      possible: true,
      required,
      token,
      mark: this.reader.mark(),
    };
    this.keyLevels.set(token, this.keys.length - 1);
  }

  private removeKey(): void {
    const key = this.currentKey;
    if (!key.possible) return;
    if (key.required) throw this.reader.error("could not find expected ':'");
    key.possible = false;
    this.keyLevels.delete(key.token);
  }

  // Block collections

  /** Opens a block collection at `column` unless one is open there; `at` is its queue position. */
  private openBlock(column: number, kind: TokenKind, mark: Mark, at?: number): void {
    if (this.flowLevel > 0 || this.indent >= column) return;
    this.indents.push(this.indent);
    this.indent = column;
    this.checkDepth(this.indents.length);
    this.queue.splice(at ?? this.queue.length, 0, bareToken(kind, mark, mark));
  }

  private closeBlocks(column: number): void {
    if (this.flowLevel > 0) return;
    while (this.indent > column) {
      this.push('block end', this.reader.mark());
      this.indent = this.indents.pop() ?? -1;
    }
  }

  private checkDepth(depth: number): void {
    if (depth > limits.nesting) {
      throw this.reader.error(`exceeded max depth of ${limits.nesting}`);
    }
  }

  // One method per token

  private fetchEnd(): void {
    const { reader } = this;
    if (this.finished) return;
    if (reader.column !== 0) {
      reader.column = 0;
      reader.line++;
    }
    this.closeBlocks(-1);
    this.removeKey();
    this.keyAllowed = false;
    this.finished = true;
    this.push('stream end', reader.mark());
  }

  private fetchDirective(): void {
    this.closeBlocks(-1);
    this.removeKey();
    this.keyAllowed = false;
    const start = this.reader.mark();
    const { kind, value, suffix } = scanDirective(this.reader);
    this.push(kind, start, { value, suffix });
  }

  private fetchDocumentIndicator(char: string): void {
    this.closeBlocks(-1);
    this.removeKey();
    this.keyAllowed = false;
    this.pushIndicator(char === '-' ? 'document start' : 'document end', 3);
  }

  private fetchFlowStart(char: '[' | '{'): void {
    this.saveKey();
    this.keys.push(noKey(this.reader.mark()));
    this.flowLevel++;
    this.checkDepth(this.flowLevel);
    this.keyAllowed = true;
    this.pushIndicator(char === '[' ? 'flow sequence' : 'flow mapping');
  }

  private fetchFlowEnd(char: ']' | '}'): void {
    this.removeKey();
    if (this.flowLevel > 0) {
      this.flowLevel--;
      const key = this.keys.pop() as PossibleKey;
      this.keyLevels.delete(key.token);
    }
    this.keyAllowed = false;
    this.pushIndicator(char === ']' ? 'flow sequence end' : 'flow mapping end');
  }

  private fetchFlowEntry(): void {
    this.removeKey();
    this.keyAllowed = true;
    this.pushIndicator('flow entry');
  }

  private fetchEntry(): void {
    const { reader } = this;
    if (this.flowLevel === 0) {
      if (!this.keyAllowed) {
        throw reader.error('block sequence entries are not allowed in this context');
      }
      this.openBlock(reader.column, 'block sequence', reader.mark());
    }
    this.removeKey();
    this.keyAllowed = true;
    this.pushIndicator('entry');
  }

  private fetchKey(): void {
    const { reader } = this;
    if (this.flowLevel === 0) {
      if (!this.keyAllowed) throw reader.error('mapping keys are not allowed in this context');
      this.openBlock(reader.column, 'block mapping', reader.mark());
    }
    this.removeKey();
    this.keyAllowed = this.flowLevel === 0;
    this.pushIndicator('key');
  }

  private fetchValue(): void {
    const { reader } = this;
    const key = this.currentKey;
    if (this.stillPossible(key)) {
      const at = key.token - this.taken;
      this.queue.splice(at, 0, bareToken('key', key.mark, key.mark));
      this.openBlock(key.mark.column, 'block mapping', key.mark, at);
      key.possible = false;
      this.keyLevels.delete(key.token);
      this.keyAllowed = false;
    } else {
      if (this.flowLevel === 0) {
        if (!this.keyAllowed) throw reader.error('mapping values are not allowed in this context');
        this.openBlock(reader.column, 'block mapping', reader.mark());
      }
      this.keyAllowed = this.flowLevel === 0;
    }
    this.pushIndicator('value');
  }

  private fetchAnchor(char: '*' | '&'): void {
    this.saveKey();
    this.keyAllowed = false;
    const start = this.reader.mark();
    const value = scanAnchorName(this.reader);
    this.push(char === '*' ? 'alias' : 'anchor', start, { value });
  }

  private fetchTag(): void {
    this.saveKey();
    this.keyAllowed = false;
    const start = this.reader.mark();
    const { handle, suffix } = scanTag(this.reader);
    this.push('tag', start, { value: handle, suffix });
  }

  private fetchBlockScalar(): void {
    this.removeKey();
    this.keyAllowed = true;
    const start = this.reader.mark();
    this.push('scalar', start, scanBlock(this.reader, this.indent));
  }

  private fetchQuoted(): void {
    this.saveKey();
    this.keyAllowed = false;
    const start = this.reader.mark();
    this.push('scalar', start, scanQuoted(this.reader));
  }

  private fetchPlain(): void {
    this.saveKey();
    this.keyAllowed = false;
    const start = this.reader.mark();
    const { value, end, broken } = scanPlain(this.reader, this.indent, this.flowLevel > 0);
    this.push('scalar', start, { value, end, plain: true });
    if (broken) this.keyAllowed = true;
  }
}

function bareToken(kind: TokenKind, start: Mark, end: Mark): Token {
  return { kind, start, end, value: '', suffix: '', plain: false };
}

function noKey(mark: Mark): PossibleKey {
  return { possible: false, required: false, token: -1, mark };
}
