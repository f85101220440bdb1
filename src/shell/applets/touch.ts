import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import type { Call } from '../../runtime/syscalls';
import { applet, Failure, type Invocation, strerror, UsageFailure } from './applet';
import { nowIn, parseDateText } from './date-text';
import { type Options, parseOptions } from './options';
import { parseTimeZone } from './timezone';

interface Times {
  readonly accessedMs: number;
  readonly modifiedMs: number;
  /** Not just now: given by -d, -t or -r. */
  readonly given: boolean;
}

/** Models coreutils/touch.c. */
export const touch = applet('touch', function* (run) {
  const options = parseOptions(run.args, {
    letters: 'chr:d:t:amf',
    long: { 'no-create': 'c', 'no-dereference': 'h', 'reference=': 'r', 'date=': 'd' },
    least: 1,
  });
  if (options.has('r') && options.has('t')) throw new UsageFailure();
  const times = timesOf(run, options);
  let code = 0;
  for (const path of options.operands) {
    if (!(yield* touchFile(run, path, times, options))) code = 1;
  }
  return code;
});

function timesOf(run: Invocation, options: Options): Times {
  const { sys } = run;
  const reference = options.value('r');
  let times: Times = { accessedMs: sys.nowMs, modifiedMs: sys.nowMs, given: false };
  if (reference !== undefined) {
    try {
      const { accessedMs, modifiedMs } = sys.stat(reference);
      times = { accessedMs, modifiedMs, given: true };
    } catch (error) {
      throw new Failure(`can't stat '${reference}': ${strerror(error)}`);
    }
  }
  const key = options.last('d', 't');
  const text = key === undefined ? undefined : options.value(key);
  if (text !== undefined) {
    const zone = parseTimeZone(sys.env.get('TZ'));
    const ms = parseDateText(text, nowIn(zone, sys.nowMs), zone) * 1000;
    times = { accessedMs: ms, modifiedMs: ms, given: true };
  }
  return times;
}

function* touchFile(run: Invocation, path: Bytes, times: Times, options: Options): Call<boolean> {
  const { sys } = run;
  const noFollow = options.has('h');
  const onlyAccess = options.has('a') && !options.has('m');
  const onlyChange = options.has('m') && !options.has('a');
  const set = () => {
    const now = noFollow ? sys.lstat(path) : sys.stat(path);
    sys.utimes(
      path,
      onlyChange ? now.accessedMs : times.accessedMs,
      onlyAccess ? now.modifiedMs : times.modifiedMs,
      { noFollow },
    );
  };
  try {
    set();
    return true;
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    let failure = error;
    if (error.errno === 'ENOENT') {
      if (options.has('c')) return true;
      try {
        sys.close(yield* sys.open(path, { read: true, write: true, create: true }, 0o666));
        if (times.given) set();
        return true;
      } catch (openError) {
        if (!(openError instanceof SysError)) throw openError;
        failure = openError;
      }
    }
    yield* run.complainAbout(path, failure);
    return false;
  }
}
