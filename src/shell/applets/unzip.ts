import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import type { Call } from '../../runtime/syscalls';
import { applet, Failure, type Invocation, strerror } from './applet';
import { BadArchive, ByteSource } from './byte-source';
import { crc32 } from './crc32';
import { attempt, lstatOf } from './files';
import { Inflater } from './inflate';
import { LineReader } from './lines';
import { parseOptions } from './options';

interface Entry {
  readonly name: Bytes;
  readonly method: number;
  readonly crc: number;
  readonly packed: number;
  readonly size: number;
  readonly mode: number;
  /** Of the entry's own header. */
  readonly offset: number;
  /** MS-DOS time and date. */
  readonly time: number;
  readonly date: number;
}

type Overwriting = 'ask' | 'always' | 'never';

const END_MAGIC = 'PK\x05\x06';
const END_BYTES = 22;
/** The end's record and the longest comment. */
const TAIL_BYTES = END_BYTES + 65_535;
const STORED = 0;
const DEFLATED = 8;
const SYMLINK = 0o120000;

const half = (bytes: Bytes, at: number): number =>
  bytes.charCodeAt(at) | (bytes.charCodeAt(at + 1) << 8);
const word = (bytes: Bytes, at: number): number =>
  (half(bytes, at) | (half(bytes, at + 2) << 16)) >>> 0;

/** Models archival/unzip.c: what is stored and what is deflated. */
export const unzip = applet('unzip', function* (run) {
  const options = parseOptions(withoutLateNames(run.args), { letters: 'lnojpqtKd:x:', least: 1 });
  const [archive = '', ...wanted] = options.operands;
  const { fd, path } = yield* openArchive(run, archive);
  const quiet = options.has('q') || options.has('p');
  if (!quiet) yield* run.out.write(`Archive:  ${path}\n`);
  const excluded = options.values('x');
  const all = yield* directoryOf(run, fd);
  const entries = all.filter(
    ({ name }) =>
      (wanted.length === 0 || wanted.some((pattern) => matches(pattern, name))) &&
      !excluded.some((pattern) => matches(pattern, name)),
  );
  if (options.has('l')) return yield* list(run, entries, all.length, quiet);
  const unpacker = new Unpacker(run, fd, {
    quiet,
    toOutput: options.has('p'),
    testing: options.has('t'),
    flat: options.has('j'),
    folder: options.value('d'),
    overwriting: options.has('o') ? 'always' : options.has('n') ? 'never' : 'ask',
  });
  for (const entry of entries) yield* unpacker.unpack(entry);
  return 0;
});

/** Every name behind `-x` is one to leave out. */
function withoutLateNames(args: readonly Bytes[]): Bytes[] {
  const at = args.indexOf('-x');
  if (at < 0) return [...args];
  const names = args.slice(at + 1);
  const end = names.findIndex((name) => name.startsWith('-'));
  const excluded = end < 0 ? names : names.slice(0, end);
  return [
    ...args.slice(0, at),
    ...excluded.flatMap((name) => ['-x', name]),
    ...names.slice(excluded.length),
  ];
}

