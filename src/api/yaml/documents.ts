import { type ExactJson, goJson } from '../golang/json';
import { constructJson } from './construct';
import { compactJson, scanJsonValue } from './json-scanner';
import { limits } from './limits';
import { parseDocument, type YamlNode } from './parser';
import { decodeUtf8, encodeUtf8, wellFormed } from './utf8';
import { YamlError } from './yaml-error';

/** One document of a manifest. */
export type ManifestDocument = {
  value: ExactJson;
  /** The JSON text that kubectl makes of it. */
  json: string;
  /** The text it was read from, and where that begins: lines and columns count from 0. */
  source: string;
  line: number;
  column: number;
  node: YamlNode | undefined;
};

export type DocumentsRead = {
  documents: ManifestDocument[];
  error?: string;
  /** 0-based line of the whole text at which reading stopped, where it is known. */
  errorLine?: number;
};

/** How far kubectl looks for the brace that makes a file JSON, in bytes. */
const JSON_LOOK_AHEAD = 4096;

const GO_SPACE = /^[\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]*/;

/**
 * Reads a file's text document by document until its end or the first error. Models apimachinery's
 * util/yaml YAMLOrJSONDecoder and cli-runtime's StreamVisitor: a text that begins with a brace is
 * read as a stream of JSON values first and as YAML when that fails; empty documents are skipped.
 */
export function readDocuments(text: string): DocumentsRead {
  if (text.length > limits.textLength) {
    return { documents: [], error: tooLong(text.length) };
  }
  const stream = new DocumentStream(wellFormed(text.replace(/^\ufeff/, '')));
  try {
    while (stream.next());
    return { documents: stream.documents };
  } catch (error) {
    if (!(error instanceof StreamError)) throw error;
    const { message, line } = error;
    return { documents: stream.documents, error: message, errorLine: line };
  }
}

function tooLong(length: number): string {
  return `the text has ${length} characters; Podlab reads at most ${limits.textLength}`;
}

class StreamError extends Error {
  readonly line: number | undefined;

  constructor(message: string, line?: number) {
    super(message);
    this.line = line;
  }
}

class DocumentStream {
  readonly documents: ManifestDocument[] = [];
  private json: JsonStream | undefined;
  private yaml: YamlStream | undefined;

  constructor(text: string) {
    if (looksLikeJson(text)) this.json = new JsonStream(text);
    else this.yaml = new YamlStream(text, 0, 0);
  }

  /** Reads the next document; false at the end. */
  next(): boolean {
    const failure = this.json === undefined ? undefined : this.nextJson(this.json);
    if (failure === true) return true;
    if (failure === false) return false;
    if (this.yaml === undefined) throw failure ?? new StreamError('');
    try {
      const document = this.yaml.next();
      if (document === undefined) return false;
      this.add(document);
      return true;
    } catch (error) {
      throw failure ?? error;
    }
  }

  /** True: a value was read. False: the end. An error: the rest is to be read as YAML. */
  private nextJson(json: JsonStream): boolean | StreamError {
    const result = json.next();
    if (result === undefined) return false;
    if (!(result instanceof StreamError)) {
      this.add(result);
      return true;
    }
    // After more than one JSON value the stream is taken to be JSON for good.
    if (json.count > 1) throw new StreamError(json.bareMessage, result.line);
    this.json = undefined;
    this.yaml = json.restAsYaml();
    return result;
  }

  private add(document: ManifestDocument): void {
    if (document.value !== null) this.documents.push(document);
  }
}

function looksLikeJson(text: string): boolean {
  const blank = GO_SPACE.exec(text)?.[0] ?? '';
  return text.charAt(blank.length) === '{' && encodeUtf8(blank).length < JSON_LOOK_AHEAD;
}

class JsonStream {
  count = 0;
  /** The last error's text without its place. */
  bareMessage = '';
  private readonly bytes: string;
  private pos = 0;

  constructor(text: string) {
    this.bytes = encodeUtf8(text);
  }

