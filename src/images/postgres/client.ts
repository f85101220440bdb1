import type { Bytes } from '../../runtime/bytes';
import type { Call, Sys } from '../../runtime/syscalls';
import { MessageStream } from '../message-stream';
import {
  cStrings,
  firstMessage,
  int32,
  message,
  PROTOCOL,
  type ReceivedMessage,
  readFields,
  readInt16,
  readInt32,
  readMessage,
} from './wire';

/** Types of result columns whose values stand to the right: numbers. */
const NUMERIC_TYPES = new Set([20, 21, 23, 700, 701, 1700]);

export interface PostgresColumn {
  readonly name: Bytes;
  readonly numeric: boolean;
}

/** What one statement of a query has yielded. */
export interface PostgresResult {
  /** `SELECT 2`; '' for an empty statement. */
  readonly tag: Bytes;
  readonly columns: readonly PostgresColumn[];
  readonly rows: readonly (readonly (Bytes | null)[])[];
  /** Notices said on the way. */
  readonly notices: readonly ReadonlyMap<string, Bytes>[];
  readonly error?: ReadonlyMap<string, Bytes>;
}

/** Why a connection could not be made, or was lost. */
export type ConnectionFailure =
  | { readonly kind: 'error'; readonly fields: ReadonlyMap<string, Bytes> }
  | { readonly kind: 'no password' }
  | { readonly kind: 'closed' };

/** A client's side of a connection that has been opened by somebody else. */
export class PostgresClient {
  readonly #sys: Sys;
  readonly #fd: number;
  readonly #messages: MessageStream<ReceivedMessage>;
  /** Settings that the server has told, e.g. `server_version`. */
  readonly parameters = new Map<Bytes, Bytes>();
  /** `I` idle, `T` in a transaction, `E` in one that failed. */
  transaction = 'I';

  constructor(sys: Sys, fd: number) {
    this.#sys = sys;
    this.#fd = fd;
    this.#messages = new MessageStream(sys, fd, readMessage);
  }

  /** Logs in; undefined when that has worked. */
  *logIn(
    user: Bytes,
    database: Bytes,
    password: Bytes | undefined,
  ): Call<ConnectionFailure | undefined> {
    const parameters = cStrings('user', user, 'database', database);
    if (!(yield* this.#messages.send(firstMessage(`${int32(PROTOCOL)}${parameters}\0`)))) {
      return { kind: 'closed' };
    }
    for (;;) {
      const next = (yield* this.#messages.receive())?.message;
      if (!next) return { kind: 'closed' };
      if (next.type === 'E') return { kind: 'error', fields: readFields(next.body) };
      if (next.type === 'Z') return undefined;
      if (next.type === 'S') {
        const [name = '', value = ''] = next.body.split('\0');
        this.parameters.set(name, value);
      }
      if (next.type === 'R' && readInt32(next.body, 0) !== 0) {
        if (password === undefined) return { kind: 'no password' };
        if (!(yield* this.#messages.send(message('p', cStrings(password)))))
          return { kind: 'closed' };
      }
    }
  }

  /** Runs a text of statements; undefined when the server has gone. */
  *query(sql: Bytes): Call<readonly PostgresResult[] | undefined> {
    if (!(yield* this.#messages.send(message('Q', cStrings(sql))))) return undefined;
    const results: PostgresResult[] = [];
    let columns: PostgresColumn[] = [];
    let rows: (Bytes | null)[][] = [];
    let notices: ReadonlyMap<string, Bytes>[] = [];
    const finish = (tag: Bytes, error?: ReadonlyMap<string, Bytes>) => {
      results.push({ tag, columns, rows, notices, ...(error ? { error } : {}) });
      columns = [];
      rows = [];
      notices = [];
    };
    for (;;) {
      const next = (yield* this.#messages.receive())?.message;
      if (!next) return undefined;
      if (next.type === 'T') columns = readColumns(next.body);
      else if (next.type === 'D') rows.push(readRow(next.body));
      else if (next.type === 'N') notices.push(readFields(next.body));
      else if (next.type === 'C') finish(next.body.replace(/\0$/, ''));
      else if (next.type === 'I') finish('');
      else if (next.type === 'E') finish('', readFields(next.body));
      else if (next.type === 'Z') {
        this.transaction = next.body;
        return results;
      }
    }
  }

  close(): void {
    this.#sys.close(this.#fd);
  }
}

/** Bytes of a column's description behind its name. */
const COLUMN_BYTES = 18;

function readColumns(body: Bytes): PostgresColumn[] {
  const columns: PostgresColumn[] = [];
  for (let at = 2; at < body.length; ) {
    const end = body.indexOf('\0', at);
    const type = readInt32(body, end + 7);
    columns.push({ name: body.slice(at, end), numeric: NUMERIC_TYPES.has(type) });
    at = end + 1 + COLUMN_BYTES;
  }
  return columns;
}

function readRow(body: Bytes): (Bytes | null)[] {
  const values: (Bytes | null)[] = [];
  let at = 2;
  for (let left = readInt16(body, 0); left > 0; left--) {
    const length = readInt32(body, at);
    at += 4;
    values.push(length < 0 ? null : body.slice(at, at + length));
    at += Math.max(length, 0);
  }
  return values;
}
