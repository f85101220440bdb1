import type { Bytes } from './bytes';
import { SysError } from './errno';
import type { Call, Sys } from './syscalls';

const PIECE = 65_536;

/** Everything that a descriptor gives until its end. */
export function* readToEnd(sys: Sys, fd: number): Call<Bytes> {
  let content: Bytes = '';
  for (;;) {
    const bytes = yield* sys.read(fd, PIECE);
    if (bytes === '') return content;
    content += bytes;
  }
}

/** The whole of a file. Throws SysError. */
export function* readFile(sys: Sys, path: Bytes): Call<Bytes> {
  const fd = yield* sys.open(path, { read: true });
  try {
    return yield* readToEnd(sys, fd);
  } finally {
    sys.close(fd);
  }
}

/** The whole of a file, undefined if it cannot be read. */
export function* readIfThere(sys: Sys, path: Bytes): Call<Bytes | undefined> {
  try {
    return yield* readFile(sys, path);
  } catch (error) {
    if (error instanceof SysError) return undefined;
    throw error;
  }
}
