import { type Bytes, fromBytes } from '../bytes';

/** What a connection's first exchange was, once the answer's first line is known. */
export interface HttpExchange {
  readonly method: string;
  readonly path: string;
  readonly status: number;
}

const REQUEST_LINE = /^([A-Z]{3,7}) (\S+) HTTP\/1\.[01]\r?\n/;
const STATUS_LINE = /^HTTP\/1\.[01] (\d{3})/;
/** Enough for any request line worth showing. */
const HEAD_BYTES = 2_048;
/** As long as `HTTP/1.1 200`. */
const STATUS_LINE_BYTES = 12;

/**
 * Watches a connection for HTTP/1 exchanges, so that the picture can say `GET / 200` instead of "some
 * bytes". It sees what a packet capture would see and changes nothing.
 */
export class HttpObserver {
  #request: Bytes = '';
  #response: Bytes = '';
  /** Of a request that has not been answered. */
  #method: string | undefined;
  #path = '';
  #isHttp = true;

  fromClient(bytes: Bytes): void {
    if (!this.#isHttp || this.#method !== undefined) return;
    this.#request = (this.#request + bytes).slice(0, HEAD_BYTES);
    const line = REQUEST_LINE.exec(this.#request);
    if (line) {
      this.#method = line[1] ?? '';
      this.#path = fromBytes(line[2] ?? '');
      this.#request = '';
      this.#response = '';
    } else if (this.#request.includes('\n') || this.#request.length >= HEAD_BYTES) {
      this.#isHttp = false;
    }
  }

  /** Returns the exchange that the bytes have completed. */
  fromServer(bytes: Bytes): HttpExchange | undefined {
    const method = this.#method;
    if (method === undefined) return undefined;
    this.#response = (this.#response + bytes).slice(0, HEAD_BYTES);
    const line = STATUS_LINE.exec(this.#response);
    if (line) {
      this.#method = undefined;
      return { method, path: this.#path, status: Number(line[1]) };
    }
    if (this.#response.length >= STATUS_LINE_BYTES) {
      this.#isHttp = false;
      this.#method = undefined;
    }
    return undefined;
  }
}
