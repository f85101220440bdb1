import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import { type TlsConnected, tlsFinish, tlsHello } from '../../runtime/net/tls';
import type { Call, Sys } from '../../runtime/syscalls';
import { Failure, type Invocation, strerror } from './applet';

/** Bytes of a bad record that are printed, and of one that is read at once. */
const SHOWN_BYTES = 99;
const READ_BYTES = 16_384;

/** The alert that busybox has a name for. */
const HANDSHAKE_FAILURE = 40;

/**
 * A TLS handshake that trusts whoever answers. Throws Failure. Models networking/tls.c and the ssl_client that
 * wget leaves it to: when that has ended with its own message, wget finds its end of the line dead.
 */
export function* shakeHands(
  run: Invocation,
  fd: number,
  serverName: Bytes,
  timeoutMs: number | undefined,
): Call<void> {
  const { sys } = run;
  let answer: TlsConnected;
  try {
    answer = yield* tlsHello(sys, fd, {
      serverName,
      ...(timeoutMs !== undefined && { timeoutMs }),
    });
    if (answer.kind === 'certificates') {
      yield* tlsFinish(sys, fd);
      return;
    }
  } catch (error) {
    throw new Failure(`error getting response: ${strerror(error)}`);
  }
  if (answer.kind === 'late') throw new Failure('download timed out');
  if (answer.kind === 'alert') {
    const name = answer.code === HANDSHAKE_FAILURE ? 'handshake failure' : '';
    yield* run.complain(`TLS error from peer (alert code ${answer.code}): ${name}`);
  }
  if (answer.kind === 'plain') yield* showBadRecord(run, fd, answer.received);
  throw new Failure('error getting response: Connection reset by peer');
}

function* showBadRecord(run: Invocation, fd: number, begin: Bytes): Call<void> {
  const bytes = begin + (yield* whatHasCome(run.sys, fd));
  yield* run.complain(`got bad TLS record (len:${bytes.length}) while expecting handshake record`);
  const hex = [...bytes.slice(0, SHOWN_BYTES)].map(
    (byte) => ` ${byte.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
  yield* run.say(`${hex.join('')}\n`);
}

function* whatHasCome(sys: Sys, fd: number): Call<Bytes> {
  try {
    const ready = yield* sys.poll([{ fd }], 0);
    return ready === undefined ? '' : yield* sys.read(fd, READ_BYTES);
  } catch (error) {
    if (error instanceof SysError) return '';
    throw error;
  }
}
