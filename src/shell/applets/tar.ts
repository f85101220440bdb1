import type { Bytes } from '../../runtime/bytes';
import type { Call, Sys } from '../../runtime/syscalls';
import { applet, Failure, type Invocation, strerror, UsageFailure } from './applet';
import { BadArchive, ByteSource } from './byte-source';
import { bunzip2Stream } from './bzip2-format';
import { bzip2Stream } from './bzip2-pack';
import { openOrFail } from './files';
import { GZIP_MAGIC, gunzipStream, gzipStream } from './gzip-format';
import { readLines } from './lines';
import { parseInteger } from './numbers';
import { type Options, parseOptions } from './options';
import { TarWriter } from './tar-create';
import { TarUnpacker } from './tar-extract';
import { BLOCK, isTarBlock } from './tar-format';

const LONG = {
  list: 't',
  extract: 'x',
  'directory=': 'C',
  'file=': 'f',
  'to-stdout': 'O',
  'no-same-owner': 'o',
  'same-permissions': 'p',
  verbose: 'v',
  'keep-old': 'k',
  create: 'c',
  dereference: 'h',
  bzip2: 'j',
  'files-from=': 'T',
  'exclude-from=': 'X',
  gzip: 'z',
  xz: 'J',
  compress: 'Z',
  'auto-compress': 'a',
  touch: 'm',
  'strip-components=': 'strip',
  lzma: 'lzma',
  'no-recursion': 'flat',
  'to-command=': 'command',
  'numeric-owner': 'numeric',
  'no-same-permissions': 'no modes',
  overwrite: 'overwrite',
  'exclude=': 'exclude',
};

type Filter = (source: ByteSource, emit: (bytes: Bytes) => Call<void>) => Call<unknown>;

/** Models archival/tar.c. */
export const tar = applet('tar', function* (run) {
  if (run.args[0] === '--version') {
    yield* run.out.write('tar (busybox) 1.37.0\n');
    return 0;
  }
  const options = parseOptions(withDash(run.args), {
    letters: 'txC:f:OopvkchjT:X:zJZam',
    long: LONG,
  });
  const actions = ['t', 'x', 'c'].filter((action) => options.has(action));
  if (actions.length !== 1) throw new UsageFailure();
  for (const [key, name] of [
    ['J', 'xz'],
    ['Z', 'compress'],
    ['lzma', 'lzma'],
    ['command', '--to-command'],
  ] as const) {
    if (options.has(key)) throw new Failure(`${name} is not simulated in Podlab`);
  }
  const reject = [...(yield* readNames(run, options.values('X'))), ...options.values('exclude')];
  const accept = [
    ...(yield* readNames(run, options.values('T'))),
    ...options.operands.map(withoutSlash),
  ];
  return options.has('c')
    ? yield* create(run, options, accept, reject)
    : yield* unpack(run, options, accept, reject);
});

/** The first argument may do without its dash, and then takes the file's name last. */
function withDash(args: readonly Bytes[]): readonly Bytes[] {
  const [first, ...rest] = args;
  if (first === undefined || first === '' || first.startsWith('-')) return args;
  const letters = first.includes('f') ? `${first.replace('f', '')}f` : first;
  return [`-${letters}`, ...rest];
}

function withoutSlash(path: Bytes): Bytes {
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
}

function* readNames(run: Invocation, files: readonly Bytes[]): Call<Bytes[]> {
  const names: Bytes[] = [];
  for (const file of files) {
    const fd = yield* openOrFail(run, file);
    names.push(...(yield* readLines(run.sys, fd)).map(withoutSlash));
    if (fd !== 0) run.sys.close(fd);
  }
  return names;
}

function changeDirectory(run: Invocation, options: Options): void {
  const path = options.value('C');
  if (path === undefined) return;
  try {
    run.sys.chdir(path);
  } catch (error) {
    throw new Failure(`can't change directory to '${path}': ${strerror(error)}`);
  }
}

