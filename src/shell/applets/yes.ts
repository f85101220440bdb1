import { applet } from './applet';

/** Models coreutils/yes.c. */
export const yes = applet('yes', function* (run) {
  const args = run.args[0] === '--' ? run.args.slice(1) : run.args;
  const line = `${args.length > 0 ? args.join(' ') : 'y'}\n`;
  const block = line.repeat(Math.max(Math.floor(4096 / line.length), 1));
  for (;;) {
    yield* run.sys.write(1, block);
    yield* run.sys.breathe();
  }
});
