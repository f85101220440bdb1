import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import {
  type Certificate,
  checkChain,
  matchesHost,
  readCertificates,
} from '../../runtime/net/certificate';
import { type TlsConnected, tlsFinish, tlsHello, tlsRefuse } from '../../runtime/net/tls';
import { readFile } from '../../runtime/read-file';
import type { Call, Sys } from '../../runtime/syscalls';
import { clockTime, monthName } from '../http/message';
import type { CurlOptions } from './options';
import type { Url } from './url';

/** Where curl looks for trusted authorities when nobody says. */
export const DEFAULT_AUTHORITIES = '/etc/ssl/certs/ca-certificates.crt';

/** A transfer that failed: curl's exit code and text. */
export interface Failure {
  readonly code: number;
  readonly message: string;
}

/** How OpenSSL names the alerts that a server may end a handshake with. */
const ALERTS: Readonly<Record<number, string>> = {
  40: '0A000410:SSL routines::ssl/tls alert handshake failure',
  70: '0A00042E:SSL routines::tlsv1 alert protocol version',
  80: '0A000438:SSL routines::tlsv1 alert internal error',
  112: '0A000458:SSL routines::tlsv1 unrecognized name',
};

/** The alert for a certificate that is for somebody else. */
const BAD_CERTIFICATE = 42;

/** Shakes hands over TLS; undefined when it went well. Models lib/vtls/openssl.c. */
export function* secure(
  sys: Sys,
  fd: number,
  url: Url,
  options: CurlOptions,
  timeoutMs: number,
): Call<Failure | undefined> {
  const trusted = yield* readAuthorities(sys, options);
  if ('code' in trusted) return trusted;
  const say = function* (text: string): Call<void> {
    if (options.verbose) yield* sys.write(2, `* ${text}\n`);
  };
  yield* say('ALPN: curl offers h2,http/1.1');
  yield* say('TLSv1.3 (OUT), TLS handshake, Client hello (1):');
  const answer = yield* hello(sys, fd, url, timeoutMs);
  if ('message' in answer) return answer;
  if (answer.kind !== 'certificates') return refusal(answer, timeoutMs);
  yield* say('TLSv1.3 (IN), TLS handshake, Certificate (11):');
  const { chain } = answer;
  const failure = options.insecure
    ? undefined
    : problemOf(chain, trusted.authorities, url, sys.nowMs);
  if (failure) {
    yield* tlsRefuse(sys, fd, failure.alert);
    return failure;
  }
  yield* tlsFinish(sys, fd);
  const [leaf] = chain;
  if (!leaf) return undefined;
  yield* say('SSL connection using TLSv1.3 / TLS_AES_256_GCM_SHA384');
  yield* say('Server certificate:');
  yield* say(`  subject: ${leaf.subject}`);
  yield* say(`  start date: ${dateText(leaf.notBeforeMs)}`);
  yield* say(`  expire date: ${dateText(leaf.notAfterMs)}`);
  yield* say(`  issuer: ${leaf.issuer}`);
  const verdict = checkChain(chain, trusted.authorities, sys.nowMs);
  yield* say(
    verdict
      ? `SSL certificate verify result: ${verdict.text} (${verdict.number}), continuing anyway.`
      : 'SSL certificate verify ok.',
  );
  return undefined;
}

/** The authorities that --cacert, the environment or the image name. */
function* readAuthorities(
  sys: Sys,
  options: CurlOptions,
): Call<{ readonly authorities: readonly Certificate[] } | Failure> {
  const fromEnvironment = ['CURL_CA_BUNDLE', 'SSL_CERT_FILE']
    .map((name) => sys.env.get(name) ?? '')
    .find((value) => value !== '');
  const path = options.authorities ?? fromEnvironment ?? DEFAULT_AUTHORITIES;
  let authorities: readonly Certificate[] = [];
  try {
    authorities = readCertificates(yield* readFile(sys, path));
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
  }
  if (authorities.length > 0 || options.insecure) return { authorities };
  return { code: 77, message: `error adding trust anchors from file: ${path}` };
}

function* hello(sys: Sys, fd: number, url: Url, timeoutMs: number): Call<TlsConnected | Failure> {
  try {
    return yield* tlsHello(sys, fd, { serverName: url.host, timeoutMs });
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    return {
      code: 35,
      message: `OpenSSL SSL_connect: ${error.message} in connection to ${url.host}:${url.port} `,
    };
  }
}

/** What a handshake that did not come to certificates means. */
function refusal(
  answer: Exclude<TlsConnected, { kind: 'certificates' }>,
  timeoutMs: number,
): Failure {
  if (answer.kind === 'late') {
    return { code: 28, message: `SSL connection timed out after ${timeoutMs} milliseconds` };
  }
  if (answer.kind === 'closed') {
    return {
      code: 35,
      message: 'TLS connect error: error:0A000126:SSL routines::unexpected eof while reading',
    };
  }
  if (answer.kind === 'alert') {
    const text = ALERTS[answer.code] ?? ALERTS[40];
    return { code: 35, message: `TLS connect error: error:${text}` };
  }
  // Five bytes of a plain answer read as a record's head: of what length depends on its first words.
  const length = answer.received.charCodeAt(3) * 256 + answer.received.charCodeAt(4);
  const reason =
    length > MAX_RECORD_BYTES
      ? '0A0000C6:SSL routines::packet length too long'
      : '0A00010B:SSL routines::wrong version number';
  return { code: 35, message: `TLS connect error: error:${reason}` };
}

/** Most bytes of an encrypted record (RFC 8446), beyond which OpenSSL looks at nothing else. */
const MAX_RECORD_BYTES = 16_384 + 256;

const LEARN_MORE = `
More details here: https://curl.se/docs/sslcerts.html

curl failed to verify the legitimacy of the server and therefore could not
establish a secure connection to it. To learn more about this situation and
how to fix it, please visit the webpage mentioned above.`;

function problemOf(
  chain: readonly Certificate[],
  trusted: readonly Certificate[],
  url: Url,
  nowMs: number,
): (Failure & { readonly alert: number }) | undefined {
  const untrusted = checkChain(chain, trusted, nowMs);
  if (untrusted) {
    const message = `SSL certificate problem: ${untrusted.text}${LEARN_MORE}`;
    return { code: 60, message, alert: untrusted.alert };
  }
  const [leaf] = chain;
  if (!leaf || matchesHost(leaf, url.host)) return undefined;
  const target = /^\d+\.\d+\.\d+\.\d+$/.test(url.host) ? 'ipv4 address' : 'hostname';
  const text = leaf.hasAlternativeNames
    ? `SSL: no alternative certificate subject name matches target ${target} '${url.host}'`
    : `SSL: certificate subject name '${leaf.commonName ?? ''}' does not match target hostname '${url.host}'`;
  return { code: 60, message: text + LEARN_MORE, alert: BAD_CERTIFICATE };
}

/** `Nov 21 15:15:42 2026 GMT`. */
function dateText(unixMs: number): Bytes {
  const date = new Date(unixMs);
  const day = String(date.getUTCDate()).padStart(2);
  return `${monthName(unixMs)} ${day} ${clockTime(unixMs)} ${date.getUTCFullYear()} GMT`;
}
