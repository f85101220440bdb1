import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import type { Call } from '../../runtime/syscalls';
import { type AppletProgram, applet, type Invocation, UsageFailure } from './applet';
import { type Digest, Md5, Sha1, Sha256, Sha512 } from './digests';
import { closeInput, openOrComplain, openOrFail } from './files';
import { chomp, LineReader } from './lines';
import { parseOptions } from './options';

export const md5sum = checksum('md5sum', () => new Md5());
export const sha1sum = checksum('sha1sum', () => new Sha1());
export const sha256sum = checksum('sha256sum', () => new Sha256());
export const sha512sum = checksum('sha512sum', () => new Sha512());

/** Models coreutils/md5_sha1_sum.c. */
function checksum(name: Bytes, create: () => Digest): AppletProgram {
  return applet(name, function* (run) {
    const options = parseOptions(run.args, { letters: 'scwbt' });
    if ((options.has('s') || options.has('w')) && !options.has('c')) throw new UsageFailure();
    const files = options.operands.length > 0 ? options.operands : ['-'];
    let code = 0;
    for (const file of files) {
      if (options.has('c')) {
        if (!(yield* verify(run, file, create, options.has('s'), options.has('w')))) code = 1;
        continue;
      }
      const sum = yield* sumOf(run, file, create());
      if (sum === undefined) code = 1;
      else yield* run.out.write(`${sum}  ${file}\n`);
    }
    return code;
  });
}

function* sumOf(run: Invocation, file: Bytes, digest: Digest): Call<Bytes | undefined> {
  const fd = yield* openOrComplain(run, file);
  if (fd === undefined) return undefined;
  try {
    for (;;) {
      const part = yield* run.sys.read(fd, 65536);
      if (part === '') break;
      digest.update(part);
      run.sys.spend(part.length / 100);
      yield* run.sys.breathe();
    }
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    yield* run.complainAbout(`can't read '${file}'`, error);
    return undefined;
  } finally {
    closeInput(run, fd);
  }
  return digest.hex();
}

function* verify(
  run: Invocation,
  list: Bytes,
  create: () => Digest,
  silent: boolean,
  warn: boolean,
): Call<boolean> {
  const fd = yield* openOrFail(run, list, 'name only');
  const reader = new LineReader(run.sys, fd);
  let total = 0;
  let failed = 0;
  for (let line = yield* reader.next(); line !== undefined; line = yield* reader.next()) {
    total++;
    const match = /^([^ ]*) [ *]?(.*)$/s.exec(chomp(line));
    if (!match) {
      if (warn) yield* run.complain('invalid format');
      failed++;
      continue;
    }
    const [, expected = '', file = ''] = match;
    const ok = (yield* sumOf(run, file, create())) === expected.toLowerCase();
    if (!ok) failed++;
    if (!silent) yield* run.out.write(`${file}: ${ok ? 'OK' : 'FAILED'}\n`);
  }
  closeInput(run, fd);
  if (failed > 0 && !silent) {
    yield* run.complain(`WARNING: ${failed} of ${total} computed checksums did NOT match`);
  }
  if (total === 0) yield* run.complain(`${list}: no checksum lines found`);
  return failed === 0 && total > 0;
}
