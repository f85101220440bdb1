import type { Bytes } from '../../runtime/bytes';
import type { MountInfo, Stat } from '../../runtime/syscalls';
import { applet, type Invocation } from './applet';
import { calendarTime } from './calendar';
import { blocksOf } from './ls';
import { modeString, rawMode } from './mode';
import { mountOf } from './mounts';
import { parseOptions } from './options';
import { strftime } from './strftime';
import { parseTimeZone, type TimeZone } from './timezone';
import { type Accounts, readAccounts } from './users';

const TERSE = '%n %s %b %f %u %g %D %i %h %t %T %X %Y %Z %o';
const BLOCK_SIZE = 4096;

/** Models coreutils/stat.c. */
export const stat = applet('stat', function* (run) {
  const options = parseOptions(run.args, { letters: 'tLfc:', least: 1 });
  const accounts = yield* readAccounts(run.sys);
  const zone = parseTimeZone(run.sys.env.get('TZ'));
  let code = 0;
  for (const path of options.operands) {
    try {
      let text: Bytes;
      if (options.has('f')) {
        run.sys.stat(path);
        text = fileSystemText(run, path, options.value('c'), options.has('t'));
      } else {
        const found = options.has('L') ? run.sys.stat(path) : run.sys.lstat(path);
        const format = options.value('c') ?? (options.has('t') ? TERSE : fullFormat(found));
        const letter = (of: string) => statField(of, path, found, run, accounts, zone);
        text = expand(format, letter);
      }
      yield* run.out.write(`${text}\n`);
    } catch (error) {
      const what = options.has('f') ? 'read file system information for' : 'stat';
      yield* run.complainAbout(`can't ${what} '${path}'`, error);
      code = 1;
    }
  }
  return code;
});

function fullFormat(found: Stat): Bytes {
  const device = found.rdev ? 'Links: %-5h Device type: %t,%T' : 'Links: %h';
  return (
    '  File: %N\n' +
    '  Size: %-10s\tBlocks: %-10b IO Block: %-6o %F\n' +
    `Device: %Dh/%dd\tInode: %-10i  ${device}\n` +
    'Access: (%04a/%10.10A)  Uid: (%5u/%8U)   Gid: (%5g/%8G)\n' +
    'Access: %x\nModify: %y\nChange: %z'
  );
}

