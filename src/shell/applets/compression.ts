import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import type { Call, Stat } from '../../runtime/syscalls';
import { applet, Failure, type Invocation, strerror } from './applet';
import { BadArchive, ByteSource } from './byte-source';
import { BZIP2_MAGIC, bunzip2Stream } from './bzip2-format';
import { bzip2Stream } from './bzip2-pack';
import { type CompressionLevel, GZIP_MAGIC, gunzipStream, gzipStream } from './gzip-format';
import { type Options, parseOptions } from './options';

type Emit = (bytes: Bytes) => Call<void>;

/** Packs or unpacks a stream; the number of bytes that came out, if it is known. */
type Transform = (source: ByteSource, emit: Emit) => Call<number>;

interface Rules {
  readonly transform: Transform;
  /** The name of the result; undefined if the file does not have the suffix. */
  readonly rename: (path: Bytes) => Bytes | undefined;
  readonly toStdout: boolean;
  readonly test: boolean;
  readonly force: boolean;
  readonly keep: boolean;
  readonly verbose: boolean;
}

const GZIP_LONG = {
  stdout: 'c',
  'to-stdout': 'c',
  force: 'f',
  verbose: 'v',
  decompress: 'd',
  uncompress: 'd',
  test: 't',
  quiet: 'q',
  fast: '1',
  best: '9',
  'no-name': 'n',
};

/** Models archival/gzip.c. The packed bytes differ from busybox's own, not what they unpack to. */
export const gzip = applet('gzip', function* (run) {
  const options = parseOptions(run.args, { letters: 'cfkvqdtn123456789', long: GZIP_LONG });
  if (options.has('d') || options.has('t')) return yield* unpackAll(run, options, gunzipping);
  const level = Number(options.last(...'123456789') ?? '6') as CompressionLevel;
  return yield* unpackAll(run, options, {
    transform: function* (source, emit) {
      yield* gzipStream(source, emit, level);
      return 0;
    },
    rename: (path) => `${path}.gz`,
  });
});

const gunzipping = { transform: gunzipStream, rename: gunzippedName };

export const gunzip = applet('gunzip', function* (run) {
  const options = parseOptions(run.args, { letters: 'cfkvqdtn', long: GZIP_LONG });
  return yield* unpackAll(run, options, gunzipping);
});

/** zcat knows what it unpacks by its first bytes. */
export const zcat = applet('zcat', function* (run) {
  const options = parseOptions(run.args, { letters: 'cfkvqdtn', long: GZIP_LONG });
  const paths = options.operands.length > 0 ? options.operands : ['-'];
  let code = 0;
  for (const path of paths) {
    const fd = yield* openForCat(run, path);
    if (fd === undefined) {
      code = 1;
      continue;
    }
    const source = new ByteSource(run.sys, fd);
    const transform = yield* recognise(source);
    try {
      yield* transform(source, (bytes) => run.sys.write(1, bytes));
    } catch (error) {
      // It is the unpacking child that fails; zcat does not ask how it ended.
      if (!(error instanceof BadArchive)) throw error;
      yield* run.complain(error.message);
    }
    if (fd !== 0) run.sys.close(fd);
  }
  return code;
});

function* openForCat(run: Invocation, path: Bytes): Call<number | undefined> {
  if (path === '-') return 0;
  try {
    return yield* run.sys.open(path, { read: true });
  } catch (error) {
    yield* run.complainAbout(path, error);
    return undefined;
  }
}

/** How to unpack what a source begins with. Throws Failure. */
export function* recognise(source: ByteSource): Call<Transform> {
  const begin = yield* source.take(2);
  if (begin.length < 2) throw new Failure('short read');
  source.putBack(begin);
  if (begin === GZIP_MAGIC) return gunzipStream;
  if (begin === BZIP2_MAGIC.slice(0, 2)) return bunzip2Stream;
  throw new Failure('no gzip/bzip2/xz magic');
}

const bunzipping = {
  transform: bunzip2Stream,
  rename: (path: Bytes) => (path.endsWith('.bz2') ? path.slice(0, -4) : undefined),
};

/** Models archival/bzip2.c. */
export const bzip2 = applet('bzip2', function* (run) {
  const options = parseOptions(run.args, { letters: 'cfkvqdtz123456789s' });
  if (options.has('d') || options.has('t')) return yield* unpackAll(run, options, bunzipping);
  const level = Number(options.last(...'123456789') ?? '9');
  return yield* unpackAll(run, options, {
    transform: function* (source, emit) {
      yield* bzip2Stream(source, emit, level);
      return 0;
    },
    rename: (path) => `${path}.bz2`,
  });
});

