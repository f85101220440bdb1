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

/**
 * Watches a connection for HTTP/1 exchanges, so that the picture can say `GET / 200` instead of "some
 * bytes". It sees what a packet capture would see and changes nothing.
 */
export class HttpObserver {
  #request: Bytes = '';
  #response: Bytes = '';
  #awaiting: { method: string; path: string } | null = null;
  #isHttp = true;
  readonly #onExchange: (exchange: HttpExchange) => void;

  constructor(onExchange: (exchange: HttpExchange) => void) {
    this.#onExchange = onExchange;
  }

  fromClient(bytes: Bytes): void {
    if (!this.#isHttp || this.#awaiting) return;
    this.#request = (this.#request + bytes).slice(0, HEAD_BYTES);
    const line = REQUEST_LINE.exec(this.#request);
    if (line) {
      this.#awaiting = { method: line[1] ?? '', path: fromBytes(line[2] ?? '') };
      this.#request = '';
      this.#response = '';
    } else if (this.#request.includes('\n') || this.#request.length >= HEAD_BYTES) {
      this.#isHttp = false;
    }
  }

  fromServer(bytes: Bytes): void {
    if (!this.#awaiting) return;
    this.#response = (this.#response + bytes).slice(0, HEAD_BYTES);
    const line = STATUS_LINE.exec(this.#response);
    if (line) {
      this.#onExchange({ ...this.#awaiting, status: Number(line[1]) });
      this.#awaiting = null;
    } else if (this.#response.length >= 12) {
      this.#isHttp = false;
      this.#awaiting = null;
    }
  }
}
