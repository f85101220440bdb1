import type { Bytes } from '../../runtime/bytes';
import type { Call, ProcessInfo } from '../../runtime/syscalls';
import { applet, type Invocation } from './applet';
import { parseDuration, parseInteger } from './numbers';
import { parseOptions } from './options';
import { commandLine } from './process-list';
import { scaledNumber } from './scaled-number';
import { type Accounts, readAccounts, readSmallFile } from './users';

const ESCAPE = '\x1b';
/** How long the first look at CPU times lasts, and every later one unless told otherwise, ms. */
const FIRST_LOOK_MS = 100;
const DEFAULT_DELAY_MS = 5000;
/** Memory that a program has beside what is resident, as ps adds it. */
const MAPPED_BYTES = 4096 * 1024;
const WIDEST = 512;

type Order = 'pid' | 'memory' | 'cpu' | 'time';
const KEYS: Readonly<Record<string, Order>> = { n: 'pid', m: 'memory', p: 'cpu', t: 'time' };

/** CPU time used by each process between two looks. */
interface Sample {
  readonly atMs: number;
  readonly used: ReadonlyMap<number, number>;
}

/** Models procps/top.c. */
export const top = applet('top', function* (run) {
  const options = parseOptions(run.args, { letters: 'd:n:bHm' });
  const delayMs = Math.max(parseDuration(options.value('d') ?? '5'), 1) || DEFAULT_DELAY_MS;
  const times = options.value('n');
  const count = times === undefined ? 0 : parseInteger(times, { least: 0 });
  const accounts = yield* readAccounts(run.sys);
  const batch = options.has('b');
  const screen = new Screen(run, accounts, batch);
  const interactive = !batch && run.sys.isatty(0);
  const before = interactive
    ? run.sys.terminalMode(0, { canonical: false, echo: false })
    : undefined;
  let sample = takeSample(run);
  yield* run.sys.sleep(FIRST_LOOK_MS);
  for (let shown = 1; ; shown++) {
    const next = takeSample(run);
    yield* screen.show(sample, next);
    sample = next;
    if (count > 0 && shown >= count) break;
    if (interactive) {
      if (!(yield* screen.waitForKey(delayMs))) break;
    } else yield* run.sys.sleep(delayMs);
  }
  if (before) run.sys.terminalMode(0, before);
  if (!batch) yield* run.out.write('\n');
  return 0;
});

function takeSample(run: Invocation): Sample {
  return {
    atMs: run.sys.nowMs,
    used: new Map(run.sys.processes().map(({ pid, cpuMs }) => [pid, cpuMs])),
  };
}

interface Row {
  readonly process: ProcessInfo;
  readonly size: number;
  /** CPU time since the last look, ms. */
  readonly used: number;
}

class Screen {
  readonly #run: Invocation;
  readonly #accounts: Accounts;
  readonly #batch: boolean;
  #order: Order = 'cpu';
  #reversed = false;

  constructor(run: Invocation, accounts: Accounts, batch: boolean) {
    this.#run = run;
    this.#accounts = accounts;
    this.#batch = batch;
  }

