import type { Bytes } from '../../runtime/bytes';
import type { Call } from '../../runtime/syscalls';
import { applet, Failure, type Invocation, strerror, UsageFailure } from './applet';
import { openOrFail } from './files';
import { parseOptions } from './options';

/** Models coreutils/dos2unix.c. */
export const dos2unix = applet('dos2unix', (run) => convert(run, 'unix'));

/** Models coreutils/dos2unix.c called as `unix2dos`. */
export const unix2dos = applet('unix2dos', (run) => convert(run, 'dos'));

function* convert(run: Invocation, own: 'unix' | 'dos'): Call<number> {
  const options = parseOptions(run.args, { letters: 'ud' });
  const last = options.last('u', 'd');
  const target = last === undefined ? own : last === 'u' ? 'unix' : 'dos';
  if (options.has('u') && options.has('d')) throw new UsageFailure();
  const change = (bytes: Bytes) => {
    const plain = bytes.replace(/\r/g, '');
    return target === 'dos' ? plain.replace(/\n/g, '\r\n') : plain;
  };
  if (options.operands.length === 0) {
    yield* copyChanged(run, 0, 1, change);
    return 0;
  }
  for (const path of options.operands) yield* convertFile(run, path, change);
  return 0;
}

function* convertFile(run: Invocation, path: Bytes, change: (bytes: Bytes) => Bytes): Call<void> {
  const { sys } = run;
  const input = yield* openOrFail(run, path);
  let real = path;
  let output: number;
  let temporary: Bytes;
  try {
    real = sys.realpath(path);
    temporary = `${real}${String(sys.random(1_000_000)).padStart(6, '0')}`;
    const flags = { write: true, create: true, exclusive: true };
    output = yield* sys.open(temporary, flags, 0o600);
    sys.chmod(temporary, sys.stat(real).mode);
  } catch (error) {
    throw new Failure(`can't create temp file '${real}XXXXXX': ${strerror(error)}`);
  }
  yield* copyChanged(run, input, output, change);
  sys.close(input);
  sys.close(output);
  sys.rename(temporary, real);
}

function* copyChanged(
  run: Invocation,
  from: number,
  to: number,
  change: (bytes: Bytes) => Bytes,
): Call<void> {
  for (;;) {
    const bytes = yield* run.sys.read(from, 65536);
    if (bytes === '') return;
    const changed = change(bytes);
    if (to === 1) yield* run.out.write(changed);
    else yield* run.sys.write(to, changed);
    yield* run.sys.breathe();
  }
}
