import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import type { Call } from '../../runtime/syscalls';
import { applet, type Invocation } from './applet';
import { crc32, crc32BigEndianStep } from './crc32';
import { closeInput, openOrComplain } from './files';
import { parseOptions } from './options';

const CHUNK_BYTES = 64 * 1024;

/** Sums up what each file holds; the exit code. `ends`: a file that cannot be read is the last. */
function* eachFile(
  run: Invocation,
  paths: readonly Bytes[],
  add: (bytes: Bytes) => void,
  report: (path: Bytes | undefined) => Call<void>,
  ends = true,
): Call<number> {
  let code = 0;
  for (const path of paths.length > 0 ? paths : ['-']) {
    const fd = yield* openOrComplain(run, path);
    if (fd === undefined) {
      code = 1;
      continue;
    }
    try {
      yield* addAll(run, fd, add);
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
      yield* run.complainAbout(path, error);
      if (ends) return 1;
      code = 1;
      continue;
    } finally {
      closeInput(run, fd);
    }
    yield* report(paths.length > 0 ? path : undefined);
  }
  return code;
}

function* addAll(run: Invocation, fd: number, add: (bytes: Bytes) => void): Call<void> {
  for (;;) {
    const bytes = yield* run.sys.read(fd, CHUNK_BYTES);
    if (bytes === '') return;
    add(bytes);
    run.sys.spend(bytes.length / 500);
    yield* run.sys.breathe();
  }
}

/** Models coreutils/cksum.c: the CRC of POSIX, which counts the length too. */
export const cksum = applet('cksum', function* (run) {
  const { operands } = parseOptions(run.args, { letters: '' });
  let crc = 0;
  let size = 0;
  const add = (bytes: Bytes) => {
    for (const byte of bytes) crc = crc32BigEndianStep(crc, byte.charCodeAt(0));
    size += bytes.length;
  };
  return yield* eachFile(run, operands, add, function* (path) {
    for (let rest = size; rest > 0; rest = Math.floor(rest / 256)) {
      crc = crc32BigEndianStep(crc, rest % 256);
    }
    yield* run.out.write(`${~crc >>> 0} ${size}${path === undefined ? '' : ` ${path}`}\n`);
    crc = 0;
    size = 0;
  });
});

/** The same applet as cksum under the name `crc32`. */
export const crc32sum = applet('crc32', function* (run) {
  const { operands } = parseOptions(run.args, { letters: '' });
  let crc = 0;
  const add = (bytes: Bytes) => {
    crc = crc32(bytes, crc);
  };
  return yield* eachFile(run, operands, add, function* (path) {
    const shown = crc.toString(16).padStart(8, '0');
    yield* run.out.write(`${shown}${path === undefined ? '' : ` ${path}`}\n`);
    crc = 0;
  });
});

/** Models coreutils/sum.c: rotated sums of BSD, or plain ones of System V with -s. */
export const sum = applet('sum', function* (run) {
  const options = parseOptions(run.args, { letters: 'rs' });
  const systemV = options.has('s') && !options.has('r');
  const { operands } = options;
  let total = 0;
  let size = 0;
  const add = (bytes: Bytes) => {
    for (const byte of bytes) {
      const value = byte.charCodeAt(0);
      if (systemV) total += value;
      else total = ((total >> 1) + ((total & 1) << 15) + value) & 0xffff;
    }
    size += bytes.length;
  };
  return yield* eachFile(
    run,
    operands,
    add,
    function* (path) {
      if (systemV) {
        const folded = (total & 0xffff) + Math.floor((total >>> 0) / 65536);
        const checksum = (folded & 0xffff) + (folded >> 16);
        yield* run.out.write(`${checksum} ${Math.ceil(size / 512)} ${path ?? '-'}\n`);
      } else {
        const blocks = String(Math.ceil(size / 1024)).padStart(5);
        const name = operands.length > 1 ? (path ?? '') : '';
        yield* run.out.write(`${String(total).padStart(5, '0')} ${blocks} ${name}\n`);
      }
      total = 0;
      size = 0;
    },
    false,
  );
});