  /** False once `q` has been pressed or the input has ended. */
  *waitForKey(delayMs: number): Call<boolean> {
    if ((yield* this.#run.sys.poll([{ fd: 0 }], delayMs)) === undefined) return true;
    const key = (yield* this.#run.sys.read(0, 1)).toLowerCase();
    this.#order = KEYS[key] ?? this.#order;
    if (key === 'r') this.#reversed = !this.#reversed;
    return key !== 'q' && key !== '' && key !== '\x03';
  }

  *show(before: Sample, now: Sample): Call<void> {
    const { sys } = this.#run;
    const tty = sys.isatty(1);
    const { columns, rows: height } = tty ? sys.terminalSize(1) : { columns: WIDEST, rows: 0 };
    const width = Math.min(columns || 79, WIDEST);
    const room = this.#batch || height === 0 ? Number.POSITIVE_INFINITY : height - 4;
    const rows = sys
      .processes()
      .map((process) => ({
        process,
        size: (process.residentBytes + MAPPED_BYTES) / 1024,
        used: process.cpuMs - (before.used.get(process.pid) ?? process.cpuMs),
      }))
      .sort((a, b) => this.#compare(a, b));
    const cores = yield* this.#coreCount();
    const capacity = Math.max(1, (now.atMs - before.atMs) * cores);
    const busy = rows.reduce((sum, { used }) => sum + used, 0) / capacity;
    const memory = yield* this.#memory();
    const clear = this.#batch ? '' : `${ESCAPE}[H${ESCAPE}[J`;
    const head = '  PID  PPID USER     STAT   VSZ %VSZ CPU %CPU COMMAND'.slice(0, width);
    const load = (yield* readSmallFile(sys, '/proc/loadavg')).split('\n')[0];
    yield* this.#run.out.write(
      `${clear}${memory.line.slice(0, width)}\n${cpuLine(Math.min(1, busy))}\nLoad average: ${load}\n` +
        (this.#batch ? head : `${ESCAPE}[7m${head}${ESCAPE}[m`),
    );
    for (const row of rows.slice(0, room)) {
      yield* this.#run.out.write(`\n${this.#line(row, memory.total, capacity).slice(0, width)}`);
    }
    yield* this.#run.out.write(this.#batch ? '\n' : '\r');
    yield* this.#run.out.flush();
  }

  #compare(a: Row, b: Row): number {
    const by = {
      pid: a.process.pid - b.process.pid,
      memory: b.size - a.size,
      cpu: b.used - a.used,
      time: b.process.cpuMs - a.process.cpuMs,
    };
    const order = by[this.#order] || (this.#order === 'pid' ? 0 : b.size - a.size);
    return this.#reversed ? -order : order;
  }

  #line({ process, size, used }: Row, totalKilobytes: number, capacity: number): Bytes {
    const user = this.#accounts.userById(process.uid)?.name ?? String(process.uid);
    const identity =
      `${String(process.pid).padStart(5)} ${String(process.ppid).padStart(5)} ` +
      user.slice(0, 8).padEnd(8);
    const share = (value: number) => (100 * value).toFixed(1).padStart(5);
    const memory = share(size / totalKilobytes);
    return (
      `${identity} ${process.state.padEnd(3)}  ${scaledNumber(size, 5, ' mgtpezy').slice(0, 5)}` +
      `${memory}   0${share(used / capacity)} ${commandLine(process)}`
    );
  }

  *#coreCount(): Call<number> {
    const text = yield* readSmallFile(this.#run.sys, '/proc/stat');
    return Math.max(1, text.match(/^cpu[0-9]+ /gm)?.length ?? 1);
  }

  *#memory(): Call<{ readonly line: Bytes; readonly total: number }> {
    const text = yield* readSmallFile(this.#run.sys, '/proc/meminfo');
    const value = (name: string) =>
      Number(new RegExp(`^${name}:\\s*([0-9]+)`, 'm').exec(text)?.[1] ?? 0);
    const [total, free] = [value('MemTotal'), value('MemFree')];
    const line =
      `Mem: ${total - free}K used, ${free}K free, ${value('Shmem')}K shrd, ` +
      `${value('Buffers')}K buff, ${value('Cached')}K cached`;
    return { line, total: Math.max(1, total) };
  }
}

/** How busy the CPUs are; everything counts as user time. */
function cpuLine(busy: number): Bytes {
  const figure = (part: number) => (100 * part).toFixed(1).replace('100.0', '100').padStart(5);
  const zero = figure(0);
  return (
    `CPU:${figure(busy)}% usr${zero}% sys${zero}% nic${figure(1 - busy)}% idle` +
    `${zero}% io${zero}% irq${zero}% sirq`
  );
}
