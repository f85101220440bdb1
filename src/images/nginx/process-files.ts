import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import { readFile } from '../../runtime/read-file';
import type { Call, Sys } from '../../runtime/syscalls';
import { errorNumber } from './errors';

export function* kernelRelease(sys: Sys): Call<Bytes> {
  try {
    return (yield* readFile(sys, '/proc/sys/kernel/osrelease')).trim();
  } catch (error) {
    if (error instanceof SysError) return '';
    throw error;
  }
}

const CACHE = '/var/cache/nginx';

/** Makes the folders that bodies and answers are buffered in; the text of what went wrong. */
export function makeFolders(sys: Sys): string | undefined {
  for (const name of ['client', 'proxy', 'fastcgi', 'uwsgi', 'scgi']) {
    const path = `${CACHE}/${name}_temp`;
    try {
      sys.mkdir(path, 0o700);
      if (sys.uid === 0) sys.chown(path, NGINX_USER, undefined);
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
      if (error.errno === 'EEXIST') continue;
      return `mkdir() "${path}" failed (${errorNumber(error)}: ${error.message})`;
    }
  }
  return undefined;
}

const NGINX_USER = 101;
export const PID_FILE = '/run/nginx.pid';

/** The text of what went wrong, if anything did. */
export function* writePidFile(sys: Sys): Call<string | undefined> {
  try {
    const flags = { write: true, create: true, truncate: true };
    const fd = yield* sys.open(PID_FILE, flags, 0o644);
    yield* sys.write(fd, `${sys.pid}\n`);
    sys.close(fd);
    return undefined;
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    return `open() "${PID_FILE}" failed (${errorNumber(error)}: ${error.message})`;
  }
}
