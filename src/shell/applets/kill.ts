import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import { performKill } from '../builtins/kill';
import { applet, Failure, UsageFailure } from './applet';
import { processesNamed } from './process-list';
import { signalNamed, toSend } from './signals';

/** Models procps/kill.c. */
export const kill = applet('kill', function* (run) {
  const result = performKill(run.sys, run.args);
  yield* run.out.write(result.output);
  for (const complaint of result.complaints) yield* run.complain(complaint);
  return result.status;
});

/** Models procps/kill.c called as `killall`. */
export const killall = applet('killall', function* (run) {
  const args = [...run.args];
  if (args[0] === '-l') {
    const list = performKill(run.sys, args);
    yield* run.out.write(list.output);
    for (const complaint of list.complaints) yield* run.complain(complaint);
    return list.status;
  }
  const quiet = args[0] === '-q';
  if (quiet && args.shift() !== undefined && args.length === 0) throw new UsageFailure();
  const signal = takeSignal(args);
  if (args.length === 0) throw new Failure('you need to specify whom to kill');
  let code = 0;
  for (const name of args) {
    const processes = processesNamed(run.sys.processes(), name);
    if (processes.length === 0) {
      code++;
      if (!quiet) yield* run.complain(`${name}: no process killed`);
    }
    for (const { pid } of processes) {
      if (pid === run.sys.pid) continue;
      try {
        run.sys.kill(pid, toSend(signal));
      } catch (error) {
        if (!(error instanceof SysError)) throw error;
        code++;
        if (!quiet) yield* run.complainAbout(`can't kill pid ${pid}`, error);
      }
    }
  }
  return code;
});

/** Takes `-9`, `-s KILL` or `--` off the arguments. */
function takeSignal(args: Bytes[]) {
  if (!args[0]?.startsWith('-')) return 'TERM';
  let text = (args.shift() as Bytes).slice(1);
  if (text === '-') return 'TERM';
  if (text === 's' && args.length > 0) text = args.shift() as Bytes;
  const signal = signalNamed(text);
  if (signal === undefined) throw new Failure(`bad signal name '${text}'`);
  return signal;
}
