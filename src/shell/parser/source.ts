import type { Bytes } from '../../runtime/bytes';

/** What `next` returns at the end. */
export const END = -1;

/**
 * Thrown by a parse that has come to the end of what has been read so far of a script that goes on. The
 * caller reads more and parses the command again from its first character.
 */
export class NeedsInput {}

const NEEDS_INPUT = new NeedsInput();

export interface Alias {
  readonly name: Bytes;
  value: Bytes;
  /** While its text is being read the name is not replaced again. */
  inUse: boolean;
}

interface AliasText {
  readonly alias: Alias;
  readonly text: Bytes;
  at: number;
}

/** The characters of a script, with the texts of aliases put in front as they are met. */
export class Source {
  #text: Bytes;
  #at = 0;
  /** Whether `text` is the whole script. */
  complete: boolean;
  /** Number of the line that is being read. */
  line: number;
  /** Lines are not counted while a trap's action is parsed. */
  readonly countsLines: boolean;
  readonly #aliases: AliasText[] = [];
  readonly #released: Alias[] = [];
  #aliasEnded = false;

  constructor(text: Bytes, options: { line: number; complete?: boolean; countsLines?: boolean }) {
    this.#text = text.includes('\0') ? text.replaceAll('\0', '') : text;
    this.line = options.line;
    this.complete = options.complete ?? true;
    this.countsLines = options.countsLines ?? true;
  }

  /** Adds what has been read since. */
  append(text: Bytes): void {
    const clean = text.includes('\0') ? text.replaceAll('\0', '') : text;
    this.#text = this.#text.slice(this.#at) + clean;
    this.#at = 0;
  }

  /** Forgets all that has been read. */
  drop(): void {
    this.#text = '';
    this.#at = 0;
    this.forgetAliases();
  }

  /** Characters read so far of what has not been dropped. */
  get position(): number {
    return this.#at;
  }

  /** Characters that have been read from the script but not by the parser. */
  get waiting(): number {
    return this.#text.length - this.#at;
  }

  slice(from: number, to: number): Bytes {
    return this.#text.slice(from, to);
  }

  /** End of the line that holds the character before `position`, its newline included. */
  lineEnd(position: number): number {
    if (position > 0 && this.#text.charCodeAt(position - 1) === 10) return position;
    const newline = this.#text.indexOf('\n', position);
    return newline < 0 ? this.#text.length : newline + 1;
  }

  /** The line in which the character before `position` stands, without its newline. */
  lineAt(position: number): Bytes {
    const at = Math.max(0, position - 1);
    const from = this.#text.lastIndexOf('\n', at === 0 ? 0 : at - 1) + 1;
    const end = this.#text.indexOf('\n', from);
    return this.#text.slice(from, end < 0 ? undefined : end);
  }

  /** Goes back to a place and line where a command began. */
  rewind(position: number, line: number): void {
    this.#at = position;
    this.line = line;
    this.forgetAliases();
  }

  /** Drops the rest of alias texts, after an error. */
  forgetAliases(): void {
    for (const { alias } of this.#aliases) alias.inUse = false;
    this.#aliases.length = 0;
    this.#release();
  }

  next(): number {
    if (this.#released.length > 0) this.#release();
    for (;;) {
      const top = this.#aliases[this.#aliases.length - 1];
      if (top === undefined) break;
      if (top.at < top.text.length) return top.text.charCodeAt(top.at++);
      this.#aliases.pop();
      this.#released.push(top.alias);
      const last = top.text[top.text.length - 1];
      // A blank at its end makes the next word a candidate for an alias, too.
      if (last === ' ' || last === '\t') this.#aliasEnded = true;
    }
    if (this.#at < this.#text.length) return this.#text.charCodeAt(this.#at++);
    if (!this.complete) throw NEEDS_INPUT;
    return END;
  }

  /** Takes back the character that `next` has just returned. */
  back(code: number): void {
    if (code === END) return;
    const top = this.#aliases[this.#aliases.length - 1];
    if (top !== undefined && top.at > 0) top.at--;
    else this.#at--;
  }

  /** The next character, which stays. */
  peek(): number {
    const code = this.next();
    this.back(code);
    return code;
  }

  /** As `next`, but a backslash and a newline vanish. */
  nextJoined(): number {
    for (;;) {
      const code = this.next();
      if (code !== 92) return code;
      const following = this.next();
      if (following !== 10) {
        this.back(following);
        return code;
      }
      this.countLine();
    }
  }

  countLine(): void {
    if (this.countsLines) this.line++;
  }

  /** Puts an alias' text in front. */
  pushAlias(alias: Alias): void {
    if (alias.value === '') return;
    alias.inUse = true;
    this.#aliases.push({ alias, text: alias.value, at: 0 });
  }

  /** Whether an alias text that ends in a blank has been read to its end since the last call. */
  takeAliasEnded(): boolean {
    const ended = this.#aliasEnded;
    this.#aliasEnded = false;
    return ended;
  }

  /**
   * At the start of a line of a here-document: skips leading tabs if asked to, and if the line is the mark,
   * reads past it and returns true.
   */
  takeLine(mark: Bytes, stripTabs: boolean): boolean {
    if (this.#aliases.length > 0) return false;
    let at = this.#at;
    if (stripTabs) while (this.#text.charCodeAt(at) === 9) at++;
    const end = at + mark.length;
    if (!this.complete && end >= this.#text.length && mark.startsWith(this.#text.slice(at, end))) {
      throw NEEDS_INPUT;
    }
    this.#at = at;
    if (!this.#text.startsWith(mark, at)) return false;
    if (end < this.#text.length && this.#text.charCodeAt(end) !== 10) return false;
    this.#at = Math.min(end + 1, this.#text.length);
    this.countLine();
    return true;
  }

  #release(): void {
    for (const alias of this.#released) alias.inUse = false;
    this.#released.length = 0;
  }
}
