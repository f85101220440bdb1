import type { Bytes } from '../../runtime/bytes';
import type { ProcessInfo } from '../../runtime/syscalls';
import { applet, Failure, type Invocation } from './applet';
import { parseOptions } from './options';
import { commandLine } from './process-list';
import { scaledNumber } from './scaled-number';
import { type Accounts, readAccounts } from './users';

interface Column {
  readonly width: number;
  readonly header: Bytes;
  readonly cell: (process: ProcessInfo, context: Context) => Bytes;
}

interface Context {
  readonly accounts: Accounts;
  readonly nowMs: number;
}

/** Widest line into a pipe. */
const MAX_WIDTH = 2048;

const COLUMNS: Readonly<Record<string, Column>> = {
  user: {
    width: 8,
    header: 'USER',
    cell: (process, { accounts }) => userName(process.uid, accounts),
  },
  group: {
    width: 8,
    header: 'GROUP',
    cell: (process, { accounts }) => groupName(process.gid, accounts),
  },
  comm: { width: 16, header: 'COMMAND', cell: (process) => process.name },
  args: { width: MAX_WIDTH, header: 'COMMAND', cell: commandLine },
  pid: { width: 5, header: 'PID', cell: (process) => String(process.pid).padStart(5) },
  ppid: { width: 5, header: 'PPID', cell: (process) => String(process.ppid).padStart(5) },
  pgid: { width: 5, header: 'PGID', cell: (process) => String(process.pgid).padStart(5) },
  etime: {
    width: 7,
    header: 'ELAPSED',
    cell: (process, { nowMs }) => shortTime(Math.floor((nowMs - process.startedMs) / 1000)),
  },
  nice: { width: 5, header: 'NI', cell: (process) => String(process.niceness).padStart(5) },
  rgroup: {
    width: 8,
    header: 'RGROUP',
    cell: (process, { accounts }) => groupName(process.gid, accounts),
  },
  ruser: {
    width: 8,
    header: 'RUSER',
    cell: (process, { accounts }) => userName(process.uid, accounts),
  },
  time: {
    width: 5,
    header: 'TIME',
    cell: (process) => shortTime(Math.floor(process.cpuMs / 1000)),
  },
  tty: { width: 6, header: 'TT', cell: (process) => terminal(process.tty) },
  vsz: {
    width: 4,
    header: 'VSZ',
    cell: (process) => kibibytes(process.residentBytes + 4096 * 1024),
  },
  sid: { width: 5, header: 'SID', cell: (process) => String(process.pgid).padStart(5) },
  stat: { width: 4, header: 'STAT', cell: (process) => process.state },
  rss: { width: 4, header: 'RSS', cell: (process) => kibibytes(process.residentBytes) },
};

/** Models procps/ps.c with the columns of CONFIG_DESKTOP. */
export const ps = applet('ps', function* (run) {
  const options = parseOptions(run.args, { letters: 'Zo:aAdeflT' });
  const given = options.values('o');
  const columns = (given.length > 0 ? given : ['pid,user,time,args']).flatMap(parseColumns);
  const accounts = yield* readAccounts(run.sys);
  const width = run.sys.isatty(1) ? Math.min(terminalWidth(run) - 1, MAX_WIDTH) : MAX_WIDTH;
  const context = { accounts, nowMs: run.sys.nowMs };
  const header = row(columns, (column) => column.header);
  if (header.trim() !== '') yield* run.out.write(`${header.slice(0, width)}\n`);
  for (const process of run.sys.processes()) {
    const line = row(columns, (column) => column.cell(process, context).slice(0, column.width));
    yield* run.out.write(`${line.slice(0, width)}\n`);
  }
  return 0;
});

function terminalWidth(run: Invocation): number {
  return run.sys.isatty(0) ? run.sys.terminalSize(0).columns || 80 : 80;
}

/** Parses `pid,user=WHO,comm`: columns by the first six letters of their names, headers of one's own. */
function parseColumns(text: Bytes): Column[] {
  return text.split(',').map((item) => {
    const equals = item.indexOf('=');
    const name = equals < 0 ? item : item.slice(0, equals);
    const column = Object.entries(COLUMNS).find(
      ([known]) => known.slice(0, 6) === name.slice(0, 6),
    )?.[1];
    if (!column) {
      const known = Object.keys(COLUMNS).join(',');
      throw new Failure(`bad -o argument '${name}', supported arguments: ${known}`);
    }
    if (equals < 0) return column;
    const header = item.slice(equals + 1);
    return { ...column, header, width: header.length || column.width };
  });
}

/** Columns with one blank between; the last is not padded. */
function row(columns: readonly Column[], cell: (column: Column) => Bytes): Bytes {
  return columns
    .map((column, i) => {
      const text = cell(column);
      return i === columns.length - 1 ? text : text.padEnd(column.width);
    })
    .join(' ');
}

function userName(uid: number, accounts: Accounts): Bytes {
  return accounts.userById(uid)?.name ?? String(uid);
}

function groupName(gid: number, accounts: Accounts): Bytes {
  return accounts.groupById(gid)?.name ?? String(gid);
}

/** Seconds as `12:34`, from an hour on as ` 1h05`, from a day on as ` 2d03`. */
function shortTime(seconds: number): Bytes {
  const [value, letter, rest] =
    seconds < 3600
      ? [seconds / 60, ':', seconds % 60]
      : seconds < 86400
        ? [seconds / 3600, 'h', (seconds % 3600) / 60]
        : [seconds / 86400, 'd', (seconds % 86400) / 3600];
  const front = String(Math.floor(value)).padStart(2);
  return `${front}${letter}${String(Math.floor(rest)).padStart(2, '0')}`;
}

function terminal(tty: string | undefined): Bytes {
  if (tty === undefined) return '?';
  return `136,${/[0-9]+$/.exec(tty)?.[0] ?? '0'}`;
}

function kibibytes(bytes: number): Bytes {
  return scaledNumber(bytes / 1024, 4, ' mgtpezy');
}
