import type { Bytes } from '../bytes';
import { SysError } from '../errno';
import type { Call, Sys } from '../syscalls';
import { bigEndian, bigEndianAt } from './big-endian';
import { type Certificate, parseCertificate } from './certificate';

/**
 * TLS as the lab has it: the records of a handshake (who is asked for, the certificates of who answers, and
 * whether the client is content) go over the connection, and after them plain bytes. Nothing is encrypted:
 * what a learner meets of TLS is who trusts whom, and the errors when one side does not speak it.
 */

const HANDSHAKE = 0x16;
const ALERT = 0x15;
const CLIENT_HELLO = 1;
const CERTIFICATE = 2;
const FINISHED = 20;
const HEADER_BYTES = 5;
/** A server without a certificate for anybody. */
export const HANDSHAKE_FAILURE = 40;

function record(type: number, body: Bytes): Bytes {
  return `${String.fromCharCode(type)}\x03\x01${bigEndian(body.length, 2)}${body}`;
}

function message(type: number, body: Bytes): Bytes {
  return record(HANDSHAKE, String.fromCharCode(type) + bigEndian(body.length, 3) + body);
}

export function tlsAlert(code: number): Bytes {
  return record(ALERT, `\x02${String.fromCharCode(code)}`);
}

/** Whether bytes could begin a TLS record of this version. */
export function looksLikeTls(bytes: Bytes): boolean {
  const first = bytes.charCodeAt(0);
  return (
    (first === HANDSHAKE || first === ALERT) && (bytes.length < 2 || bytes.charCodeAt(1) === 3)
  );
}

/** Bytes that the record at the start takes; undefined while its head is incomplete. */
function recordLength(bytes: Bytes): number | undefined {
  return bytes.length < HEADER_BYTES ? undefined : HEADER_BYTES + bigEndianAt(bytes, 3, 2);
}

function body(text: Bytes): { readonly type: number; readonly content: Bytes } {
  return { type: text.charCodeAt(HEADER_BYTES), content: text.slice(HEADER_BYTES + 4) };
}

/** The server's certificates for the name that a client asks for; none: no handshake. */
export type ChainFor = (serverName: Bytes) => readonly Certificate[];

/** How a server's side of a connection stands after what has come in. */
export interface TlsReceived {
  /** To be sent back. */
  readonly reply: Bytes;
  /** What the client has said behind the handshake. */
  readonly data: Bytes;
  /** `plain`: the client does not speak TLS; its bytes are in `data`. A number: the alert it sent or got. */
  readonly failure?: 'plain' | number;
}

/** A server's side of one connection, fed with what comes in. */
export class TlsServerSide {
  readonly #chainFor: ChainFor;
  #received: Bytes = '';
  #state: 'hello' | 'finish' | 'open' = 'hello';
  #serverName: Bytes = '';

  constructor(chainFor: ChainFor) {
    this.#chainFor = chainFor;
  }

  /** Whether the handshake is over: bytes are the application's. */
  get open(): boolean {
    return this.#state === 'open';
  }

  /** The name that the client asked for (SNI); '' if it did not. */
  get serverName(): Bytes {
    return this.#serverName;
  }

