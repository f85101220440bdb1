import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import type { Call, Stat } from '../../runtime/syscalls';
import { applet, type Invocation } from './applet';
import { baseName, joinPath } from './files';
import { HUMAN_READABLE_WIDTH, humanReadable } from './human-readable';
import {
  compareEntries,
  type LsEntry,
  type LsStyle,
  layOut,
  longLine,
  nameCell,
} from './ls-format';
import { parseInteger } from './numbers';
import { parseOptions } from './options';
import { parseTimeZone } from './timezone';
import { Accounts, readAccounts } from './users';

/** Models coreutils/ls.c. */
export const ls = applet('ls', function* (run) {
  const style = styleOf(run);
  const accounts = style.long ? yield* readAccounts(run.sys) : new Accounts('', '');
  return yield* new Listing(run, style, accounts).run();
});

interface Style extends LsStyle {
  readonly operands: readonly Bytes[];
  readonly directoriesThemselves: boolean;
  readonly recursive: boolean;
  readonly hidden: 'none' | 'all' | 'almost all';
  readonly followAlways: boolean;
  readonly followOperands: boolean;
  readonly width: number;
}

function styleOf(run: Invocation): Style {
  const options = parseOptions(run.args, {
    letters: 'Cadi1lgnsxAkFpRQctuSXrvLHhT:w:',
    long: { 'full-time': 'full-time', 'group-directories-first': 'dirs', 'color=?': 'color' },
  });
  const has = (key: string) => options.has(key);
  const long = has('l') || has('n') || has('g') || has('full-time');
  const display = long
    ? options.last('l', 'n', 'g', 'full-time', 'C', 'x')
    : options.last('C', 'x', '1');
  const stdoutIsTty = run.sys.isatty(1);
  const columns =
    display === 'C' || display === 'x' ? display : stdoutIsTty && !display ? 'C' : '1';
  const showsLong = long && columns === '1';
  const width = has('w')
    ? parseInteger(options.value('w') as Bytes, { least: 0 })
    : terminalWidth(run) - 1;
  const byTime = has('t') || (!showsLong && (has('c') || has('u')));
  const order = options.last('S', 't') ?? (byTime ? 't' : has('v') ? 'v' : has('X') ? 'X' : 'name');
  return {
    operands: options.operands.length > 0 ? options.operands : ['.'],
    long: showsLong,
    columns,
    width,
    directoriesThemselves: has('d'),
    recursive: has('R') && !has('d'),
    hidden: has('a') ? 'all' : has('A') ? 'almost all' : 'none',
    followAlways: options.last('L', 'H') === 'L',
    followOperands:
      !(showsLong || has('i') || has('s') || has('F')) || options.last('L', 'H') === 'H',
    order: order as LsStyle['order'],
    reverse: has('r'),
    directoriesFirst: has('dirs'),
    time:
      options.last('c', 'u') === 'c'
        ? 'changedMs'
        : options.last('c', 'u') === 'u'
          ? 'accessedMs'
          : 'modifiedMs',
    inode: has('i'),
    blocks: has('s'),
    numeric: has('n'),
    groupOnly: has('g'),
    human: has('h'),
    fullTime: has('full-time'),
    quote: has('Q'),
    indicator: has('F') ? 'all' : has('p') ? 'directories' : 'none',
    color: showsColor(options.has('color'), options.value('color'), stdoutIsTty, run),
    nowMs: run.sys.nowMs,
    zone: parseTimeZone(run.sys.env.get('TZ')),
  };
}

function terminalWidth(run: Invocation): number {
  const fromEnvironment = Number(run.sys.env.get('COLUMNS') ?? '');
  if (fromEnvironment > 1 && fromEnvironment < 30000) return fromEnvironment;
  return run.sys.isatty(0) ? run.sys.terminalSize(0).columns || 80 : 80;
}

function showsColor(
  given: boolean,
  value: Bytes | undefined,
  tty: boolean,
  run: Invocation,
): boolean {
  const terminal = run.sys.env.get('TERM');
  const dumb = terminal === undefined || terminal === 'dumb';
  if (!given) {
    const colors = run.sys.env.get('LS_COLORS');
    return tty && !dumb && (colors === undefined || (colors !== '' && colors !== 'none'));
  }
  const word = value ?? 'always';
  if (word.startsWith('n')) return false;
  if (['always', 'yes', 'force'].some((name) => name.startsWith(word))) return true;
  return tty && !dumb;
}

class Listing {
  readonly #run: Invocation;
  readonly #style: Style;
  readonly #accounts: Accounts;
  #code = 0;
  #blankLine = false;

