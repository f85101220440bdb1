import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import type { Call } from '../../runtime/syscalls';
import { parseMode } from '../builtins/file-mode';
import { applet, Failure, type Invocation, strerror, UsageFailure } from './applet';
import { Confirmation } from './confirmation';
import { FileCopier } from './copy-file';
import { baseName, directoryName, joinPath, statOf } from './files';
import { makeDirectory } from './make-directory';
import { parseInteger, type Suffixes } from './numbers';
import { type Options, parseOptions } from './options';
import { parseOwner } from './permissions';
import { readAccounts } from './users';

const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

/** Models coreutils/mktemp.c. */
export const mktemp = applet('mktemp', function* (run) {
  const options = parseOptions(run.args, {
    letters: 'dqtp:u',
    long: { directory: 'd', quiet: 'q', 'dry-run': 'u', 'tmpdir=?': 'tmpdir' },
    most: 1,
  });
  const template = options.operands[0];
  const folder =
    options.value('p') ?? options.value('tmpdir') ?? (run.sys.env.get('TMPDIR') || '/tmp');
  const inFolder = template === undefined || ['t', 'p', 'tmpdir'].some((key) => options.has(key));
  const name = template ?? 'tmp.XXXXXX';
  try {
    const path = yield* createUnique(run, inFolder ? joinPath(folder, name) : name, options);
    yield* run.out.write(`${path}\n`);
    return 0;
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    if (options.has('q')) return 1;
    // The C library has emptied the name by the time it is shown.
    throw new Failure(`: ${error.message}`);
  }
});

function* createUnique(run: Invocation, template: Bytes, options: Options): Call<Bytes> {
  if (!template.endsWith('XXXXXX')) throw new SysError('EINVAL');
  for (;;) {
    let path = template.slice(0, -6);
    for (let i = 0; i < 6; i++) path += LETTERS[run.sys.random(LETTERS.length)];
    try {
      if (options.has('d') && !options.has('u')) {
        run.sys.mkdir(path, 0o700);
      } else if (!options.has('u')) {
        const flags = { read: true, write: true, create: true, exclusive: true };
        run.sys.close(yield* run.sys.open(path, flags, 0o600));
      }
      return path;
    } catch (error) {
      if (error instanceof SysError && error.errno === 'EEXIST') continue;
      throw error;
    }
  }
}

/** Models coreutils/libcoreutils/getopt_mk_fifo_nod.c and mkfifo.c. */
export const mkfifo = applet('mkfifo', function* (run) {
  const options = parseOptions(run.args, { letters: 'm:', long: { 'mode=': 'm' }, least: 1 });
  const mode = modeOf(options.value('m'), 0o666, run);
  let code = 0;
  for (const path of options.operands) {
    try {
      run.sys.mkfifo(path, mode);
      if (options.has('m')) run.sys.chmod(path, mode);
    } catch (error) {
      yield* run.complainAbout(path, error);
      code = 1;
    }
  }
  return code;
});

/**
 * Models coreutils/mknod.c for pipes and character devices. Block devices are refused: there is nothing that
 * could be behind them.
 */
export const mknod = applet('mknod', function* (run) {
  const options = parseOptions(run.args, {
    letters: 'm:',
    long: { 'mode=': 'm' },
    least: 2,
    most: 4,
  });
  const [path, type = '', ...numbers] = options.operands as [Bytes, ...Bytes[]];
  if (!/^[pbcu]$/.test(type)) throw new UsageFailure();
  if (numbers.length !== (type === 'p' ? 0 : 2)) throw new UsageFailure();
  const mode = modeOf(options.value('m'), 0o666, run);
  const [major = 0, minor = 0] = numbers.map((text) => parseInteger(text, { least: 0 }));
  try {
    if (type === 'b') throw new SysError('EPERM');
    if (type === 'p') run.sys.mkfifo(path, mode);
    else run.sys.mknod(path, mode, major, minor);
    if (options.has('m')) run.sys.chmod(path, mode);
  } catch (error) {
    yield* run.complainAbout(path, error);
    return 1;
  }
  return 0;
});

function modeOf(text: Bytes | undefined, base: number, run: Invocation): number {
  if (text === undefined) return base;
  const mode = parseMode(text, base, run.sys.umask());
  if (mode === undefined) throw new Failure(`invalid mode '${text}'`);
  return mode;
}