function* create(
  run: Invocation,
  options: Options,
  accept: readonly Bytes[],
  exclude: readonly Bytes[],
): Call<number> {
  const { sys } = run;
  if (accept.length === 0) throw new Failure('empty archive');
  const file = options.value('f') ?? '-';
  let archive = 1;
  if (file !== '-') {
    try {
      const flags = { write: true, create: true, truncate: true };
      archive = yield* sys.open(file, flags, 0o666);
    } catch (error) {
      throw new Failure(`can't open '${file}': ${strerror(error)}`);
    }
  }
  changeDirectory(run, options);
  const filter = packerFor(options, file);
  const packer = filter && startFilter(sys, filter, 'write', archive);
  const writer = new TarWriter(run, packer?.fd ?? archive, {
    exclude,
    verbose: options.has('v'),
    dereference: options.has('h'),
    recurse: !options.has('flat'),
    archive,
  });
  const ok = yield* writer.write(accept);
  if (!packer) return ok ? 0 : 1;
  sys.close(packer.fd);
  const ended = yield* sys.waitpid(packer.pid);
  const packed = ended?.status.kind === 'exited' && ended.status.code === 0;
  return ok && packed ? 0 : 1;
}

function packerFor(options: Options, file: Bytes): Filter | undefined {
  const automatic = options.has('a');
  if (options.has('z') || (automatic && file.endsWith('gz'))) return gzipStream;
  if (options.has('j') || (automatic && file.endsWith('bz2'))) return bzip2Stream;
  return undefined;
}

function* unpack(
  run: Invocation,
  options: Options,
  accept: readonly Bytes[],
  reject: readonly Bytes[],
): Call<number> {
  const { sys } = run;
  const file = options.value('f') ?? '-';
  const archive = file === '-' ? 0 : yield* openOrFail(run, file);
  changeDirectory(run, options);
  const filter = options.has('z')
    ? gunzipStream
    : options.has('j')
      ? bunzip2Stream
      : yield* detectFilter(run, archive);
  const unpacker = filter && startFilter(sys, filter, 'read', archive);
  const strip = options.value('strip');
  const restoresMode = sys.uid === 0 && !options.has('no modes');
  const code = yield* new TarUnpacker(run, new ByteSource(sys, unpacker?.fd ?? archive), {
    action: options.has('O') ? 'to stdout' : options.has('x') ? 'extract' : 'list',
    accept,
    reject,
    verbose: options.count('t') + options.count('v'),
    keepOld: options.has('k'),
    overwrite: options.has('overwrite'),
    restoreOwner: !options.has('o'),
    numericOwner: options.has('numeric'),
    restoreMode: restoresMode,
    restoreTime: !options.has('m'),
    stripComponents: strip === undefined ? 0 : parseInteger(strip, { least: 0 }),
  }).unpack();
  if (!unpacker) return code;
  sys.close(unpacker.fd);
  const ended = yield* sys.waitpid(unpacker.pid);
  return ended?.status.kind === 'exited' && ended.status.code === 0 ? code : 1;
}

/** How an archive that is no plain one is packed, by its first bytes; only files can be looked at twice. */
function* detectFilter(run: Invocation, archive: number): Call<Filter | undefined> {
  const { sys } = run;
  if (sys.fstat(archive).type !== 'file') return undefined;
  const begin = yield* sys.read(archive, BLOCK);
  sys.seek(archive, -begin.length, 'current');
  if (begin.length === BLOCK && isTarBlock(begin)) return undefined;
  if (begin.startsWith(GZIP_MAGIC)) return gunzipStream;
  return begin.startsWith('BZ') ? bunzip2Stream : undefined;
}

/** A child that packs what is written to `fd`, or from whose `fd` the unpacked archive is read. */
function startFilter(
  sys: Sys,
  filter: Filter,
  way: 'read' | 'write',
  archive: number,
): { readonly fd: number; readonly pid: number } {
  const [readEnd, writeEnd] = sys.pipe();
  const [ours, theirs] = way === 'read' ? [readEnd, writeEnd] : [writeEnd, readEnd];
  const pid = sys.fork(function* (child) {
    child.close(ours);
    const [from, to] = way === 'read' ? [archive, theirs] : [theirs, archive];
    try {
      yield* filter(new ByteSource(child, from), (bytes) => child.write(to, bytes));
      return 0;
    } catch (error) {
      if (!(error instanceof BadArchive)) throw error;
      yield* child.write(2, `tar: ${error.message}\n`);
      return 1;
    }
  });
  sys.close(theirs);
  return { fd: ours, pid };
}
