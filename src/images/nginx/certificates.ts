import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import { type Certificate, publicHalfOfKey, readCertificates } from '../../runtime/net/certificate';
import { readFile } from '../../runtime/read-file';
import type { Call, Sys } from '../../runtime/syscalls';
import { ConfigError } from './config';
import { argsOf, type Scope } from './scope';

const NO_START_LINE = 'error:0480006C:PEM routines::no start line:Expecting:';

/** The certificates of a server that listens with `ssl` at a place. Throws ConfigError. Models ngx_event_openssl.c. */
export function* loadCertificates(
  sys: Sys,
  scope: Scope,
  place: string,
): Call<readonly Certificate[]> {
  const path = argsOf(scope, 'ssl_certificate')?.[0];
  if (path === undefined) {
    throw new ConfigError(
      `no "ssl_certificate" is defined for the "listen ... ssl" directive in ${place}`,
    );
  }
  const keyPath = argsOf(scope, 'ssl_certificate_key')?.[0];
  if (keyPath === undefined) {
    throw new ConfigError(`no "ssl_certificate_key" is defined for certificate "${path}"`);
  }
  const chain = readCertificates(yield* readPem(sys, absolute(path), 'certificate'));
  const [leaf] = chain;
  if (!leaf) {
    throw new ConfigError(
      `cannot load certificate "${absolute(path)}": PEM_read_bio_X509_AUX() failed (SSL: ${NO_START_LINE} TRUSTED CERTIFICATE)`,
    );
  }
  const publicHalf = publicHalfOfKey(yield* readPem(sys, absolute(keyPath), 'certificate key'));
  if (publicHalf === undefined) {
    throw new ConfigError(
      `cannot load certificate key "${absolute(keyPath)}": PEM_read_bio_PrivateKey() failed (SSL: ${NO_START_LINE} ANY PRIVATE KEY)`,
    );
  }
  if (publicHalf !== leaf.publicKey) {
    throw new ConfigError(
      `SSL_CTX_use_PrivateKey("${absolute(keyPath)}") failed (SSL: error:05800074:x509 certificate routines::key values mismatch)`,
    );
  }
  return chain;
}

function absolute(path: Bytes): Bytes {
  return path.startsWith('/') ? path : `/etc/nginx/${path}`;
}

function* readPem(sys: Sys, path: Bytes, what: string): Call<Bytes> {
  try {
    return yield* readFile(sys, path);
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    const number = error.errno === 'ENOENT' ? 2 : 13;
    const last =
      number === 2
        ? 'error:10000080:BIO routines::no such file'
        : 'error:10080002:BIO routines::system lib';
    throw new ConfigError(
      `cannot load ${what} "${path}": BIO_new_file() failed (SSL: error:8000000${number.toString(16).toUpperCase()}:system library::${error.message}:calling fopen(${path}, r) ${last})`,
    );
  }
}
