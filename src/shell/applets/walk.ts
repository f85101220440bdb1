import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import type { Call, Stat } from '../../runtime/syscalls';
import type { Invocation } from './applet';
import { joinPath } from './files';

/** A file met on the way through a tree. */
export interface Visit {
  readonly path: Bytes;
  readonly stat: Stat;
  /** 0 for what the command line names. */
  readonly depth: number;
}

export interface WalkRules {
  readonly recursive: boolean;
  /** Directories after what is in them. */
  readonly depthFirst?: boolean;
  /** Follow links at every level, or those on the command line. */
  readonly follow?: boolean;
  readonly followTop?: boolean;
  /** Links that lead nowhere are taken for themselves where links are followed. */
  readonly danglingOk?: boolean;
}

/** What a visit answers: the error it complained about, or whether to go into the directory. */
export type VisitResult = 'ok' | 'skip' | SysError;

/**
 * Goes through a tree; whether every visit succeeded. Models libbb/recursive_action.c, which complains once
 * more about a directory whose visit failed.
 */
export function* walk(
  run: Invocation,
  path: Bytes,
  rules: WalkRules,
  visit: (visit: Visit) => Call<VisitResult>,
  depth = 0,
): Call<boolean> {
  const { sys } = run;
  sys.spend(15);
  yield* sys.breathe();
  try {
    const stat = statFor(run, path, rules, depth);
    const here = { path, stat, depth };
    if (stat.type !== 'directory' || !rules.recursive) {
      return !((yield* visit(here)) instanceof SysError);
    }
    if (!rules.depthFirst) {
      const result = yield* visit(here);
      if (result instanceof SysError) throw result;
      if (result === 'skip') return true;
    }
    let ok = true;
    for (const name of sys.readdir(path)) {
      if (!(yield* walk(run, joinPath(path, name), rules, visit, depth + 1))) ok = false;
    }
    if (rules.depthFirst) {
      const result = yield* visit(here);
      if (result instanceof SysError) throw result;
    }
    return ok;
  } catch (error) {
    yield* run.complainAbout(path, error);
    return false;
  }
}

function statFor(run: Invocation, path: Bytes, rules: WalkRules, depth: number): Stat {
  const follows = rules.follow || (depth === 0 && rules.followTop);
  if (!follows) return run.sys.lstat(path);
  try {
    return run.sys.stat(path);
  } catch (error) {
    const dangling = error instanceof SysError && error.errno === 'ENOENT';
    if (dangling && rules.danglingOk) return run.sys.lstat(path);
    throw error;
  }
}
