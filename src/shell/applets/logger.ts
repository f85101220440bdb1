import type { Bytes } from '../../runtime/bytes';
import { applet, Failure } from './applet';
import { LineReader } from './lines';
import { parseOptions } from './options';
import { readAccounts } from './users';

const FACILITIES = [
  ...['auth', 'authpriv', 'cron', 'daemon', 'ftp', 'kern', 'lpr', 'mail', 'mark', 'news'],
  ...['security', 'syslog', 'user', 'uucp', 'local0', 'local1', 'local2', 'local3', 'local4'],
  ...['local5', 'local6', 'local7'],
];

const PRIORITIES = [
  ...['alert', 'crit', 'debug', 'emerg', 'err', 'error', 'info', 'none', 'notice', 'panic'],
  ...['warn', 'warning', '*'],
];

function checkName(kind: string, name: Bytes, known: readonly string[], shown = name): void {
  if (/^[0-9]/.test(name) || known.includes(name.toLowerCase())) return;
  throw new Failure(`unknown ${kind} name: ${shown}`);
}

/** Models sysklogd/logger.c. There is no system log in a container: messages show with -s, or go nowhere. */
export const logger = applet('logger', function* (run) {
  const options = parseOptions(run.args, { letters: 'p:st:' });
  const user = (yield* readAccounts(run.sys)).userById(run.sys.uid);
  const tag = options.value('t') ?? user?.name ?? String(run.sys.uid);
  const priority = options.value('p');
  if (priority !== undefined) {
    const dot = priority.indexOf('.');
    if (dot >= 0) checkName('facility', priority.slice(0, dot), FACILITIES);
    checkName('priority', priority.slice(dot + 1), PRIORITIES, priority);
  }
  const log = (message: Bytes) =>
    run.say(options.has('s') ? `${tag}: ${message.replace(/\n?$/, '\n')}` : '');
  if (options.operands.length > 0) {
    yield* log(options.operands.join(' '));
    return 0;
  }
  const reader = new LineReader(run.sys, 0);
  for (let line = yield* reader.next(); line !== undefined; line = yield* reader.next()) {
    if (line !== '\n') yield* log(line);
  }
  return 0;
});
