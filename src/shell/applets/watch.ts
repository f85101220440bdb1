import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import { applet } from './applet';
import { calendarTime } from './calendar';
import { runCommand } from './execute';
import { parseDuration } from './numbers';
import { parseOptions } from './options';
import { strftime } from './strftime';
import { parseTimeZone } from './timezone';

const ESCAPE = '\x1b';
const TIME_WIDTH = 20;

/** Models procps/watch.c. */
export const watch = applet('watch', function* (run) {
  const options = parseOptions(run.args, { letters: '+dtn:', least: 1 });
  const { sys } = run;
  const command: Bytes = options.operands.join(' ');
  const periodMs = parseDuration(options.value('n') ?? '2');
  for (;;) {
    yield* run.out.write(`${ESCAPE}[H${ESCAPE}[J`);
    if (!options.has('t')) {
      const width = sys.isatty(2) ? sys.terminalSize(2).columns || 80 : 80;
      const head = `Every ${(periodMs / 1000).toFixed(1)}s: ${command.padEnd(width)}`;
      const now = calendarTime(sys.nowMs / 1000, parseTimeZone(sys.env.get('TZ')));
      const time = strftime('%Y-%m-%d %H:%M:%S', now);
      const shown = width > TIME_WIDTH ? head.slice(0, width - TIME_WIDTH) + time : head;
      yield* run.out.write(`${shown}\n\n`);
    }
    yield* run.out.flush();
    const result = yield* runCommand(sys, ['/bin/sh', '-c', command]);
    if (result instanceof SysError) yield* run.complain(result.message);
    yield* sys.sleep(periodMs);
  }
});