  receive(bytes: Bytes): TlsReceived {
    if (this.#state === 'open') return { reply: '', data: bytes };
    this.#received += bytes;
    let reply: Bytes = '';
    for (;;) {
      if (this.#received !== '' && !looksLikeTls(this.#received)) {
        return { reply, data: this.#received, failure: 'plain' };
      }
      const length = recordLength(this.#received);
      if (length === undefined || this.#received.length < length) return { reply, data: '' };
      const text = this.#received.slice(0, length);
      this.#received = this.#received.slice(length);
      if (text.charCodeAt(0) === ALERT) {
        return { reply, data: '', failure: text.charCodeAt(HEADER_BYTES + 1) };
      }
      if (this.#state === 'finish') {
        this.#state = 'open';
        return { reply, data: this.#received };
      }
      this.#serverName = body(text).content;
      const chain = this.#chainFor(this.#serverName);
      if (chain.length === 0) {
        return { reply: tlsAlert(HANDSHAKE_FAILURE), data: '', failure: HANDSHAKE_FAILURE };
      }
      this.#state = 'finish';
      reply += message(
        CERTIFICATE,
        chain.map(({ der }) => bigEndian(der.length, 3) + der).join(''),
      );
    }
  }
}

/** How a handshake that a server waits for has ended. */
export type TlsAccepted =
  | { readonly kind: 'open'; readonly serverName: Bytes }
  | { readonly kind: 'plain'; readonly received: Bytes }
  | { readonly kind: 'alert'; readonly code: number }
  | { readonly kind: 'closed' };

/**
 * A server's handshake on a connection that it serves alone. Reads no byte beyond the handshake, so that the
 * descriptor can be used as before afterwards. Socket errors come through as SysError.
 */
export function* tlsAccept(sys: Sys, fd: number, chainFor: ChainFor): Call<TlsAccepted> {
  const side = new TlsServerSide(chainFor);
  for (;;) {
    const text = yield* readRecord(sys, fd);
    if (text === '') return { kind: 'closed' };
    const { reply, data, failure } = side.receive(text);
    if (reply !== '') yield* sys.write(fd, reply);
    if (failure === 'plain') return { kind: 'plain', received: data };
    if (failure !== undefined) return { kind: 'alert', code: failure };
    if (side.open) return { kind: 'open', serverName: side.serverName };
  }
}

/** One record, or what came instead of one; '' at the end of the connection. */
function* readRecord(sys: Sys, fd: number): Call<Bytes> {
  let text: Bytes = '';
  for (;;) {
    const wanted = (recordLength(text) ?? HEADER_BYTES) - text.length;
    if (wanted <= 0) return text;
    const more = yield* sys.read(fd, wanted);
    if (more === '') return text;
    text += more;
    if (!looksLikeTls(text)) return text;
  }
}

/** What a client's handshake has come to. */
export type TlsConnected =
  | { readonly kind: 'certificates'; readonly chain: readonly Certificate[] }
  /** The other side does not speak TLS. */
  | { readonly kind: 'plain'; readonly received: Bytes }
  | { readonly kind: 'alert'; readonly code: number }
  | { readonly kind: 'closed' }
  | { readonly kind: 'late' };

/**
 * A client's half of a handshake up to the server's certificates; `tlsFinish` accepts them, `tlsRefuse` does
 * not. Between and after, the descriptor is used as before. Socket errors come through as SysError.
 */
export function* tlsHello(
  sys: Sys,
  fd: number,
  options: { readonly serverName: Bytes; readonly timeoutMs?: number },
): Call<TlsConnected> {
  const { serverName, timeoutMs } = options;
  // No name indication for an address (RFC 6066).
  const name = /^\d+\.\d+\.\d+\.\d+$/.test(serverName) ? '' : serverName;
  yield* sys.write(fd, message(CLIENT_HELLO, name));
  if (timeoutMs !== undefined && (yield* sys.poll([{ fd }], timeoutMs)) === undefined) {
    return { kind: 'late' };
  }
  const text = yield* readRecord(sys, fd);
  if (text === '') return { kind: 'closed' };
  if (!looksLikeTls(text)) return { kind: 'plain', received: text };
  if (text.charCodeAt(0) === ALERT) return { kind: 'alert', code: text.charCodeAt(6) };
  const { content } = body(text);
  const chain: Certificate[] = [];
  for (let at = 0; at < content.length; ) {
    const length = bigEndianAt(content, at, 3);
    const certificate = parseCertificate(content.slice(at + 3, at + 3 + length));
    if (certificate) chain.push(certificate);
    at += 3 + length;
  }
  return { kind: 'certificates', chain };
}

/** What a client that is no program sends first (the kubelet's probes). */
export function tlsClientHello(serverName: Bytes): Bytes {
  return message(CLIENT_HELLO, /^\d+(\.\d+){3}$/.test(serverName) ? '' : serverName);
}

/** What it sends when it accepts the server's certificates. */
export function tlsClientFinished(): Bytes {
  return message(FINISHED, '');
}

/** What a server's first bytes are, as such a client takes them; undefined: they are not complete. */
export function tlsServerAnswer(
  received: Bytes,
):
  | { readonly kind: 'certificates' | 'plain' }
  | { readonly kind: 'alert'; readonly code: number }
  | undefined {
  if (received === '') return undefined;
  if (!looksLikeTls(received)) return { kind: 'plain' };
  const length = recordLength(received);
  if (length === undefined || received.length < length) return undefined;
  const isAlert = received.charCodeAt(0) === ALERT;
  return isAlert
    ? { kind: 'alert', code: received.charCodeAt(HEADER_BYTES + 1) }
    : { kind: 'certificates' };
}

export function* tlsFinish(sys: Sys, fd: number): Call<void> {
  yield* sys.write(fd, message(FINISHED, ''));
}

/** Tells the server why the client goes. */
export function* tlsRefuse(sys: Sys, fd: number, alert: number): Call<void> {
  try {
    yield* sys.write(fd, tlsAlert(alert));
  } catch (error) {
    // The server need not hear it.
    if (!(error instanceof SysError)) throw error;
  }
}
