import { CR, isBreak, LF, utf8Width } from './characters';
import { scannerError, YamlError } from './yaml-error';

/** Bytes that the library reads at a time: a bad character is noticed when its piece is read. */
const PIECE = 512;

const FORBIDDEN = /[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

/** A place in a chunk: `index` counts UTF-16 units, `line` and `column` count from 0. */
export type Mark = { index: number; line: number; column: number };

/**
 * Steps through a chunk's characters and counts lines and columns. Models go-yaml v2's readerc.go:
 * characters outside YAML 1.1's set are an error as soon as the piece they stand in is read, even
 * if the scanner has not come to them yet.
 */
export class Reader {
  readonly text: string;
  pos = 0;
  line = 0;
  column = 0;
  private readonly readable: number;

  constructor(text: string) {
    this.text = text;
    const bad = FORBIDDEN.exec(text);
    this.readable = bad === null ? Number.POSITIVE_INFINITY : pieceStart(text, bad.index);
    // A byte order mark tells the encoding and is not part of the text.
    if (this.at() === 0xfeff) this.pos = 1;
    this.need(0);
  }

  /** Code unit at `offset` from here; 0 at the end of the text. */
  at(offset = 0): number {
    return this.text.charCodeAt(this.pos + offset) | 0;
  }

  mark(): Mark {
    return { index: this.pos, line: this.line, column: this.column };
  }

  /** Makes sure that `offset` more characters after this one have been read. */
  need(offset: number): void {
    if (this.pos + offset >= this.readable) {
      throw new YamlError('control characters are not allowed', undefined);
    }
  }

  skip(count = 1): void {
    for (let i = 0; i < count; i++) {
      const code = this.at();
      this.pos += code >= 0xd800 && code < 0xdc00 ? 2 : 1;
      this.column++;
    }
    this.need(0);
  }

  /** Steps over a line break and returns what it stands for in a scalar; '' if there is none. */
  skipBreak(): string {
    const code = this.at();
    if (!isBreak(code)) return '';
    this.pos += code === CR && this.at(1) === LF ? 2 : 1;
    this.line++;
    this.column = 0;
    this.need(0);
    return code === 0x2028 || code === 0x2029 ? String.fromCharCode(code) : '\n';
  }

  /** True at the start of a line that is `---` or `...` followed by a blank or the end. */
  atDocumentIndicator(): boolean {
    if (this.column !== 0) return false;
    const three = this.text.substr(this.pos, 3);
    if (three !== '---' && three !== '...') return false;
    const after = this.at(3);
    return after === 0 || after === 0x20 || after === 0x09 || isBreak(after);
  }

  error(problem: string): YamlError {
    return scannerError(problem, this.line);
  }
}

/** Start, in UTF-16 units, of the piece in which the character at `index` is read. */
function pieceStart(text: string, index: number): number {
  let start = 0;
  let bytes = 0;
  for (let i = 0; i < index; ) {
    const width = utf8Width(text, i);
    if (bytes + width > PIECE) {
      start = i;
      bytes = 0;
    }
    bytes += width;
    i += width === 4 ? 2 : 1;
  }
  return bytes + utf8Width(text, index) > PIECE ? index : start;
}
