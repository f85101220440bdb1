import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import type { Call } from '../../runtime/syscalls';
import type { Invocation } from './applet';

export interface MakeDirectoryRules {
  readonly mode?: number;
  readonly parents?: boolean;
  readonly verbose?: boolean;
}

/** Makes a directory, with its parents if asked; false after a complaint. Models libbb/make_directory.c. */
export function* makeDirectory(
  run: Invocation,
  path: Bytes,
  rules: MakeDirectoryRules,
): Call<boolean> {
  if (path === '/' || path === '.') return true;
  const { sys } = run;
  const mask = sys.umask();
  try {
    for (const { part, last } of rules.parents ? prefixesOf(path) : [{ part: path, last: true }]) {
      // The owner must be able to go on inside of what is made on the way.
      sys.umask(last ? mask : mask & ~0o300);
      try {
        sys.mkdir(part, 0o777);
      } catch (error) {
        if (!(error instanceof SysError)) throw error;
        const reason = rules.parents ? whyInTheWay(run, part, error) : error;
        if (reason === undefined && last) return true;
        if (reason === undefined) continue;
        yield* run.complainAbout(`can't create directory '${part}'`, reason);
        return false;
      }
      if (rules.verbose) yield* run.out.write(`created directory: '${part}'\n`);
      if (last && rules.mode !== undefined) sys.chmod(part, rules.mode);
    }
  } finally {
    sys.umask(mask);
  }
  return true;
}

/** Undefined: a directory is there already. Else what the last system call that was asked said. */
function whyInTheWay(run: Invocation, path: Bytes, error: SysError): SysError | undefined {
  if (error.errno !== 'EEXIST' && error.errno !== 'EISDIR') return error;
  try {
    return run.sys.stat(path).type === 'directory' ? undefined : error;
  } catch (failure) {
    if (failure instanceof SysError) return failure;
    throw failure;
  }
}

/** `a/b/c` → `a/`, `a/b/`, `a/b/c`. */
function prefixesOf(path: Bytes): { part: Bytes; last: boolean }[] {
  const prefixes: { part: Bytes; last: boolean }[] = [];
  let at = 0;
  for (;;) {
    while (at < path.length && path[at] !== '/') at++;
    while (path[at] === '/') at++;
    const last = at >= path.length;
    prefixes.push({ part: path.slice(0, at), last });
    if (last) return prefixes;
  }
}