export const bunzip2 = applet('bunzip2', function* (run) {
  const options = parseOptions(run.args, { letters: 'cfkvqdt' });
  return yield* unpackAll(run, options, bunzipping);
});

export const bzcat = applet('bzcat', function* (run) {
  const options = parseOptions(run.args, { letters: 'cfkvqdt' });
  return yield* unpackAll(run, options, bunzipping, { toStdout: true });
});

function gunzippedName(path: Bytes): Bytes | undefined {
  const match = /^(.*)\.(gz|Z|tgz)$/s.exec(path);
  if (!match) return undefined;
  return match[2] === 'tgz' ? `${match[1]}.tar` : match[1];
}

/** Models bbunpack of archival/bbunzip.c. */
function* unpackAll(
  run: Invocation,
  options: Options,
  kind: Pick<Rules, 'transform' | 'rename'>,
  { toStdout = false } = {},
): Call<number> {
  const rules = {
    ...kind,
    toStdout: toStdout || options.has('c'),
    test: options.has('t'),
    force: options.has('f'),
    keep: options.has('k'),
    verbose: options.has('v'),
  };
  const paths = options.operands.length > 0 ? options.operands : ['-'];
  let code = 0;
  for (const path of paths) {
    const done = yield* path === '-' ? unpackStdin(run, rules) : unpackFile(run, rules, path);
    if (!done) code = 1;
  }
  return code;
}

function* unpackStdin(run: Invocation, rules: Rules): Call<boolean> {
  if (!rules.force && run.sys.isatty(0)) {
    throw new Failure('compressed data not read from terminal, use -f to force it');
  }
  return (yield* transformFrom(run, rules, 0, rules.test ? undefined : 1)) !== undefined;
}

function* unpackFile(run: Invocation, rules: Rules, path: Bytes): Call<boolean> {
  const { sys } = run;
  let stat: Stat;
  try {
    stat = sys.stat(path);
  } catch (error) {
    yield* run.complainAbout(path, error);
    return false;
  }
  const input = yield* openOrWarn(run, path, { read: true });
  if (input === undefined) return false;
  let name: Bytes | undefined;
  let output: number | undefined = rules.test ? undefined : 1;
  if (!rules.toStdout && !rules.test) {
    name = rules.rename(path);
    if (name === undefined) {
      yield* run.complain(`${path}: unknown suffix - ignored`);
      return false;
    }
    if (rules.force) removeQuietly(run, name);
    const flags = { write: true, create: true, exclusive: true };
    output = yield* openOrWarn(run, name, flags, stat.mode);
    if (output === undefined) return false;
  }
  const size = yield* transformFrom(run, rules, input, output);
  sys.close(input);
  if (name === undefined) return size !== undefined;
  if (output !== undefined) sys.close(output);
  if (size === undefined) {
    sys.unlink(name);
    return false;
  }
  if (rules.verbose) {
    const percent = size === 0 ? 0 : Math.floor((stat.size * 100) / size);
    yield* run.say(`${path}: ${(100 - percent) >>> 0}% - replaced with ${name}\n`);
  }
  if (!rules.keep) {
    try {
      sys.unlink(path);
    } catch (error) {
      throw new Failure(`can't remove file '${path}': ${strerror(error)}`);
    }
  }
  return true;
}

function* openOrWarn(
  run: Invocation,
  path: Bytes,
  flags: Parameters<Invocation['sys']['open']>[1],
  mode?: number,
): Call<number | undefined> {
  try {
    return yield* run.sys.open(path, flags, mode);
  } catch (error) {
    yield* run.complainAbout(`can't open '${path}'`, error);
    return undefined;
  }
}

function removeQuietly(run: Invocation, path: Bytes): void {
  try {
    run.sys.unlink(path);
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
  }
}

/** Undefined after a complaint about what is in the stream. */
function* transformFrom(
  run: Invocation,
  rules: Rules,
  input: number,
  output: number | undefined,
): Call<number | undefined> {
  try {
    return yield* rules.transform(new ByteSource(run.sys, input), function* (bytes) {
      if (output !== undefined && bytes !== '') yield* run.sys.write(output, bytes);
    });
  } catch (error) {
    if (!(error instanceof BadArchive)) throw error;
    yield* run.complain(error.message);
    return undefined;
  }
}
