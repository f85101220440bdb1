import type { Call, Sys } from '../../runtime/syscalls';
import { parseJsonRecord } from '../records/json';
import { eventTime, type LogRecord } from '../records/record';
import type { InputRun, StartedInput } from './input';
import { httpInput, streamInput } from './network-inputs';
import { isOn, property, type Section } from './section';
import { TailInput } from './tail-input';
import { TailPositions } from './tail-positions';

/** Initialises an input. */
export function* startInput(section: Section, run: InputRun): Call<StartedInput> {
  switch (run.input.plugin) {
    case 'tail':
      return yield* startTail(section, run);
    case 'dummy':
      return { collect: dummy(section, run) };
    case 'cpu':
      return { collect: everySecond(section, run, cpuRecord(run)) };
    case 'mem':
      return { collect: everySecond(section, run, () => memRecord) };
    case 'http':
      return httpInput(section, run);
    case 'forward':
    case 'tcp':
      return streamInput(section, run);
    default:
      return 'failed';
  }
}

function* startTail(section: Section, run: InputRun): Call<StartedInput> {
  if (property(section, 'path') === undefined) {
    run.say('error', "no input 'path' was given");
    return 'failed';
  }
  const parserName = property(section, 'parser');
  const parser = parserName === undefined ? undefined : run.parsers.get(parserName);
  if (parserName !== undefined && !parser) {
    run.say('error', `parser '${parserName}' is not registered`);
  }
  const database = property(section, 'db');
  const positions = database === undefined ? undefined : new TailPositions(run.sys, database);
  if (positions && !(yield* positions.load())) {
    run.log.add('error', `[sqldb] cannot open database ${database}`);
    run.say('error', 'could not open/create database');
    return 'failed';
  }
  if (property(section, 'multiline.parser') !== undefined) {
    run.say('info', 'multiline core started');
  }
  return { collect: new TailInput(run, section, parser, positions).follow() };
}

/** More copies of a dummy record are not made. */
const MOST_COPIES = 10_000;
const DEFAULT_DUMMY = '{"message":"dummy"}';

/** plugins/in_dummy. */
function* dummy(section: Section, run: InputRun): Call<void> {
  const given = property(section, 'dummy') ?? DEFAULT_DUMMY;
  let record = parseJsonRecord(given);
  if (!record) {
    run.say('warn', 'data is incomplete. Use default string.');
    record = parseJsonRecord(DEFAULT_DUMMY) ?? new Map();
  }
  const rate = Number(property(section, 'rate') ?? 1) || 1;
  const interval = Number(property(section, 'interval_sec') ?? 0);
  const intervalMs = interval > 0 ? interval * 1000 : 1000 / rate;
  const samples = Number(property(section, 'samples') ?? 0);
  const copies = Math.min(MOST_COPIES, Number(property(section, 'copies') ?? 1) || 1);
  if (isOn(property(section, 'flush_on_startup'))) emitAll(run, record, copies);
  // Timers of the kernel have whole ms: what is left over goes to the next one.
  let due = run.sys.nowMs;
  for (let sent = 0; samples === 0 || sent < samples; sent++) {
    due += intervalMs;
    yield* run.sys.sleep(Math.max(1, due - run.sys.nowMs));
    if (run.input.paused) sent--;
    else emitAll(run, record, copies);
    yield* run.log.flush();
  }
}

function emitAll(run: InputRun, record: LogRecord, copies: number): void {
  const time = eventTime(run.sys.nowMs);
  run.emit(
    run.tag,
    Array.from({ length: copies }, () => ({ time, record })),
  );
}

function* everySecond(section: Section, run: InputRun, read: (sys: Sys) => LogRecord): Call<void> {
  const intervalMs = (Number(property(section, 'interval_sec') ?? 1) || 1) * 1000;
  for (;;) {
    yield* run.sys.sleep(intervalMs);
    if (run.input.paused) continue;
    run.emit(run.tag, [{ time: eventTime(run.sys.nowMs), record: read(run.sys) }]);
  }
}

/** Share of the container's own processes: the node's other work is not seen from here. */
function cpuRecord(run: InputRun): (sys: Sys) => LogRecord {
  let lastCpuMs = 0;
  let lastMs = run.sys.nowMs;
  return (sys) => {
    const cpuMs = sys.processes().reduce((sum, process) => sum + process.cpuMs, 0);
    const share = ((cpuMs - lastCpuMs) / Math.max(1, sys.nowMs - lastMs)) * 100;
    lastCpuMs = cpuMs;
    lastMs = sys.nowMs;
    const user = { float: Math.round(share * 0.7 * 100) / 100 };
    const system = { float: Math.round(share * 0.3 * 100) / 100 };
    return new Map([
      ['cpu_p', { float: Math.round(share * 100) / 100 }],
      ['user_p', user],
      ['system_p', system],
    ]);
  };
}

/** kB, of a node with 8 GiB. */
const memRecord: LogRecord = new Map([
  ['Mem.total', 8_145_920],
  ['Mem.used', 2_035_880],
  ['Mem.free', 6_110_040],
  ['Swap.total', 0],
  ['Swap.used', 0],
  ['Swap.free', 0],
]);
