import type { Bytes } from '../../../runtime/bytes';

export interface HttpResponse {
  readonly status: number;
  /** By lower-case name. */
  readonly headers: ReadonlyMap<string, string>;
}

/** Reads one HTTP/1.x response from the bytes of a connection. Models Go's net/http ReadResponse. */
export class HttpResponseReader {
  response: HttpResponse | undefined;
  /** At most as many bytes as asked for. */
  body: Bytes = '';
  readonly #mostBody: number;
  #head: Bytes = '';
  #raw: Bytes = '';
  /** Bytes of the body that are to come: a number, in chunks, or until the connection ends. */
  #length: number | 'chunked' | 'until end' = 'until end';
  #received = 0;
  #chunksEnded = false;

  constructor(mostBody: number) {
    this.#mostBody = mostBody;
  }

  get headersComplete(): boolean {
    return this.response !== undefined;
  }

  get complete(): boolean {
    if (!this.response) return false;
    if (this.#length === 'chunked') return this.#chunksEnded;
    return typeof this.#length === 'number' && this.#received >= this.#length;
  }

  /** Takes more bytes; returns the first line when that is no HTTP. */
  add(bytes: Bytes): string | undefined {
    if (this.response) {
      this.#addBody(bytes);
      return undefined;
    }
    this.#head += bytes;
    const lineEnd = this.#head.search(/\r?\n/);
    const line = lineEnd < 0 ? this.#head : this.#head.slice(0, lineEnd);
    const isHttp = /^HTTP\/\d\.\d \d{3}/.test(line);
    if (!isHttp && (lineEnd >= 0 || !'HTTP/'.startsWith(line.slice(0, 5)))) return line;
    const end = /\r?\n\r?\n/.exec(this.#head);
    if (!end) return undefined;
    this.#readHead(line, this.#head.slice(line.length, end.index));
    this.#addBody(this.#head.slice(end.index + end[0].length));
    return undefined;
  }

  /** The connection has ended; returns whether the response is whole. */
  end(): boolean {
    return this.response !== undefined && (this.complete || this.#length === 'until end');
  }

  #readHead(line: Bytes, fields: Bytes): void {
    const headers = new Map<string, string>();
    for (const field of fields.split('\n')) {
      const colon = field.indexOf(':');
      if (colon > 0)
        headers.set(field.slice(0, colon).toLowerCase(), field.slice(colon + 1).trim());
    }
    // The line has been looked at: HTTP/1.1 200.
    const status = Number(line.slice(9, 12));
    this.response = { status, headers };
    const length = headers.get('content-length');
    if (headers.get('transfer-encoding') === 'chunked') this.#length = 'chunked';
    else if (length !== undefined) this.#length = Number(length);
    else if (status === 204 || status === 304) this.#length = 0;
  }

  #addBody(bytes: Bytes): void {
    if (this.#length === 'chunked') {
      this.#raw += bytes;
      this.#readChunks();
      return;
    }
    this.#received += bytes.length;
    this.#keep(bytes);
  }

  #readChunks(): void {
    for (;;) {
      const size = /^([0-9a-fA-F]+)[^\r\n]*\r?\n/.exec(this.#raw);
      if (!size) return;
      const length = Number.parseInt(size[1] ?? '0', 16);
      const from = size[0].length;
      if (length === 0) {
        this.#chunksEnded = true;
        return;
      }
      if (this.#raw.length < from + length + 2) return;
      this.#keep(this.#raw.slice(from, from + length));
      this.#raw = this.#raw.slice(from + length).replace(/^\r?\n/, '');
    }
  }

  #keep(bytes: Bytes): void {
    const room = this.#mostBody - this.body.length;
    if (room > 0) this.body += bytes.slice(0, room);
  }
}
