import type { Bytes } from '../../runtime/bytes';
import type { FileType, Stat } from '../../runtime/syscalls';
import { calendarTime } from './calendar';
import { byteOrder } from './files';
import { HUMAN_READABLE_WIDTH, humanReadable } from './human-readable';
import { modeString } from './mode';
import { printable } from './printable';
import { strftime } from './strftime';
import type { TimeZone } from './timezone';
import type { Accounts } from './users';
import { compareVersions } from './versions';

/** A file as ls lists it. */
export interface LsEntry {
  readonly path: Bytes;
  readonly name: Bytes;
  readonly stat: Stat;
  /** Type of the file itself, not of what a link leads to. */
  readonly ownType: FileType;
  readonly target?: Bytes;
  readonly targetStat?: Stat;
}

export interface LsStyle {
  readonly long: boolean;
  readonly columns: 'C' | 'x' | '1';
  readonly width: number;
  readonly order: 'name' | 'S' | 't' | 'v' | 'X';
  readonly reverse: boolean;
  readonly directoriesFirst: boolean;
  readonly time: 'modifiedMs' | 'accessedMs' | 'changedMs';
  readonly inode: boolean;
  readonly blocks: boolean;
  readonly numeric: boolean;
  readonly groupOnly: boolean;
  readonly human: boolean;
  readonly fullTime: boolean;
  readonly quote: boolean;
  readonly indicator: 'none' | 'directories' | 'all';
  readonly color: boolean;
  readonly nowMs: number;
  readonly zone: TimeZone;
}

/** A text and how many columns of a terminal it takes. */
export interface Cell {
  readonly text: Bytes;
  readonly width: number;
}

const HALF_YEAR_SECONDS = (365 / 2) * 86400;

/** The order of entries. */
export function compareEntries(style: LsStyle): (a: LsEntry, b: LsEntry) => number {
  const seconds = (entry: LsEntry) => Math.floor(entry.stat[style.time] / 1000);
  return (a, b) => {
    let order = 0;
    if (style.directoriesFirst) {
      order = Number(b.stat.type === 'directory') - Number(a.stat.type === 'directory');
    }
    if (order === 0) {
      if (style.order === 'S') order = b.stat.size - a.stat.size;
      else if (style.order === 't') order = seconds(b) - seconds(a);
      else if (style.order === 'v') order = compareVersions(a.name, b.name);
      else if (style.order === 'X') order = byteOrder(extension(a.name), extension(b.name));
    }
    if (order === 0) order = byteOrder(a.name, b.name);
    return style.reverse ? -order : order;
  };
}

/** From the first dot on. */
function extension(name: Bytes): Bytes {
  const dot = name.indexOf('.');
  return dot < 0 ? '' : name.slice(dot);
}

/** A name with what -i, -s, -F, -Q and colours add to it. */
export function nameCell(entry: LsEntry, style: LsStyle): Cell {
  const front = frontColumns(entry, style);
  const name = shownName(entry.name, entry.ownType, entry.stat, style);
  const indicator = indicatorOf(entry.stat.type, entry.stat.mode, style);
  return {
    text: front + name.text + indicator,
    width: front.length + name.width + indicator.length,
  };
}

function frontColumns(entry: LsEntry, style: LsStyle): Bytes {
  let text = '';
  if (style.inode) text += `${String(entry.stat.inode).padStart(7)} `;
  if (style.blocks) {
    const blocks = entry.stat.type === 'file' ? Math.ceil(entry.stat.size / 4096) * 8 : 0;
    text += style.human
      ? `${humanReadable(blocks * 512).padStart(HUMAN_READABLE_WIDTH)} `
      : `${String(blocks / 2).padStart(6)} `;
  }
  return text;
}

