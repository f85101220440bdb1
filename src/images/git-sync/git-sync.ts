import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import type { Call, Program, Sys } from '../../runtime/syscalls';
import { makeDirectories, namesIn, removeAll, typeOf, writeFile } from '../files';
import { fetchInto, openRemote } from '../git/clone';
import { GitFailure } from '../git/failure';
import { Repository } from '../git/repository';
import { timestampText } from '../sql/types';
import { readSettings, type SyncSettings } from './settings';

/** git-sync: keeps a link pointing at a work tree of what a repository has now. */
export function gitSyncProgram(version: string): Program {
  return function* gitSync(sys) {
    const settings = readSettings(sys);
    if (typeof settings === 'string') {
      yield* sys.write(2, `ERROR: ${settings}\n`);
      return 1;
    }
    for (const signal of ['TERM', 'INT'] as const) sys.signalAction(signal, 'catch');
    yield* log(sys, 'starting up', { version, pid: sys.pid, uid: sys.uid, gid: sys.gid });
    const syncer = new Syncer(sys, settings);
    let failures = 0;
    for (;;) {
      const problem = yield* syncer.sync();
      failures = problem === undefined ? 0 : failures + 1;
      if (problem !== undefined) {
        const gaveUp =
          settings.oneTime || (settings.maxFailures > 0 && failures > settings.maxFailures);
        const text = gaveUp ? 'too many failures, aborting' : 'error syncing repo, will retry';
        yield* log(sys, text, { error: problem, failCount: failures });
        if (gaveUp) return 1;
      }
      if (settings.oneTime) return 0;
      try {
        yield* sys.sleep(settings.periodMs, { interruptible: true });
      } catch (error) {
        if (!(error instanceof SysError)) throw error;
      }
      if (sys.takeSignals().length > 0) return 0;
    }
  };
}

/** A line of git-sync's log, on standard error. */
function* log(sys: Sys, msg: string, values: Readonly<Record<string, unknown>>): Call<void> {
  const ms = String(Math.floor(sys.nowMs) % 1000).padStart(3, '0');
  const head = { logger: '', ts: `${timestampText(sys.nowMs)}.${ms}000`, level: 0, msg };
  yield* sys.write(2, `${JSON.stringify({ ...head, ...values })}\n`);
}

class Syncer {
  readonly #sys: Sys;
  readonly #settings: SyncSettings;
  readonly #repository: Repository;
  #count = 0;

  constructor(sys: Sys, settings: SyncSettings) {
    this.#sys = sys;
    this.#settings = settings;
    this.#repository = new Repository(sys, settings.root);
  }

  /** Brings the link up to date; what went wrong if that failed. */
  *sync(): Call<Bytes | undefined> {
    try {
      yield* this.#update();
      return undefined;
    } catch (error) {
      if (error instanceof SysError) return error.message.toLowerCase();
      if (!(error instanceof GitFailure)) throw error;
      const { repo, ref } = this.#settings;
      const stderr = JSON.stringify(error.message);
      return `Run(git fetch ${repo} ${ref} --verbose --no-progress --prune --no-auto-gc --depth 1): exit status ${error.code}: { stdout: "", stderr: ${stderr} }`;
    }
  }

  *#update(): Call<void> {
    const { repo, ref, root, link } = this.#settings;
    const sys = this.#sys;
    if (typeOf(sys, this.#repository.gitDir) === undefined) {
      makeDirectories(sys, root);
      yield* this.#repository.create('master');
    }
    const remote = openRemote(sys, repo);
    const { refs } = yield* remote.refs();
    const wanted = refs.get(ref) ?? refs.get(`refs/heads/${ref}`) ?? refs.get(`refs/tags/${ref}`);
    if (wanted === undefined) throw new GitFailure(`fatal: couldn't find remote ref ${ref}`);
    const target = `.worktrees/${wanted}`;
    const local = this.#current();
    if (local === wanted) return;
    yield* log(sys, 'update required', {
      ref,
      local: local ?? '',
      remote: wanted,
      syncCount: this.#count,
    });
    yield* fetchInto(this.#repository, remote, wanted, [], 1);
    yield* this.#makeWorkTree(wanted, `${root}/${target}`);
    // The link changes in one step: who reads through it never sees half a work tree.
    const path = link.startsWith('/') ? link : `${root}/${link}`;
    const draft = `${path}.tmp`;
    removeAll(sys, draft);
    sys.symlink(link.startsWith('/') ? `${root}/${target}` : target, draft);
    sys.rename(draft, path);
    for (const name of namesIn(sys, `${root}/.worktrees`)) {
      if (name !== wanted) removeAll(sys, `${root}/.worktrees/${name}`);
    }
    this.#count++;
    yield* log(sys, 'updated successfully', { ref, remote: wanted, syncCount: this.#count });
  }

  /** The commit that the link leads to. */
  #current(): string | undefined {
    const { root, link } = this.#settings;
    try {
      const path = link.startsWith('/') ? link : `${root}/${link}`;
      return /\.worktrees\/([0-9a-f]{40})$/.exec(this.#sys.readlink(path))?.[1];
    } catch (error) {
      if (error instanceof SysError) return undefined;
      throw error;
    }
  }

  *#makeWorkTree(commit: string, folder: Bytes): Call<void> {
    const sys = this.#sys;
    makeDirectories(sys, folder);
    yield* writeFile(sys, `${folder}/.git`, `gitdir: ../../.git/worktrees/${commit}\n`);
    for (const [path, { id }] of yield* this.#repository.filesOf(commit)) {
      const object = yield* this.#repository.object(id);
      const target = `${folder}/${path}`;
      makeDirectories(sys, target.slice(0, target.lastIndexOf('/')));
      yield* writeFile(sys, target, object?.content ?? '');
    }
  }
}