const TRUNCATE_SUFFIXES: Suffixes = {
  KB: 1000n,
  MB: 1000000n,
  GB: 1000000000n,
  kB: 1000n,
  k: 1024n,
  K: 1024n,
  M: 1048576n,
  G: 1073741824n,
};

/** Models coreutils/truncate.c. */
export const truncate = applet('truncate', function* (run) {
  const options = parseOptions(run.args, { letters: 'cs:', least: 1 });
  const text = options.value('s');
  if (text === undefined) throw new UsageFailure();
  const size = parseInteger(text, { least: 0, suffixes: TRUNCATE_SUFFIXES });
  let code = 0;
  for (const path of options.operands) {
    let fd: number;
    try {
      fd = yield* run.sys.open(path, { write: true, create: !options.has('c') }, 0o666);
    } catch (error) {
      if (error instanceof SysError && error.errno === 'ENOENT' && options.has('c')) continue;
      yield* run.complainAbout(`${path}: open`, error);
      code = 1;
      continue;
    }
    try {
      run.sys.truncate(fd, size);
    } catch (error) {
      yield* run.complainAbout(`${path}: truncate`, error);
      code = 1;
    }
    run.sys.close(fd);
  }
  return code;
});

/** Models coreutils/install.c. */
export const install = applet('install', function* (run) {
  const options = parseOptions(run.args, {
    letters: 'cvbDdpsg:m:o:t:',
    long: {
      directory: 'd',
      'preserve-timestamps': 'p',
      strip: 's',
      'group=': 'g',
      'mode=': 'm',
      'owner=': 'o',
      'target-directory=': 't',
    },
  });
  const makes = options.has('d');
  if (options.has('t') && makes) throw new UsageFailure();
  const operands = [...options.operands];
  let last = options.value('t');
  let intoDirectory = last !== undefined;
  if (last === undefined && !makes) {
    last = operands.pop();
    intoDirectory = last !== undefined && statOf(run, last)?.type === 'directory';
  }
  if (operands.length < 1) throw new UsageFailure();
  const accounts = yield* readAccounts(run.sys);
  const owner = options.value('o');
  const group = options.value('g');
  const uid = owner === undefined ? undefined : parseOwner(owner, accounts).uid;
  const gid = group === undefined ? undefined : parseOwner(`:${group}`, accounts).gid;
  const mode = modeOf(options.value('m'), 0o755, run);
  const verbose = options.has('v');
  const copier = new FileCopier(
    run,
    {
      recursive: false,
      dereference: true,
      dereferenceTop: false,
      preserve: options.has('p'),
      interactive: false,
      noOverwrite: false,
      update: false,
      link: 'none',
      removeDestination: false,
      verbose,
    },
    new Confirmation(run),
  );
  let code = 0;
  for (const source of operands) {
    const target = makes
      ? source
      : intoDirectory
        ? joinPath(last as Bytes, baseName(source))
        : (last as Bytes);
    const folder = options.has('t') ? (last as Bytes) : directoryName(target);
    if (makes || options.has('D')) {
      const rules = { mode: 0o755, parents: true, verbose };
      const made = yield* makeDirectory(run, makes ? target : folder, rules);
      if (makes && !made) {
        code = 1;
        continue;
      }
    }
    if (!makes && !(yield* copier.copy(source, target))) {
      code = 1;
      continue;
    }
    if (!(yield* finish(run, target, mode, uid, gid))) code = 1;
  }
  return code;
});

function* finish(
  run: Invocation,
  target: Bytes,
  mode: number,
  uid: number | undefined,
  gid: number | undefined,
): Call<boolean> {
  let ok = true;
  try {
    if (uid !== undefined || gid !== undefined) run.sys.chown(target, uid, gid, { noFollow: true });
  } catch (error) {
    yield* run.complain(`can't change ownership of ${target}: ${strerror(error)}`);
    ok = false;
  }
  try {
    run.sys.chmod(target, mode);
  } catch (error) {
    yield* run.complain(`can't change permissions of ${target}: ${strerror(error)}`);
    ok = false;
  }
  return ok;
}
