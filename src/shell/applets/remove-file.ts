import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import type { Call, Stat } from '../../runtime/syscalls';
import { failedWith, type Invocation } from './applet';
import type { Confirmation } from './confirmation';
import { joinPath } from './files';

export interface RemoveRules {
  readonly force: boolean;
  readonly recursive: boolean;
  readonly interactive: boolean;
  readonly verbose: boolean;
}

/** Removes a file or a tree, with complaints; whether all of it is gone. Models libbb/remove_file.c. */
export function* removeFile(
  run: Invocation,
  path: Bytes,
  rules: RemoveRules,
  confirmation: Confirmation,
): Call<boolean> {
  const { sys } = run;
  sys.spend(20);
  yield* sys.breathe();
  let stat: Stat;
  try {
    stat = sys.lstat(path);
  } catch (error) {
    if (!failedWith(error, 'ENOENT')) {
      yield* run.complainAbout(`can't stat '${path}'`, error);
      return false;
    }
    if (rules.force) return true;
    yield* run.complainAbout(`can't remove '${path}'`, error);
    return false;
  }
  if (stat.type === 'directory') return yield* removeDirectory(run, path, rules, confirmation);
  const asks = rules.interactive || (stat.type !== 'symlink' && mustAsk(run, path, rules));
  if (asks && !(yield* confirmation.ask(`${run.name}: remove '${path}'? `))) return true;
  try {
    sys.unlink(path);
  } catch (error) {
    yield* run.complainAbout(`can't remove '${path}'`, error);
    return false;
  }
  if (rules.verbose) yield* run.out.write(`removed '${path}'\n`);
  return true;
}

/** A person at a terminal is asked before a file without write permission goes. */
function mustAsk(run: Invocation, path: Bytes, rules: RemoveRules): boolean {
  if (rules.force || !run.sys.isatty(0)) return false;
  try {
    run.sys.access(path, { write: true });
    return false;
  } catch (error) {
    if (error instanceof SysError) return true;
    throw error;
  }
}

function* removeDirectory(
  run: Invocation,
  path: Bytes,
  rules: RemoveRules,
  confirmation: Confirmation,
): Call<boolean> {
  if (!rules.recursive) {
    yield* run.complain(`'${path}' is a directory`);
    return false;
  }
  if (rules.interactive || mustAsk(run, path, rules)) {
    if (!(yield* confirmation.ask(`${run.name}: descend into directory '${path}'? `))) return true;
  }
  let names: readonly Bytes[];
  try {
    names = run.sys.readdir(path);
  } catch (error) {
    yield* run.complainAbout(`can't open '${path}'`, error);
    return false;
  }
  let empty = true;
  for (const name of names) {
    if (!(yield* removeFile(run, joinPath(path, name), rules, confirmation))) empty = false;
  }
  if (rules.interactive) {
    if (!(yield* confirmation.ask(`${run.name}: remove directory '${path}'? `))) return empty;
  }
  if (!empty) return false;
  try {
    run.sys.rmdir(path);
  } catch (error) {
    yield* run.complainAbout(`can't remove '${path}'`, error);
    return false;
  }
  if (rules.verbose) yield* run.out.write(`removed directory: '${path}'\n`);
  return true;
}
