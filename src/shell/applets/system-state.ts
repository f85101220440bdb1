import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import type { Call, MountInfo } from '../../runtime/syscalls';
import { applet, Failure, type Invocation } from './applet';
import { calendarTime } from './calendar';
import { humanReadable } from './human-readable';
import { mountOf } from './mounts';
import { parseInteger, type Suffixes } from './numbers';
import { parseOptions } from './options';
import { strftime } from './strftime';
import { parseTimeZone } from './timezone';
import { readSmallFile } from './users';

const BLOCK_SUFFIXES: Suffixes = {
  KiB: 1024n,
  kiB: 1024n,
  K: 1024n,
  k: 1024n,
  MiB: 1048576n,
  M: 1048576n,
  m: 1048576n,
  GiB: 1073741824n,
  G: 1073741824n,
  g: 1073741824n,
};

/** Models coreutils/df.c. Inodes are not counted here: they show as 0. */
export const df = applet('df', function* (run) {
  const options = parseOptions(run.args, { letters: 'kPTt:aiB:hHm' });
  const human = options.has('h') || options.has('H');
  const given = options.value('B');
  const sized = options.last('k', 'm', 'B');
  let unit = sized === 'm' ? 1048576 : 1024;
  if (sized === 'B' && given !== undefined) {
    unit = Number(
      BLOCK_SUFFIXES[given] ?? parseInteger(given, { least: 1, suffixes: BLOCK_SUFFIXES }),
    );
  }
  const size = human
    ? '     Size'
    : options.has('i')
      ? '   Inodes'
      : `${unitHeader(unit, options.has('P'))}-blocks`;
  const type = options.has('T') ? 'Type       ' : '';
  yield* run.out.write(
    `Filesystem           ${type}${size.padEnd(15)}Used Available ${options.has('P') ? 'Capacity' : 'Use%'} Mounted on\n`,
  );
  let code = 0;
  const rows: MountInfo[] = [];
  if (options.operands.length === 0) {
    rows.push(
      ...run.sys.mounts().filter((mount) => options.has('a') || (mount.sizeBytes ?? 0) > 0),
    );
  }
  for (const path of options.operands) {
    try {
      run.sys.stat(path);
      const mount = mountOf(run.sys, path);
      if (mount) rows.push(mount);
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
      yield* run.complain(`${path}: can't find mount point`);
      code = 1;
    }
  }
  const wanted = options.value('t');
  for (const mount of rows) {
    if (wanted !== undefined && mount.type !== wanted) continue;
    yield* run.out.write(
      dfRow(mount, human ? undefined : unit, options.has('P'), options.has('T'), options.has('i')),
    );
  }
  return code;
});

function unitHeader(unit: number, posix: boolean): Bytes {
  return posix ? String(unit) : humanReadable(unit, { fraction: false }).trim();
}

function dfRow(
  mount: MountInfo,
  unit: number | undefined,
  posix: boolean,
  withType: boolean,
  inodes: boolean,
): Bytes {
  const total = inodes ? 0 : (mount.sizeBytes ?? 0);
  const used = inodes ? 0 : Math.min(Math.ceil(mount.usedBytes / 4096) * 4096, total);
  const free = total - used;
  const percent = total === 0 ? 0 : Math.floor((used * 100 + total / 2) / total);
  const show = (bytes: number) =>
    unit === undefined ? humanReadable(bytes) : String(Math.floor((bytes + unit / 2) / unit));
  const wide = mount.source.length > 20 && !posix;
  let row = wide ? `${mount.source}\n${' '.repeat(20)}` : mount.source.padEnd(20);
  if (withType) row += ` ${mount.type.padEnd(10)}`;
  row += ` ${show(total).padStart(9)} ${show(used).padStart(9)} ${show(free).padStart(9)}`;
  return `${row} ${String(percent).padStart(3)}% ${mount.target}\n`;
}

