import { SysError } from '../../runtime/errno';
import type { Signal } from '../../runtime/signals';
import type { Call, Program, Sys } from '../../runtime/syscalls';
import { applet, Failure, UsageFailure } from './applet';
import { executeOrFail } from './execute';
import { parseDuration } from './numbers';
import { parseOptions } from './options';
import { signalNamed, toSend } from './signals';

/** Models coreutils/timeout.c: becomes the program itself, watched and killed by a process of its own. */
export const timeout = applet('timeout', function* (run) {
  const options = parseOptions(run.args, { letters: '+s:k:' });
  const name = options.value('s') ?? 'TERM';
  const signal = signalNamed(name);
  if (signal === undefined) throw new Failure(`unknown signal '${name}'`);
  const killAfter = options.value('k');
  const killMs = killAfter === undefined ? 0 : parseDuration(killAfter);
  const [duration, ...program] = options.operands;
  if (duration === undefined) throw new UsageFailure();
  const limitMs = parseDuration(duration);
  if (program.length === 0) throw new UsageFailure();
  const { sys } = run;
  const watched = sys.pid;
  // biome-ignore lint/correctness/useYield: it only starts the watcher, and ends.
  const between = sys.fork(function* (child) {
    child.fork(watcher(watched, limitMs, killMs, toSend(signal)));
    return 0;
  });
  yield* sys.waitpid(between);
  return yield* executeOrFail(sys, program);
});

/** Waits, then sends the signal, and KILL later if that is asked for. */
function watcher(
  watched: number,
  limitMs: number,
  killMs: number,
  signal: Signal | undefined,
): Program {
  return function* (sys) {
    sys.setsid();
    yield* detachStreams(sys);
    if (!(yield* outlives(sys, watched, limitMs))) return 0;
    attemptKill(sys, watched, signal);
    if (killMs > 0 && (yield* outlives(sys, watched, killMs))) attemptKill(sys, watched, 'KILL');
    return 0;
  };
}

/** Puts /dev/null in the place of standard input, output and error. */
export function* detachStreams(sys: Sys): Call<void> {
  const fd = yield* sys.open('/dev/null', { read: true, write: true });
  for (const stream of [0, 1, 2]) sys.dup2(fd, stream);
  if (fd > 2) sys.close(fd);
}

/** Whether a process is still there after a time; it is looked at every second. */
function* outlives(sys: Sys, pid: number, ms: number): Call<boolean> {
  for (let left = ms; left > 0; left -= 1000) {
    yield* sys.sleep(Math.min(left, 1000));
    if (!isAlive(sys, pid)) return false;
  }
  return true;
}

function isAlive(sys: Sys, pid: number): boolean {
  try {
    sys.kill(pid, undefined);
    return true;
  } catch (error) {
    if (error instanceof SysError) return false;
    throw error;
  }
}

function attemptKill(sys: Sys, pid: number, signal: Signal | undefined): void {
  try {
    sys.kill(pid, signal);
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
  }
}