function shownName(name: Bytes, type: FileType, stat: Stat, style: LsStyle): Cell {
  let { text, width } = printable(name);
  if (style.quote) {
    const quoted = text.replace(/["\\]/g, '\\$&');
    width += quoted.length - text.length + 2;
    text = `"${quoted}"`;
  }
  return { text: style.color ? `${colorOf(type, stat.mode)}${text}\x1b[m` : text, width };
}

/** A line of the long format. */
export function longLine(entry: LsEntry, style: LsStyle, accounts: Accounts): Cell {
  const { stat } = entry;
  const owner = style.numeric ? undefined : accounts.userById(stat.uid)?.name;
  const group = style.numeric ? undefined : accounts.groupById(stat.gid)?.name;
  let text = frontColumns(entry, style);
  text += `${modeString(stat.type, stat.mode).padEnd(10)} ${String(stat.links).padStart(4)} `;
  if (!style.groupOnly) text += `${(owner ?? String(stat.uid)).padEnd(8)} `;
  text += `${(group ?? String(stat.gid)).padEnd(8)} ${sizeColumn(stat, style)} ${timeColumn(stat, style)} `;
  const name = shownName(entry.name, entry.ownType, stat, style);
  text += name.text;
  if (entry.target !== undefined) {
    const end = entry.targetStat;
    const shown = style.color
      ? `${colorOf(end?.type ?? 'file', end?.mode ?? 0)}${printable(entry.target).text}\x1b[m`
      : printable(entry.target).text;
    text += ` -> ${shown}${end ? indicatorOf(end.type, end.mode, style) : ''}`;
  } else {
    text += indicatorOf(stat.type, stat.mode, style);
  }
  return { text, width: text.length };
}

function sizeColumn(stat: Stat, style: LsStyle): Bytes {
  if (stat.rdev) {
    return `${String(stat.rdev.major).padStart(4)}, ${String(stat.rdev.minor).padStart(3)}`;
  }
  if (style.human) return humanReadable(stat.size).padStart(HUMAN_READABLE_WIDTH);
  return String(stat.size).padStart(9);
}

function timeColumn(stat: Stat, style: LsStyle): Bytes {
  const seconds = Math.floor(stat[style.time] / 1000);
  const time = calendarTime(seconds, style.zone);
  if (style.fullTime) return strftime('%Y-%m-%d %H:%M:%S %z', time);
  const age = Math.floor(style.nowMs / 1000) - seconds;
  const recent = age < HALF_YEAR_SECONDS && age > -15 * 60;
  return recent
    ? strftime('%b %e %H:%M', time)
    : strftime('%b %e ', time) + strftime('%Y', time).padStart(5);
}

function indicatorOf(type: FileType, mode: number, style: LsStyle): Bytes {
  if (style.indicator === 'none') return '';
  if (type === 'directory') return '/';
  if (style.indicator === 'directories') return '';
  if (type === 'file') return mode & 0o111 ? '*' : '';
  return { symlink: '@', fifo: '|', socket: '=', 'character device': '' }[type];
}

function colorOf(type: FileType, mode: number): Bytes {
  if (type === 'file') return mode & 0o111 ? '\x1b[1;32m' : '\x1b[0;0m';
  const color = { directory: 34, symlink: 36, fifo: 33, socket: 35, 'character device': 33 }[type];
  return `\x1b[${type === 'fifo' ? 0 : 1};${color}m`;
}

/** Entries in columns, filled downwards (-C) or across (-x). */
export function layOut(entries: readonly LsEntry[], style: LsStyle): Bytes {
  const cells = entries.map((entry) => nameCell(entry, style));
  const longest = Math.max(...entries.map((entry) => printable(entry.name).width));
  const columnWidth = longest + 2 + (style.inode ? 8 : 0) + (style.blocks ? 5 : 0);
  const columns = Math.max(Math.floor(style.width / columnWidth), 1);
  const rows = Math.ceil(cells.length / columns);
  let text = '';
  for (let row = 0; row < rows; row++) {
    let used = 0;
    let tab = 0;
    for (let column = 0; column < columns; column++) {
      const cell = cells[style.columns === 'x' ? row * columns + column : column * rows + row];
      if (!cell) continue;
      text += ' '.repeat(Math.max(tab - used, 0));
      used = Math.max(tab, used) + cell.width;
      tab += columnWidth;
      text += cell.text;
    }
    text += '\n';
  }
  return text;
}