/** Models util-linux/mount.c for what a container may do: list what is mounted. */
export const mount = applet('mount', function* (run) {
  const options = parseOptions(run.args, { letters: 'at:O:o:rwnfivsl' });
  const wanted = options.value('t');
  if (options.operands.length === 0 && !options.has('a')) {
    for (const entry of run.sys.mounts()) {
      if (wanted !== undefined && entry.type !== wanted) continue;
      const access = entry.readOnly ? 'ro' : 'rw';
      yield* run.out.write(
        `${entry.source} on ${entry.target} type ${entry.type} (${access},relatime)\n`,
      );
    }
    return 0;
  }
  const [source = '', target = source] = options.operands;
  throw new Failure(
    run.sys.uid === 0
      ? `mounting ${source} on ${target} failed: Operation not permitted`
      : 'permission denied (are you root?)',
  );
});

/** Models util-linux/umount.c for a process that may not unmount. */
export const umount = applet('umount', function* (run) {
  const options = parseOptions(run.args, { letters: 'fldnrat:', least: 1 });
  for (const target of options.operands) {
    yield* run.complain(`can't unmount ${target}: Operation not permitted`);
  }
  return 1;
});

/** Models procps/free.c. */
export const free = applet('free', function* (run) {
  const options = parseOptions(run.args, { letters: 'bkmgh' });
  const unit = options.has('b')
    ? 1
    : options.has('m')
      ? 1048576
      : options.has('g')
        ? 1073741824
        : 1024;
  const meminfo = yield* readMeminfo(run);
  const value = (name: string) => (meminfo.get(name) ?? 0) * 1024;
  const show = (bytes: number) =>
    options.has('h') ? humanReadable(bytes) : String(Math.floor(bytes / unit));
  const cached = value('Cached') + value('Buffers') + value('SReclaimable');
  const total = value('MemTotal');
  const unused = value('MemFree');
  const cell = (text: Bytes) => text.padStart(12);
  const header = ['total', 'used', 'free', 'shared', 'buff/cache', 'available'].map(cell).join('');
  const memory = [
    total,
    total - cached - unused,
    unused,
    value('Shmem'),
    cached,
    value('MemAvailable'),
  ];
  const swap = [value('SwapTotal'), value('SwapTotal') - value('SwapFree'), value('SwapFree')];
  yield* run.out.write(`       ${header}\n`);
  yield* run.out.write(`Mem:   ${memory.map((bytes) => cell(show(bytes))).join('')}\n`);
  yield* run.out.write(`Swap:  ${swap.map((bytes) => cell(show(bytes))).join('')}\n`);
  return 0;
});

/** /proc/meminfo: KiB by name. */
export function* readMeminfo(run: Invocation): Call<ReadonlyMap<string, number>> {
  const text = yield* readSmallFile(run.sys, '/proc/meminfo');
  return new Map(
    [...text.matchAll(/^([^:\n]+):\s+([0-9]+)/gm)].map((match) => [
      match[1] as string,
      Number(match[2]),
    ]),
  );
}

/** Models procps/uptime.c. */
export const uptime = applet('uptime', function* (run) {
  const options = parseOptions(run.args, { letters: 's' });
  const zone = parseTimeZone(run.sys.env.get('TZ'));
  const now = Math.floor(run.sys.nowMs / 1000);
  const up = Math.floor(run.sys.uptimeMs / 1000);
  if (options.has('s')) {
    yield* run.out.write(strftime('%Y-%m-%d %H:%M:%S\n', calendarTime(now - up, zone)));
    return 0;
  }
  const days = Math.floor(up / 86400);
  const hours = Math.floor(up / 3600) % 24;
  const minutes = Math.floor(up / 60) % 60;
  const since =
    hours > 0
      ? `${String(hours).padStart(2)}:${String(minutes).padStart(2, '0')}`
      : `${minutes} min`;
  const dayText = days > 0 ? `${days} day${days === 1 ? '' : 's'}, ` : '';
  const load = yield* loadAverage(run);
  yield* run.out.write(
    `${strftime(' %H:%M:%S', calendarTime(now, zone))} up ${dayText}${since},  0 users,  load average: ${load}\n`,
  );
  return 0;
});

/** The three averages of /proc/loadavg with commas between. */
export function* loadAverage(run: Invocation): Call<Bytes> {
  const fields = (yield* readSmallFile(run.sys, '/proc/loadavg')).split(' ');
  return [0, 1, 2].map((i) => fields[i] ?? '0.00').join(', ');
}
