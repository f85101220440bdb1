import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import { resolveHost } from '../../runtime/net/resolver';
import type { Call, Sys } from '../../runtime/syscalls';
import type { FluentBitLog } from './log';

/** net.connect_timeout, seconds. */
const CONNECT_TIMEOUT = 10;

/** glibc's words where they differ from those of other programs here. */
const GLIBC_TEXT: Readonly<Record<string, string>> = {
  ETIMEDOUT: 'Connection timed out',
};

/** Connects to a host of the configuration. Undefined: it failed, and the log says why (src/flb_network.c). */
export function* connectUpstream(
  sys: Sys,
  log: FluentBitLog,
  host: Bytes,
  port: number,
): Call<number | undefined> {
  const address = yield* resolveHost(sys, host);
  if (address === undefined) {
    log.add('warn', `[net] getaddrinfo(host='${host}', err=4): Domain name not found`);
    return undefined;
  }
  try {
    return yield* sys.connect({ host: address, port }, CONNECT_TIMEOUT * 1000);
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    log.add(
      'error',
      error.errno === 'ETIMEDOUT'
        ? `[upstream] connection #-1 to tcp://${host}:${port} timed out after ${CONNECT_TIMEOUT} seconds (connection timeout)`
        : `[net] TCP connection failed: ${host}:${port} (${GLIBC_TEXT[error.errno] ?? error.message})`,
    );
    return undefined;
  }
}
