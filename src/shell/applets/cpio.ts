import type { Bytes } from '../../runtime/bytes';
import type { Call, Stat } from '../../runtime/syscalls';
import { applet, Failure, type Invocation, strerror, UsageFailure } from './applet';
import { attempt, createOrFail, directoryName, lstatOf, openOrFail } from './files';
import { hold, readAll, readLines } from './lines';
import { makeDirectory } from './make-directory';
import { type Options, parseOptions } from './options';

const HEADER_BYTES = 110;
const TRAILER = 'TRAILER!!!';
const TYPE_MASK = 0o170000;
const TYPE_BITS: Readonly<Record<Stat['type'], number>> = {
  socket: 0o140000,
  symlink: 0o120000,
  file: 0o100000,
  directory: 0o040000,
  'character device': 0o020000,
  fifo: 0o010000,
};

/** Models archival/cpio.c for the newc format: list, extract, create and copy. */
export const cpio = applet('cpio', function* (run) {
  const options = parseOptions(run.args, {
    letters: 'itopdmvuLF:H:R:0',
    long: { extract: 'i', list: 't', create: 'o', 'pass-through': 'p', null: '0' },
  });
  const file = options.value('F');
  if (options.has('o')) {
    if (options.value('H') !== 'newc') throw new UsageFailure();
    const archive = yield* pack(run, options, 0);
    const to = file === undefined ? 1 : yield* createOrFail(run, file);
    yield* run.sys.write(to, archive);
    return 0;
  }
  const input = file === undefined ? 0 : yield* openOrFail(run, file);
  if (options.has('p')) {
    const folder = options.operands[0];
    if (folder === undefined) throw new UsageFailure();
    const archive = yield* pack(run, options, input);
    try {
      run.sys.chdir(folder);
    } catch (error) {
      throw new Failure(`can't change directory to '${folder}': ${strerror(error)}`);
    }
    return yield* unpack(run, options, [], archive);
  }
  if (!options.has('i') && !options.has('t')) throw new UsageFailure();
  const archive = yield* readAll(run.sys, input);
  return yield* unpack(run, options, options.operands, archive);
});

function* unpack(
  run: Invocation,
  options: Options,
  wanted: readonly Bytes[],
  archive: Bytes,
): Call<number> {
  const end = yield* new Unpacking(run, options, wanted).read(archive);
  yield* run.out.flush();
  if (end !== undefined) yield* run.say(`${Math.ceil(end / 512)} blocks\n`);
  return 0;
}

function pad(bytes: Bytes): Bytes {
  return bytes + '\0'.repeat(-bytes.length & 3);
}