  next(): ManifestDocument | StreamError | undefined {
    const scan = scanJsonValue(this.bytes, this.pos);
    switch (scan.kind) {
      case 'end':
        return undefined;
      case 'cut off':
        this.bareMessage = 'unexpected EOF';
        return new StreamError(this.bareMessage, this.lineAt(this.bytes.length));
      case 'error':
        this.bareMessage = scan.message;
        return new StreamError(
          `json: offset ${scan.offset}: ${scan.message}`,
          this.lineAt(scan.offset - 1),
        );
    }
    this.pos = scan.end;
    this.count++;
    const source = fromBytes(this.bytes.slice(scan.start, scan.end));
    return {
      value: JSON.parse(source) as ExactJson,
      json: compactJson(source),
      source,
      line: this.lineAt(scan.start),
      column: this.columnAt(scan.start),
      node: undefined,
    };
  }

  /** The unread rest, without the blanks up to its first line; undefined if too little is left. */
  restAsYaml(): YamlStream | undefined {
    for (let pos = this.pos; pos + 4 <= this.bytes.length; pos++) {
      const char = this.bytes.charAt(pos);
      if (char === '\n') return this.yamlFrom(pos + 1);
      if (!' \t\v\f\r'.includes(char)) return this.yamlFrom(pos);
    }
    return undefined;
  }

  private yamlFrom(pos: number): YamlStream {
    return new YamlStream(fromBytes(this.bytes.slice(pos)), this.lineAt(pos), this.columnAt(pos));
  }

  private lineAt(pos: number): number {
    let line = 0;
    for (let i = this.bytes.indexOf('\n'); i >= 0 && i < pos; i = this.bytes.indexOf('\n', i + 1)) {
      line++;
    }
    return line;
  }

  private columnAt(pos: number): number {
    if (pos === 0) return 0;
    const lineStart = this.bytes.lastIndexOf('\n', pos - 1) + 1;
    return fromBytes(this.bytes.slice(lineStart, pos)).length;
  }
}

function fromBytes(bytes: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the range of ASCII is meant.
  if (/^[\x00-\x7f]*$/.test(bytes)) return bytes;
  return decodeUtf8(Array.from(bytes, (char) => char.charCodeAt(0)));
}

/** Cuts a text at its separator lines and converts each piece. */
class YamlStream {
  private readonly lines: string[];
  private cursor = 0;
  private readonly firstLine: number;
  private readonly firstColumn: number;

  constructor(text: string, firstLine: number, firstColumn: number) {
    this.firstLine = firstLine;
    this.firstColumn = firstColumn;
    this.lines = text.split('\n');
    if (this.lines.at(-1) === '') this.lines.pop();
    else this.lines[this.lines.length - 1] += '\0';
    // A carriage return before a line feed goes; one at the very end of the text stays.
    this.lines = this.lines.map((line) =>
      line.endsWith('\0') ? line.slice(0, -1) : line.replace(/\r$/, ''),
    );
  }

  next(): ManifestDocument | undefined {
    const start = this.cursor;
    const piece = this.piece();
    if (piece === undefined) return undefined;
    const line = this.firstLine + start;
    const column = start === 0 ? this.firstColumn : 0;
    try {
      const node = parseDocument(piece);
      const value = node === undefined ? null : constructJson(node);
      return { value, json: goJson(value), source: piece, line, column, node };
    } catch (error) {
      if (!(error instanceof Error) || error instanceof RangeError) throw error;
      const at = error instanceof YamlError ? error.line : undefined;
      throw new StreamError(
        `error converting YAML to JSON: ${error.message}`,
        at === undefined ? undefined : line + at,
      );
    }
  }

  /** The next piece: a separator line ends it, unless nothing stands before that line. */
  private piece(): string | undefined {
    let piece = '';
    while (this.cursor < this.lines.length) {
      const line = this.lines[this.cursor] as string;
      const number = this.firstLine + this.cursor;
      this.cursor++;
      if (line.startsWith('---')) {
        const rest = goTrim(line.slice(3));
        if (rest !== '' && !rest.startsWith('#')) {
          throw new StreamError(`invalid Yaml document separator: ${rest}`, number);
        }
        if (piece !== '') return piece;
      }
      piece += `${line}\n`;
    }
    return piece === '' ? undefined : piece;
  }
}

function goTrim(text: string): string {
  const from = GO_SPACE.exec(text)?.[0].length ?? 0;
  return text
    .slice(from)
    .replace(/[\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+$/, '');
}