/** Replaces `%-10s` and the like; an unknown letter stands for itself. */
export function expand(format: Bytes, field: (letter: string) => Bytes | undefined): Bytes {
  return format.replace(
    /%([-#+.0-9 ]*)([^-#+.0-9 ]?)/gs,
    (whole, flags: string, letter: string) => {
      if (letter === '%' || letter === '') return letter === '' ? '%' : '%';
      const value = field(letter) ?? letter;
      const width = Number(/[1-9][0-9]*/.exec(flags.split('.')[0] ?? '')?.[0] ?? 0);
      const cut = /\.([0-9]+)/.exec(flags)?.[1];
      const text =
        cut !== undefined && !/^[0-9]+$/.test(value) ? value.slice(0, Number(cut)) : value;
      if (flags.includes('-')) return text.padEnd(width);
      const zeros = /^0/.test(flags) && /^[0-9a-f]+$/.test(text);
      return whole === '' ? '' : text.padStart(width, zeros ? '0' : ' ');
    },
  );
}

function statField(
  letter: string,
  path: Bytes,
  found: Stat,
  run: Invocation,
  accounts: Accounts,
  zone: TimeZone,
): Bytes | undefined {
  switch (letter) {
    case 'n':
      return path;
    case 'N':
      return found.type === 'symlink' ? `'${path}' -> '${run.sys.readlink(path)}'` : path;
    case 'd':
      return String(found.device);
    case 'D':
      return found.device.toString(16);
    case 'i':
      return String(found.inode);
    case 'a':
      return (found.mode & 0o7777).toString(8);
    case 'A':
      return modeString(found.type, found.mode);
    case 'f':
      return rawMode(found.type, found.mode).toString(16);
    case 'F':
      return typeName(found);
    case 'h':
      return String(found.links);
    case 'u':
      return String(found.uid);
    case 'U':
      return accounts.userById(found.uid)?.name ?? 'UNKNOWN';
    case 'g':
      return String(found.gid);
    case 'G':
      return accounts.groupById(found.gid)?.name ?? 'UNKNOWN';
    case 't':
      return (found.rdev?.major ?? 0).toString(16);
    case 'T':
      return (found.rdev?.minor ?? 0).toString(16);
    case 's':
      return String(found.size);
    case 'B':
      return '512';
    case 'b':
      return String(blocksOf(found));
    case 'o':
      return String(BLOCK_SIZE);
    case 'x':
      return humanTime(found.accessedMs, zone);
    case 'X':
      return String(Math.floor(found.accessedMs / 1000));
    case 'y':
      return humanTime(found.modifiedMs, zone);
    case 'Y':
      return String(Math.floor(found.modifiedMs / 1000));
    case 'z':
      return humanTime(found.changedMs, zone);
    case 'Z':
      return String(Math.floor(found.changedMs / 1000));
    default:
      return undefined;
  }
}

function humanTime(ms: number, zone: TimeZone): Bytes {
  const seconds = Math.floor(ms / 1000);
  const nanoseconds = String(Math.floor((ms - seconds * 1000) * 1e6)).padStart(9, '0');
  return strftime(`%Y-%m-%d %H:%M:%S.${nanoseconds} %z`, calendarTime(seconds, zone));
}

function typeName(found: Stat): Bytes {
  switch (found.type) {
    case 'file':
      return found.size === 0 ? 'regular empty file' : 'regular file';
    case 'symlink':
      return 'symbolic link';
    case 'character device':
      return 'character special file';
    default:
      return found.type;
  }
}

const TYPE_NUMBERS: Readonly<Record<string, { readonly name: string; readonly number: number }>> = {
  proc: { name: 'proc', number: 0x9fa0 },
  sysfs: { name: 'sysfs', number: 0x62656572 },
  tmpfs: { name: 'tmpfs', number: 0x1021994 },
  devpts: { name: 'devpts', number: 0x1cd1 },
  overlay: { name: 'UNKNOWN', number: 0x794c7630 },
  ext4: { name: 'ext2/ext3', number: 0xef53 },
};

function fileSystemText(
  run: Invocation,
  path: Bytes,
  format: Bytes | undefined,
  terse: boolean,
): Bytes {
  const mount = mountOf(run.sys, path);
  const layout =
    format ??
    (terse
      ? '%n %i %l %t %s %b %f %a %c %d'
      : '  File: "%n"\n    ID: %-8i Namelen: %-7l Type: %T\nBlock size: %-10s\n' +
        'Blocks: Total: %-10b Free: %-10f Available: %a\nInodes: Total: %-10c Free: %d');
  return expand(layout, (letter) => fileSystemField(letter, path, mount));
}

function fileSystemField(
  letter: string,
  path: Bytes,
  mount: MountInfo | undefined,
): Bytes | undefined {
  const size = Math.floor((mount?.sizeBytes ?? 0) / BLOCK_SIZE);
  const free = Math.max(size - Math.ceil((mount?.usedBytes ?? 0) / BLOCK_SIZE), 0);
  const type = TYPE_NUMBERS[mount?.type ?? ''];
  switch (letter) {
    case 'n':
      return path;
    case 'i':
      return '0';
    case 'l':
      return '255';
    case 't':
      return (type?.number ?? 0).toString(16);
    case 'T':
      return type?.name ?? 'UNKNOWN';
    case 's':
    case 'S':
      return String(BLOCK_SIZE);
    case 'b':
      return String(size);
    case 'f':
    case 'a':
      return String(free);
    case 'c':
    case 'd':
      return '0';
    default:
      return undefined;
  }
}
