import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import type { Signal } from '../../runtime/signals';
import type { Call, ProcessInfo } from '../../runtime/syscalls';
import { listSignals } from '../builtins/signals';
import { type AppletProgram, applet, type Invocation, UsageFailure } from './applet';
import { parseInteger } from './numbers';
import { type Options, parseOptions } from './options';
import { compileOrFail } from './patterns';
import { argumentLine, processesNamed } from './process-list';
import type { Regex } from './regex';
import { signalNamed, toSend } from './signals';

export const pgrep = search('pgrep');
export const pkill = search('pkill');

/** Models procps/pgrep.c. */
function search(name: 'pgrep' | 'pkill'): AppletProgram {
  return applet(name, function* (run) {
    const args = [...run.args];
    let signal: Signal | 'none' = 'TERM';
    if (name === 'pkill' && args[0]?.startsWith('-')) {
      const given = signalNamed(args[0].slice(1));
      if (given !== undefined) {
        signal = given;
        args.shift();
      }
    }
    const options = parseOptions(args, { letters: 'vlafxones:P:' });
    if (name === 'pkill' && options.has('l')) {
      yield* run.out.write(listSignals());
      return 0;
    }
    const pattern = options.operands[0];
    const selects = options.has('s') || options.has('P');
    if (!selects && options.operands.length !== 1) throw new UsageFailure();
    const regex = pattern === undefined ? undefined : compileOrFail(pattern, { extended: true });
    const matches = run.sys.processes().flatMap((process) => {
      if (process.pid === run.sys.pid || process.state === 'Z') return [];
      const shown = match(process, options, regex);
      return shown === undefined ? [] : [{ pid: process.pid, shown }];
    });
    const chosen = options.has('n')
      ? matches.slice(-1)
      : options.has('o')
        ? matches.slice(0, 1)
        : matches;
    for (const { pid, shown } of chosen) {
      if (name === 'pgrep') yield* list(run, pid, shown, options);
      else yield* strike(run, pid, shown, toSend(signal), options);
    }
    return chosen.length > 0 ? 0 : 1;
  });
}

/** The name to show for a process that is asked for, undefined if it is not. */
function match(
  process: ProcessInfo,
  options: Options,
  regex: Regex | undefined,
): Bytes | undefined {
  const parent = options.value('P');
  const wrongParent = parent !== undefined && parseInteger(parent) !== process.ppid;
  const inverted = options.has('v');
  if (wrongParent && !inverted) return undefined;
  const line = argumentLine(process);
  const first = process.argv[0] ?? '';
  const searched = options.has('f') && line !== '' ? line : first === '' ? process.name : first;
  const shown = options.has('a') && line !== '' ? line : first === '' ? process.name : first;
  if (wrongParent) return shown;
  const matches = (text: Bytes): boolean => {
    if (!regex) return true;
    const found = regex.find(text);
    return (
      found !== undefined && (!options.has('x') || (found.start === 0 && found.end === text.length))
    );
  };
  if (matches(searched)) return inverted ? undefined : shown;
  if (matches(process.name)) return inverted ? undefined : process.name;
  return inverted ? shown : undefined;
}

function* list(run: Invocation, pid: number, shown: Bytes, options: Options): Call<void> {
  const named = options.has('l') || options.has('a');
  yield* run.out.write(named ? `${pid} ${shown}\n` : `${pid}\n`);
}

function* strike(
  run: Invocation,
  pid: number,
  shown: Bytes,
  signal: Signal | undefined,
  options: Options,
): Call<void> {
  try {
    run.sys.kill(pid, signal);
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    return;
  }
  if (options.has('e')) yield* run.out.write(`${shown} killed (pid ${pid})\n`);
}

/** Models procps/pidof.c. */
export const pidof = applet('pidof', function* (run) {
  const options = parseOptions(run.args, { letters: 'so:' });
  const omitted = options
    .values('o')
    .map((text) => (text === '%PPID' ? run.sys.ppid : parseInteger(text, { least: 0 })));
  const pids: number[] = [];
  for (const name of options.operands) {
    const found = processesNamed(run.sys.processes(), name)
      .map((process) => process.pid)
      .reverse()
      .filter((pid) => !omitted.includes(pid));
    pids.push(...(options.has('s') ? found.slice(0, 1) : found));
  }
  if (pids.length > 0) yield* run.out.write(`${pids.join(' ')}\n`);
  return pids.length > 0 ? 0 : 1;
});