function record(name: Bytes, stat: Stat | undefined, content: Bytes): Bytes {
  const fields = stat
    ? [
        stat.inode,
        TYPE_BITS[stat.type] | stat.mode,
        stat.uid,
        stat.gid,
        stat.links,
        Math.floor(stat.modifiedMs / 1000),
        content.length,
        0,
        stat.device,
        stat.rdev?.major ?? 0,
        stat.rdev?.minor ?? 0,
      ]
    : [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
  const numbers = [...fields, name.length + 1, 0].map((field) =>
    (field >>> 0).toString(16).toUpperCase().padStart(8, '0'),
  );
  return pad(`070701${numbers.join('')}${name}\0`) + pad(content);
}

/** An archive of the files that are named line by line; those with several names come last, together. */
function* pack(run: Invocation, options: Options, fd: number): Call<Bytes> {
  const { sys } = run;
  const records: Bytes[] = [];
  const linked = new Map<string, { readonly names: Bytes[]; readonly stat: Stat }>();
  for (const name of yield* readLines(sys, fd, options.has('0') ? '\0' : '\n')) {
    let stat: Stat;
    try {
      stat = options.has('L') ? sys.stat(name) : sys.lstat(name);
    } catch (error) {
      throw new Failure(`${name}: ${strerror(error)}`);
    }
    if (stat.type !== 'directory' && stat.links > 1) {
      const key = `${stat.device} ${stat.inode}`;
      const known = linked.get(key);
      if (known) known.names.unshift(name);
      else linked.set(key, { names: [name], stat });
    } else records.push(record(name, stat, yield* contentOf(run, name, stat)));
  }
  for (const { names, stat } of linked.values()) {
    for (const [i, name] of names.entries()) {
      const last = i === names.length - 1;
      records.push(record(name, stat, last ? yield* contentOf(run, name, stat) : ''));
    }
  }
  return `${records.join('')}${record(TRAILER, undefined, '')}`;
}

function* contentOf(run: Invocation, name: Bytes, stat: Stat): Call<Bytes> {
  if (stat.type === 'symlink') return run.sys.readlink(name);
  if (stat.type !== 'file') return '';
  hold(run.sys, stat.size);
  const fd = yield* openOrFail(run, name);
  const content = yield* readAll(run.sys, fd);
  run.sys.close(fd);
  return content;
}

interface Entry {
  readonly name: Bytes;
  readonly inode: number;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly links: number;
  readonly modifiedMs: number;
  readonly major: number;
  readonly minor: number;
  readonly content: Bytes;
}

class Unpacking {
  readonly #run: Invocation;
  readonly #options: Options;
  readonly #wanted: readonly Bytes[];

  constructor(run: Invocation, options: Options, wanted: readonly Bytes[]) {
    this.#run = run;
    this.#options = options;
    this.#wanted = wanted;
  }

  /** Lists or extracts what is in an archive; returns its length in bytes, undefined if it has no trailer. */
  *read(archive: Bytes): Call<number | undefined> {
    const pending: Entry[] = [];
    const made = new Map<number, Bytes>();
    let end: number | undefined;
    for (let at = 0; at < archive.length; ) {
      const { entry, next } = parseEntry(archive, at);
      at = next;
      if (entry.name === TRAILER) {
        end = at;
        break;
      }
      yield* this.#run.sys.breathe();
      if (this.#wanted.length > 0 && !this.#wanted.includes(entry.name)) continue;
      const isFile = (entry.mode & TYPE_MASK) === TYPE_BITS.file;
      if (isFile && entry.links > 1 && entry.content === '') {
        pending.push(entry);
        continue;
      }
      if (isFile && entry.links > 1) made.set(entry.inode, entry.name);
      if (this.#options.has('t') || this.#options.has('v')) {
        yield* this.#run.out.write(`${entry.name}\n`);
      }
      if (!this.#options.has('t')) yield* this.#extract(entry);
    }
    for (const link of pending) this.#link(made.get(link.inode), link.name);
    return end;
  }

  #link(to: Bytes | undefined, name: Bytes): void {
    if (this.#options.has('t') || to === undefined) return;
    attempt(() => this.#run.sys.unlink(name));
    try {
      this.#run.sys.link(to, name);
    } catch (error) {
      throw new Failure(`can't create hardlink '${name}' to '${to}': ${strerror(error)}`);
    }
  }

  *#extract(entry: Entry): Call<void> {
    const { sys } = this.#run;
    const { name, mode } = entry;
    const type = mode & TYPE_MASK;
    const folder = directoryName(name);
    if ((this.#options.has('d') || this.#options.has('p')) && folder !== '.') {
      yield* makeDirectory(this.#run, folder, { mode: 0o777, parents: true, verbose: false });
    }
    const before = lstatOf(this.#run, name);
    const isFolder = type === TYPE_BITS.directory;
    if (before && !(isFolder && before.type === 'directory')) {
      if (!this.#options.has('u') && before.modifiedMs >= entry.modifiedMs) {
        yield* this.#run.complain(`${name} not created: newer or same age file exists`);
        return;
      }
      attempt(() => (before.type === 'directory' ? sys.rmdir(name) : sys.unlink(name)));
    }
    if (type === TYPE_BITS.file) {
      const fd = yield* createOrFail(this.#run, name, mode & 0o7777);
      yield* sys.write(fd, entry.content);
      sys.close(fd);
    } else {
      try {
        if (isFolder && !before) sys.mkdir(name, mode & 0o7777);
        if (type === TYPE_BITS.symlink) sys.symlink(entry.content, name);
        if (type === TYPE_BITS.fifo) sys.mkfifo(name, mode & 0o7777);
        if (type === TYPE_BITS['character device']) {
          sys.mknod(name, mode & 0o7777, entry.major, entry.minor);
        }
      } catch (error) {
        yield* this.#run.complain(`can't create '${name}': ${strerror(error)}`);
        return;
      }
    }
    this.#finish(entry, type === TYPE_BITS.symlink);
  }

  #finish({ name, mode, uid, gid, modifiedMs }: Entry, isLink: boolean): void {
    const { sys } = this.#run;
    attempt(() => sys.chown(name, uid, gid, { noFollow: true }));
    if (isLink) return;
    attempt(() => sys.chmod(name, mode & 0o7777));
    if (this.#options.has('m')) attempt(() => sys.utimes(name, modifiedMs, modifiedMs));
  }
}

function parseEntry(archive: Bytes, at: number): { readonly entry: Entry; readonly next: number } {
  const header = archive.slice(at, at + HEADER_BYTES);
  if (header.length < HEADER_BYTES) throw new Failure('short read');
  if (!/^07070[12][0-9a-fA-F]{104}$/.test(header)) {
    throw new Failure('unsupported cpio format, use newc or crc');
  }
  const field = (i: number) => Number.parseInt(header.slice(6 + 8 * i, 14 + 8 * i), 16);
  const nameEnd = at + HEADER_BYTES + field(11);
  const begin = at + ((nameEnd - at + 3) & ~3);
  const end = begin + field(6);
  if (archive.length < end) throw new Failure('short read');
  const entry = {
    name: archive.slice(at + HEADER_BYTES, nameEnd - 1),
    inode: field(0),
    mode: field(1),
    uid: field(2),
    gid: field(3),
    links: field(4),
    modifiedMs: field(5) * 1000,
    major: field(9),
    minor: field(10),
    content: archive.slice(begin, end),
  };
  return { entry, next: begin + ((field(6) + 3) & ~3) };
}