function matches(pattern: Bytes, name: Bytes): boolean {
  const source = pattern
    .replace(/[.+^${}()|\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return attempt(() => new RegExp(`^${source}$`, 's').test(name)) ?? pattern === name;
}

function* openArchive(
  run: Invocation,
  name: Bytes,
): Call<{ readonly fd: number; readonly path: Bytes }> {
  for (const ending of ['', '.zip', '.ZIP']) {
    const path = name + ending;
    try {
      return { fd: yield* run.sys.open(path, { read: true }), path };
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
    }
  }
  throw new Failure(`can't open ${name}[.zip]`);
}

function* bytesAt(run: Invocation, fd: number, at: number, count: number): Call<Bytes> {
  run.sys.seek(fd, at, 'start');
  return yield* new ByteSource(run.sys, fd).take(count);
}

/** The entries of the directory at the archive's end. */
function* directoryOf(run: Invocation, fd: number): Call<Entry[]> {
  const size = run.sys.seek(fd, 0, 'end');
  const from = Math.max(0, size - TAIL_BYTES);
  const tail = yield* bytesAt(run, fd, from, size - from);
  const end = tail.lastIndexOf(END_MAGIC);
  if (end < 0 || tail.length - end < END_BYTES) throw new Failure('short read');
  const directory = yield* bytesAt(run, fd, word(tail, end + 16), word(tail, end + 12));
  const entries: Entry[] = [];
  for (let at = 0, left = half(tail, end + 10); left > 0; left--) {
    if (word(directory, at) !== 0x02014b50)
      throw new Failure(
        `invalid zip magic ${word(directory, at).toString(16).toUpperCase().padStart(8, '0')}`,
      );
    const length = half(directory, at + 28);
    entries.push({
      name: directory.slice(at + 46, at + 46 + length),
      method: half(directory, at + 10),
      time: half(directory, at + 12),
      date: half(directory, at + 14),
      crc: word(directory, at + 16),
      packed: word(directory, at + 20),
      size: word(directory, at + 24),
      mode: word(directory, at + 38) >>> 16,
      offset: word(directory, at + 42),
    });
    at += 46 + length + half(directory, at + 30) + half(directory, at + 32);
  }
  return entries;
}

function* list(
  run: Invocation,
  entries: readonly Entry[],
  count: number,
  quiet: boolean,
): Call<number> {
  const { out } = run;
  if (!quiet) {
    yield* out.write('  Length      Date    Time    Name\n---------  ---------- -----   ----\n');
  }
  let total = 0;
  for (const { date, name, size, time } of entries) {
    total += size;
    const two = (value: number): Bytes => String(value).padStart(2, '0');
    const day = `${two((date >> 5) & 15)}-${two(date & 31)}-${(date >> 9) + 1980}`;
    const clock = `${two(time >> 11)}:${two((time >> 5) & 63)}`;
    yield* out.write(`${String(size).padStart(9)}  ${day} ${clock}   ${name}\n`);
  }
  if (!quiet) {
    yield* out.write(' --------                     -------\n');
    yield* out.write(`${String(total).padStart(9)}                     ${count} files\n`);
  }
  return 0;
}

class Unpacker {
  readonly #run: Invocation;
  readonly #fd: number;
  readonly #quiet: boolean;
  readonly #toOutput: boolean;
  readonly #testing: boolean;
  readonly #flat: boolean;
  readonly #folder: Bytes | undefined;
  #overwriting: Overwriting;

  constructor(
    run: Invocation,
    fd: number,
    options: {
      readonly quiet: boolean;
      readonly toOutput: boolean;
      readonly testing: boolean;
      readonly flat: boolean;
      readonly folder: Bytes | undefined;
      readonly overwriting: Overwriting;
    },
  ) {
    this.#run = run;
    this.#fd = fd;
    this.#quiet = options.quiet;
    this.#toOutput = options.toOutput;
    this.#testing = options.testing;
    this.#flat = options.flat;
    this.#folder = options.folder;
    this.#overwriting = options.overwriting;
  }

  *unpack(entry: Entry): Call<void> {
    const { sys } = this.#run;
    const isFolder = entry.name.endsWith('/');
    if (this.#toOutput || this.#testing) {
      if (!isFolder) yield* this.#content(entry, this.#testing ? undefined : 1);
      return;
    }
    if (this.#flat && isFolder) return;
    let name: Bytes | undefined = this.#placeOf(entry.name);
    if (isFolder) {
      yield* this.#makeFolders(name, entry);
      return;
    }
    name = yield* this.#nameFor(name);
    if (name === undefined) return;
    yield* this.#makeFolders(name.slice(0, name.lastIndexOf('/') + 1));
    yield* this.#tell('inflating', name);
    if ((entry.mode & 0o170000) === SYMLINK) {
      let target = '';
      // biome-ignore lint/correctness/useYield: it only keeps what it is given
      yield* this.#content(entry, function* (bytes) {
        target += bytes;
      });
      sys.symlink(target, name);
      return;
    }
    const mode = entry.mode === 0 ? 0o666 : entry.mode & 0o777;
    let out: number;
    try {
      out = yield* sys.open(name, { write: true, create: true, truncate: true }, mode);
    } catch (error) {
      throw new Failure(`can't open '${name}': ${strerror(error)}`);
    }
    yield* this.#content(entry, out);
    sys.close(out);
  }

  #placeOf(name: Bytes): Bytes {
    const safe = name.replace(/^\/+/, '').replace(/(^|\/)\.\.(?=\/)/g, '$1.');
    const own = this.#flat ? safe.slice(safe.lastIndexOf('/') + 1) : safe;
    return this.#folder === undefined ? own : `${this.#folder.replace(/\/$/, '')}/${own}`;
  }

  /** The name to write to, if it is to be written at all. */
  *#nameFor(name: Bytes): Call<Bytes | undefined> {
    let chosen = name;
    while (this.#overwriting !== 'always' && lstatOf(this.#run, chosen)) {
      if (this.#overwriting === 'never') return undefined;
      yield* this.#run.out.write(`replace ${chosen}? [y]es, [n]o, [A]ll, [N]one, [r]ename: `);
      yield* this.#run.out.flush();
      const reader = new LineReader(this.#run.sys, 0);
      const line = yield* reader.next();
      if (line === undefined) throw new Failure("can't read standard input");
      const answer = line[0];
      if (answer === 'n') return undefined;
      if (answer === 'y') return chosen;
      if (answer === 'A') this.#overwriting = 'always';
      else if (answer === 'N') this.#overwriting = 'never';
      else if (answer === 'r') {
        yield* this.#run.out.write('new name: ');
        yield* this.#run.out.flush();
        chosen = ((yield* reader.next()) ?? '').trimEnd();
      }
    }
    return chosen;
  }

  *#makeFolders(path: Bytes, entry?: Entry): Call<void> {
    const { sys } = this.#run;
    for (let at = path.indexOf('/', 1); at >= 0; at = path.indexOf('/', at + 1)) {
      const folder = path.slice(0, at);
      if (lstatOf(this.#run, folder)) continue;
      const isLast = at === path.length - 1;
      if (entry && isLast) yield* this.#tell('creating', path);
      const bits = entry && isLast ? entry.mode & 0o777 : 0;
      try {
        sys.mkdir(folder, bits === 0 ? 0o777 : bits);
      } catch (error) {
        throw new Failure(`can't create directory '${folder}': ${strerror(error)}`);
      }
    }
  }

  *#tell(what: Bytes, name: Bytes): Call<void> {
    if (!this.#quiet) yield* this.#run.out.write(`${`${what}:`.padStart(12)} ${name}\n`);
  }

  /** The entry's bytes to a descriptor or to whoever takes them; undefined: nowhere. */
  *#content(
    { crc, method, offset, packed }: Entry,
    to: number | ((bytes: Bytes) => Call<void>) | undefined,
  ): Call<void> {
    const { out, sys } = this.#run;
    const header = yield* bytesAt(this.#run, this.#fd, offset, 30);
    sys.seek(this.#fd, offset + 30 + half(header, 26) + half(header, 28), 'start');
    let found = 0;
    const emit = function* (bytes: Bytes): Call<void> {
      found = crc32(bytes, found);
      if (to === 1) yield* out.write(bytes);
      else if (typeof to === 'number') yield* sys.write(to, bytes);
      else if (to) yield* to(bytes);
    };
    const source = new ByteSource(sys, this.#fd);
    try {
      if (method === STORED) yield* emit(yield* source.take(packed));
      else if (method === DEFLATED) yield* new Inflater(source, emit).run();
      else throw new Failure(`unsupported method ${method}`);
    } catch (error) {
      if (error instanceof BadArchive) throw new Failure(error.message);
      throw error;
    }
    if (found !== crc) throw new Failure('crc error');
  }
}
