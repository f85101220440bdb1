import type { Bytes } from '../../runtime/bytes';
import { SIGNAL_NUMBERS } from '../../runtime/signals';
import type { Call, ExitStatus } from '../../runtime/syscalls';
import { processEscapes } from '../parser/escapes';
import { applet, Failure, type Invocation, strerror } from './applet';
import { startCommand } from './execute';
import { parseOptions } from './options';

const DEFAULT_FORMAT = 'real\t%E\nuser\t%u\nsys\t%T';
const POSIX_FORMAT = 'real %e\nuser %U\nsys %S';
const LONG_FORMAT = [
  'Command being timed: "%C"',
  'User time (seconds): %U',
  'System time (seconds): %S',
  'Percent of CPU this job got: %P',
  'Elapsed (wall clock) time (h:mm:ss or m:ss): %E',
  'Average shared text size (kbytes): %X',
  'Average unshared data size (kbytes): %D',
  'Average stack size (kbytes): %p',
  'Average total size (kbytes): %K',
  'Maximum resident set size (kbytes): %M',
  'Average resident set size (kbytes): %t',
  'Major (requiring I/O) page faults: %F',
  'Minor (reclaiming a frame) page faults: %R',
  'Voluntary context switches: %w',
  'Involuntary context switches: %c',
  'Swaps: %W',
  'File system inputs: %I',
  'File system outputs: %O',
  'Socket messages sent: %s',
  'Socket messages received: %r',
  'Signals delivered: %k',
  'Page size (bytes): %Z',
  'Exit status: %x',
]
  .map((line) => `\t${line}`)
  .join('\n');

interface Usage {
  readonly command: Bytes;
  readonly elapsedMs: number;
  /** CPU time; the simulator does not tell user from system time. */
  readonly cpuMs: number;
  readonly residentBytes: number;
  readonly status: ExitStatus;
}

/** Models miscutils/time.c. */
export const time = applet('time', function* (run) {
  const options = parseOptions(run.args, { letters: '+vpao:f:', least: 1 });
  let output = 2;
  const file = options.value('o');
  if (file !== undefined) {
    const end = options.has('a') ? { append: true } : { truncate: true };
    try {
      output = yield* run.sys.open(file, { write: true, create: true, ...end }, 0o666);
    } catch (error) {
      throw new Failure(`can't open '${file}': ${strerror(error)}`);
    }
    run.sys.closeOnExec(output, true);
  }
  const last = options.last('v', 'p', 'f');
  const format =
    last === 'v'
      ? LONG_FORMAT
      : last === 'p'
        ? POSIX_FORMAT
        : last === 'f'
          ? processEscapes(options.value('f') as Bytes)
          : DEFAULT_FORMAT;
  const usage = yield* measure(run, options.operands);
  const { status } = usage;
  let text = '';
  if (status.kind === 'signaled') {
    text += `Command terminated by signal ${SIGNAL_NUMBERS[status.signal]}\n`;
  } else if (status.kind === 'exited' && status.code !== 0 && last !== 'v') {
    text += `Command exited with non-zero status ${status.code}\n`;
  }
  text += `${format.replace(/%(.)/gs, (whole, letter: string) => show(letter, usage) ?? whole)}\n`;
  yield* run.sys.write(output, text);
  if (status.kind === 'exited') return status.code;
  return status.kind === 'signaled' ? SIGNAL_NUMBERS[status.signal] : 1;
});

function* measure(run: Invocation, argv: readonly Bytes[]): Call<Usage> {
  const { sys } = run;
  const begin = sys.nowMs;
  sys.signalAction('INT', 'ignore');
  sys.signalAction('QUIT', 'ignore');
  const started = startCommand(sys, argv);
  let cpuMs = 0;
  let residentBytes = 0;
  // A zombie still tells what it has used.
  for (;;) {
    const seen = sys.processes().find(({ pid }) => pid === started.pid);
    cpuMs = Math.max(cpuMs, seen?.cpuMs ?? 0);
    residentBytes = Math.max(residentBytes, seen?.residentBytes ?? 0);
    if (!seen || seen.state === 'Z') break;
    yield* sys.sleep(Math.min(50, 1 + (sys.nowMs - begin) / 20));
  }
  const ended = yield* sys.waitpid(started.pid);
  if (started.failure) {
    yield* run.complain(`can't execute '${argv[0]}': ${started.failure.message}`);
  }
  return usageOf(ended?.status ?? { kind: 'exited', code: 127 });

  function usageOf(status: ExitStatus): Usage {
    const command = argv.join(' ');
    return { command, elapsedMs: sys.nowMs - begin, cpuMs, residentBytes, status };
  }
}

function minutes(ms: number): Bytes {
  const seconds = ms / 1000;
  const rest = (seconds % 60).toFixed(2);
  return seconds >= 3600
    ? `${Math.floor(seconds / 3600)}h ${Math.floor((seconds % 3600) / 60)}m ${Math.floor(
        seconds % 60,
      )
        .toString()
        .padStart(2, '0')}s`
    : `${Math.floor(seconds / 60)}m ${rest}s`;
}

function show(letter: string, usage: Usage): Bytes | undefined {
  const { status, elapsedMs, cpuMs } = usage;
  switch (letter) {
    case 'C':
      return usage.command;
    case 'E':
      return minutes(elapsedMs);
    case 'e':
      return (elapsedMs / 1000).toFixed(2);
    case 'u':
      return minutes(cpuMs);
    case 'U':
      return (cpuMs / 1000).toFixed(2);
    case 'T':
      return minutes(0);
    case 'S':
      return '0.00';
    case 'P':
      return elapsedMs > 0 ? `${Math.floor((100 * cpuMs) / elapsedMs)}%` : '?%';
    case 'M':
      return String(Math.floor(usage.residentBytes / 1024));
    case 'Z':
      return '4096';
    case 'x':
      return status.kind === 'exited' ? String(status.code) : '0';
    case '%':
      return '%';
    default:
      return 'XDpKtFRwcWIOsrk'.includes(letter) ? '0' : undefined;
  }
}
