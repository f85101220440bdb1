import type { Bytes } from '../../runtime/bytes';
import type { Call } from '../../runtime/syscalls';
import { applet, type Invocation } from './applet';
import { crc32, crc32BigEndianStep } from './crc32';
import { closeInput, openOrComplain } from './files';
import { parseOptions } from './options';

const CHUNK_BYTES = 64 * 1024;

/** Sums up what each file holds; the exit code. */
function* eachFile(
  run: Invocation,
  paths: readonly Bytes[],
  add: (bytes: Bytes) => void,
  report: (path: Bytes | undefined) => Call<void>,
): Call<number> {
  let code = 0;
  for (const path of paths.length > 0 ? paths : ['-']) {
    const fd = yield* openOrComplain(run, path);
    if (fd === undefined) {
      code = 1;
      continue;
    }
    for (;;) {
      const bytes = yield* run.sys.read(fd, CHUNK_BYTES);
      if (bytes === '') break;
      add(bytes);
      run.sys.spend(bytes.length / 500);
      yield* run.sys.breathe();
    }
    closeInput(run, fd);
    yield* report(paths.length > 0 ? path : undefined);
  }
  return code;
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
  const systemV = options.last('r', 's') === 's';
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
  return yield* eachFile(run, operands, add, function* (path) {
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
  });
});
