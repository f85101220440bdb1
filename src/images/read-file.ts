import type { Bytes } from '../runtime/bytes';
import type { Call, Sys } from '../runtime/syscalls';

/** The whole of a file. */
export function* readFile(sys: Sys, path: Bytes): Call<Bytes> {
  const fd = yield* sys.open(path, { read: true });
  try {
    let content: Bytes = '';
    for (;;) {
      const bytes = yield* sys.read(fd, 65_536);
      if (bytes === '') return content;
      content += bytes;
    }
  } finally {
    sys.close(fd);
  }
}
