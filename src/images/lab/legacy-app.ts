import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import { readFile } from '../../runtime/read-file';
import type { Call, Program, Sys } from '../../runtime/syscalls';
import { labImage } from './lab-image';

const LOG_FOLDER = '/var/log/app';
const LOG_FILE = `${LOG_FOLDER}/legacy.log`;
/** A line every so often, virtual ms. */
const PERIOD_MS = 5000;

/** `legacy-app`: writes a log in a format of its own, `20260101 000005 [INFO ] order 1 shipped (17 ms)`. */
const legacyApp: Program = function* legacyApp(sys) {
  for (const signal of ['TERM', 'INT'] as const) sys.signalAction(signal, 'catch');
  yield* sys.write(1, `legacy-app: logging to ${LOG_FILE}\n`);
  for (let order = 1; ; order++) {
    const isLate = sys.random(8) === 0;
    const took = 10 + sys.random(90) + (isLate ? 1000 : 0);
    const level = isLate ? 'WARN ' : 'INFO ';
    const line = `${legacyStamp(sys.nowMs)} [${level}] order ${order} shipped (${took} ms)\n`;
    try {
      yield* appendTo(sys, LOG_FILE, line);
    } catch (failure) {
      if (!(failure instanceof SysError)) throw failure;
      yield* sys.write(2, `legacy-app: ${LOG_FILE}: ${failure.message}\n`);
    }
    try {
      yield* sys.sleep(PERIOD_MS, { interruptible: true });
    } catch (failure) {
      if (!(failure instanceof SysError)) throw failure;
    }
    if (sys.takeSignals().length > 0) return 0;
  }
};

/** `20260101 000005`. */
function legacyStamp(unixMs: number): string {
  return new Date(unixMs).toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', ' ');
}

/** Appends to a file, which is made if it does not exist. */
export function* appendTo(sys: Sys, path: Bytes, text: Bytes): Call<void> {
  const fd = yield* sys.open(path, { write: true, create: true, append: true }, 0o644);
  try {
    yield* sys.write(fd, text);
  } finally {
    sys.close(fd);
  }
}

export const legacyAppImage = labImage({
  name: 'legacy-app',
  does: 'it writes a line every five seconds to /var/log/app/legacy.log, in a format of its own',
  run: legacyApp,
  files: new Map([[LOG_FOLDER, { kind: 'directory' }]]),
});

/** `convert-logs FROM TO`: adds what is new in FROM’s *.log to files of JSON lines in TO. */
const convertLogs: Program = function* convertLogs(sys) {
  const [from, to] = sys.argv.slice(1);
  if (from === undefined || to === undefined) {
    yield* sys.write(2, 'usage: convert-logs FROM TO\n');
    return 2;
  }
  try {
    for (const name of sys.readdir(from)) {
      if (name.endsWith('.log')) yield* convertFile(sys, `${from}/${name}`, to, name);
    }
    return 0;
  } catch (failure) {
    if (!(failure instanceof SysError)) throw failure;
    yield* sys.write(2, `convert-logs: ${failure.message}\n`);
    return 1;
  }
};

function* convertFile(sys: Sys, source: Bytes, to: Bytes, name: Bytes): Call<void> {
  const target = `${to}/${name.replace(/\.log$/, '.json')}`;
  const lines = completeLines(yield* readFile(sys, source));
  const known = typeof sys.tryStat(target) === 'string' ? '' : yield* readFile(sys, target);
  const fresh = lines.slice(completeLines(known).length);
  if (fresh.length === 0) return;
  yield* appendTo(sys, target, fresh.map((line) => `${toJson(line)}\n`).join(''));
  const count = fresh.length === 1 ? '1 line' : `${fresh.length} lines`;
  yield* sys.write(1, `convert-logs: ${count} of ${source} to ${target}\n`);
}

function completeLines(text: Bytes): Bytes[] {
  return text.split('\n').slice(0, -1);
}

function toJson(line: Bytes): Bytes {
  const match = /^(\d{4})(\d\d)(\d\d) (\d\d)(\d\d)(\d\d) \[(\w+) *\] (.*?)(?: \((\d+) ms\))?$/.exec(
    line,
  );
  if (!match) return JSON.stringify({ level: 'unknown', message: line });
  const [, year, month, day, hour, minute, second, level = '', message, ms] = match;
  return JSON.stringify({
    time: `${year}-${month}-${day}T${hour}:${minute}:${second}Z`,
    level: level.toLowerCase(),
    message,
    ...(ms === undefined ? {} : { ms: Number(ms) }),
  });
}

export const logConverterImage = labImage({
  name: 'log-converter',
  does: 'it brings convert-logs FROM TO, which turns legacy-app’s log lines into JSON lines',
  run: convertLogs,
  command: 'convert-logs',
  withoutCommand: true,
});
