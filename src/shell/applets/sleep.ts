import { applet, UsageFailure } from './applet';
import { parseDuration, parseInteger } from './numbers';

/** Longer than any run; a sleep without end waits in pieces of it. */
const LONG_MS = 2 ** 31 * 1000;

/** Models coreutils/sleep.c. */
export const sleep = applet('sleep', function* (run) {
  const args = run.args[0] === '--' ? run.args.slice(1) : run.args;
  const first = args[0];
  if (first === undefined) throw new UsageFailure();
  if (/^inf/i.test(first)) {
    for (;;) yield* run.sys.sleep(LONG_MS);
  }
  const total = args.reduce((sum, arg) => sum + parseDuration(arg), 0);
  for (let left = total; left > 0; left -= LONG_MS) yield* run.sys.sleep(Math.min(left, LONG_MS));
  return 0;
});

/** Models coreutils/usleep.c: microseconds. */
export const usleep = applet('usleep', function* (run) {
  const text = run.args[0];
  if (text === undefined) throw new UsageFailure();
  yield* run.sys.sleep(parseInteger(text, { least: 0 }) / 1000);
  return 0;
});
