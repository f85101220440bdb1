import { SysError } from '../../runtime/errno';
import { SIGNAL_NUMBERS, type Signal } from '../../runtime/signals';
import type { Program } from '../../runtime/syscalls';

const FORWARDED: readonly Signal[] = ['TERM', 'INT', 'QUIT', 'HUP', 'USR1', 'USR2'];

/** tini: starts a command, hands signals on to it, takes in orphans, and ends as the command does. */
export const tini: Program = function* tini(sys) {
  const words = sys.argv.slice(1);
  if (words[0] === '--') words.shift();
  const [command] = words;
  if (command === undefined) {
    yield* sys.write(2, 'tini: no program given\n');
    return 1;
  }
  for (const signal of FORWARDED) sys.signalAction(signal, 'catch');
  const child = sys.fork(function* start(own) {
    const folders = command.includes('/') ? [''] : (own.env.get('PATH') ?? '').split(':');
    for (const folder of folders) {
      try {
        yield* own.exec(folder === '' ? command : `${folder}/${command}`, words);
      } catch (error) {
        if (!(error instanceof SysError)) throw error;
      }
    }
    yield* own.write(
      2,
      `[FATAL tini (${own.pid})] exec ${command} failed: No such file or directory\n`,
    );
    return 127;
  });
  for (;;) {
    for (const signal of sys.takeSignals()) sys.kill(child, signal);
    try {
      const ended = yield* sys.waitpid(-1, { interruptible: true });
      if (ended?.pid !== child) continue;
      const { status } = ended;
      if (status.kind === 'exited') return status.code;
      return 128 + SIGNAL_NUMBERS[status.signal];
    } catch (error) {
      if (!(error instanceof SysError) || error.errno !== 'EINTR') throw error;
    }
  }
};
