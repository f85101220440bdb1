import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import type { Sys } from '../../runtime/syscalls';
import { applet, Failure, failedWith, strerror } from './applet';
import { attempt, baseName, joinPath, lstatOf, statOf } from './files';
import { parseOptions } from './options';

/** Models coreutils/ln.c. */
export const ln = applet('ln', function* (run) {
  const options = parseOptions(run.args, { letters: 'sfnbS:vT', least: 1 });
  const { sys } = run;
  const soft = options.has('s');
  const noTarget = options.has('T');
  const operands = [...options.operands];
  if (noTarget && operands.length > 2) throw new Failure('-T accepts 2 args max');
  const last = operands.length === 1 ? baseName(operands[0] as Bytes) : (operands.pop() as Bytes);
  let code = 0;
  for (const target of operands) {
    let link = last;
    const follows = !options.has('n') && !noTarget;
    const there = follows ? statOf(run, link) : lstatOf(run, link);
    if (there?.type === 'directory') {
      if (noTarget) throw new Failure(`'${link}' is a directory`);
      link = joinPath(link, baseName(target));
    }
    try {
      if (!soft && lstatOf(run, target)?.type !== 'symlink') sys.stat(target);
    } catch (error) {
      yield* run.complainAbout(target, error);
      code = 1;
      continue;
    }
    if (options.has('b')) {
      try {
        sys.rename(link, `${link}${options.value('S') ?? '~'}`);
      } catch (error) {
        if (!failedWith(error, 'ENOENT')) {
          yield* run.complainAbout(link, error);
          code = 1;
          continue;
        }
      }
    }
    if (options.has('b') || options.has('f')) attempt(() => sys.unlink(link));
    if (options.has('v')) yield* run.out.write(`'${link}' -> '${target}'\n`);
    try {
      if (soft) sys.symlink(target, link);
      else sys.link(target, link);
    } catch (error) {
      yield* run.complainAbout(link, error);
      code = 1;
    }
  }
  return code;
});

/** Models coreutils/link.c. */
export const link = applet('link', function* (run) {
  const { operands } = parseOptions(run.args, { letters: '', least: 2, most: 2 });
  const [from, to] = operands as [Bytes, Bytes];
  try {
    run.sys.link(from, to);
  } catch (error) {
    throw new Failure(`can't create hardlink '${to}' to '${from}': ${strerror(error)}`);
  }
  yield* run.out.flush();
  return 0;
});

/** Models coreutils/unlink.c. */
export const unlink = applet('unlink', function* (run) {
  const { operands } = parseOptions(run.args, { letters: '', least: 1, most: 1 });
  try {
    run.sys.unlink(operands[0] as Bytes);
  } catch (error) {
    throw new Failure(`can't remove file '${operands[0]}': ${strerror(error)}`);
  }
  yield* run.out.flush();
  return 0;
});

/** Models coreutils/readlink.c. */
export const readlink = applet('readlink', function* (run) {
  const options = parseOptions(run.args, { letters: 'nfvsq', least: 1, most: 1 });
  const path = options.operands[0] as Bytes;
  try {
    const result = options.has('f') ? realPathOf(run.sys, path) : run.sys.readlink(path);
    yield* run.out.write(options.has('n') ? result : `${result}\n`);
    return 0;
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    if (options.has('v')) {
      const what = `${path}: cannot read link`;
      if (error.errno === 'EINVAL') yield* run.complain(`${what}: not a symlink`);
      else yield* run.complainAbout(what, error);
    }
    return 1;
  }
});

/** Models coreutils/realpath.c. */
export const realpath = applet('realpath', function* (run) {
  const { operands } = parseOptions(run.args, { letters: '', least: 1 });
  let code = 0;
  for (const path of operands) {
    try {
      yield* run.out.write(`${realPathOf(run.sys, path)}\n`);
    } catch (error) {
      yield* run.complainAbout(path, error);
      code = 1;
    }
  }
  return code;
});

/** Links that may lead to one another before a path counts as a loop. */
const MOST_LINKS = 40;

/**
 * The path without links. Its last part need not exist if there is a slash before it, or if a link leads to
 * it. Models libbb/xreadlink.c xmalloc_realpath_coreutils.
 */
function realPathOf(sys: Sys, path: Bytes, depth = 0): Bytes {
  try {
    return sys.realpath(path);
  } catch (error) {
    if (!failedWith(error, 'ENOENT') || depth > MOST_LINKS) throw error;
    const target = attempt(() => sys.readlink(path));
    if (target !== undefined) {
      return realPathOf(
        sys,
        target.startsWith('/') ? target : joinPath(sys.cwd, target),
        depth + 1,
      );
    }
    const trimmed = path.replace(/^\/+/, '/').replace(/(.)\/+$/, '$1');
    const slash = trimmed.lastIndexOf('/');
    if (slash < 0) throw error;
    return slash === 0
      ? trimmed
      : `${sys.realpath(trimmed.slice(0, slash))}${trimmed.slice(slash)}`;
  }
}