  constructor(run: Invocation, style: Style, accounts: Accounts) {
    this.#run = run;
    this.#style = style;
    this.#accounts = accounts;
  }

  *run(): Call<number> {
    const style = this.#style;
    const entries: LsEntry[] = [];
    for (const operand of style.operands) {
      const entry = yield* this.#entry(operand, operand, style.followOperands);
      if (entry) entries.push(entry);
    }
    const isListed = (entry: LsEntry) =>
      entry.stat.type === 'directory' && !style.directoriesThemselves;
    const files = entries.filter((entry) => !isListed(entry));
    if (files.length > 0) yield* this.#show(files);
    this.#blankLine = files.length > 0;
    const directories = entries.filter(isListed).sort(compareEntries(style));
    yield* this.#showDirectories(directories, style.operands.length > 1);
    return this.#code;
  }

  *#entry(path: Bytes, name: Bytes, follow: boolean): Call<LsEntry | undefined> {
    const { sys } = this.#run;
    try {
      const own = sys.lstat(path);
      const followed = follow || this.#style.followAlways;
      const stat = followed && own.type === 'symlink' ? sys.stat(path) : own;
      return { path, name, stat, ownType: own.type, ...this.#target(path, stat) };
    } catch (error) {
      yield* this.#run.complainAbout(path, error);
      this.#code = 1;
      return undefined;
    }
  }

  /** Where a shown link leads, for the long format. */
  #target(path: Bytes, stat: Stat): { target?: Bytes; targetStat?: Stat } {
    if (stat.type !== 'symlink' || !this.#style.long) return {};
    const target = this.#run.sys.readlink(path);
    try {
      return { target, targetStat: this.#run.sys.stat(path) };
    } catch (error) {
      if (error instanceof SysError) return { target };
      throw error;
    }
  }

  *#showDirectories(directories: readonly LsEntry[], named: boolean): Call<void> {
    const style = this.#style;
    for (const directory of directories) {
      if (named || style.recursive) {
        yield* this.#run.out.write(`${this.#blankLine ? '\n' : ''}${directory.path}:\n`);
        this.#blankLine = true;
      }
      const entries = yield* this.#scan(directory.path);
      if (!entries) continue;
      if (style.long || style.blocks) yield* this.#total(entries);
      if (entries.length > 0) yield* this.#show(entries);
      if (!style.recursive) continue;
      const inner = entries.filter(
        (entry) => entry.stat.type === 'directory' && entry.name !== '.' && entry.name !== '..',
      );
      yield* this.#showDirectories(inner.sort(compareEntries(style)), true);
    }
  }

  *#scan(path: Bytes): Call<LsEntry[] | undefined> {
    let names: readonly Bytes[];
    try {
      names = this.#run.sys.readdir(path);
    } catch (error) {
      yield* this.#run.complainAbout(`can't open '${path}'`, error);
      this.#code = 1;
      return undefined;
    }
    const { hidden } = this.#style;
    const shown = hidden === 'all' ? ['.', '..', ...names] : names;
    const entries: LsEntry[] = [];
    for (const name of shown) {
      if (name.startsWith('.') && hidden === 'none') continue;
      const entry = yield* this.#entry(joinPath(path, name), baseName(name), false);
      if (entry) entries.push(entry);
      this.#run.sys.spend(5);
    }
    return entries;
  }

  *#total(entries: readonly LsEntry[]): Call<void> {
    const kib = entries.reduce((sum, entry) => sum + Math.ceil(blocksOf(entry.stat) / 2), 0);
    const text = this.#style.human
      ? humanReadable(kib * 1024, { fraction: false }).padEnd(HUMAN_READABLE_WIDTH)
      : String(kib);
    yield* this.#run.out.write(`total ${text}\n`);
  }

  *#show(entries: readonly LsEntry[]): Call<void> {
    const style = this.#style;
    const sorted = [...entries].sort(compareEntries(style));
    if (style.columns === '1') {
      for (const entry of sorted) {
        const line = style.long ? longLine(entry, style, this.#accounts) : nameCell(entry, style);
        yield* this.#run.out.write(`${line.text}\n`);
      }
      return;
    }
    yield* this.#run.out.write(layOut(sorted, style));
  }
}

/** Blocks of 512 bytes that a file takes up. */
export function blocksOf(stat: Stat): number {
  const holds = stat.type === 'file' || stat.type === 'directory';
  return holds ? Math.ceil(stat.size / 4096) * 8 : 0;
}
