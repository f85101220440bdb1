import { applet } from './applet';
import { parseOptions } from './options';

/** Models coreutils/tty.c. */
export const tty = applet(
  'tty',
  function* (run) {
    const options = parseOptions(run.args, { letters: 's' });
    const isTerminal = run.sys.isatty(0);
    const name = run.sys.processes().find((process) => process.pid === run.sys.pid)?.tty;
    if (!options.has('s')) {
      yield* run.out.write(isTerminal ? `/dev/${name ?? 'tty'}\n` : 'not a tty\n');
    }
    return isTerminal ? 0 : 1;
  },
  { failureCode: 2 },
);

/** Models console-tools/clear.c. */
export const clear = applet('clear', function* (run) {
  yield* run.out.write('\x1b[H\x1b[J');
  return 0;
});

/** Models coreutils/sync.c: files are never behind here. */
export const sync = applet('sync', function* (run) {
  parseOptions(run.args, { letters: 'df' });
  yield* run.out.flush();
  return 0;
});
