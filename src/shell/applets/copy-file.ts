import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import type { Call, Stat } from '../../runtime/syscalls';
import { failedWith, type Invocation } from './applet';
import type { Confirmation } from './confirmation';
import { joinPath } from './files';

export interface CopyRules {
  readonly recursive: boolean;
  /** Follow links at every level. */
  readonly dereference: boolean;
  /** Follow the links named on the command line. */
  readonly dereferenceTop: boolean;
  /** Owner, mode and times (-p). */
  readonly preserve: boolean;
  readonly interactive: boolean;
  readonly noOverwrite: boolean;
  readonly update: boolean;
  readonly link: 'none' | 'hard' | 'soft';
  readonly removeDestination: boolean;
  readonly verbose: boolean;
}

/** Copies files and trees as busybox's cp, mv and install do. Models libbb/copy_file.c. */
export class FileCopier {
  readonly #run: Invocation;
  readonly #rules: CopyRules;
  readonly #confirmation: Confirmation;
  /** Directories made by this copy, so that it does not copy itself; files already copied, for hard links. */
  readonly #made = new Map<string, Bytes | undefined>();

  constructor(run: Invocation, rules: CopyRules, confirmation: Confirmation) {
    this.#run = run;
    this.#rules = rules;
    this.#confirmation = confirmation;
  }

  /** False if something could not be copied; complaints have been made. */
  *copy(source: Bytes, target: Bytes, top = true): Call<boolean> {
    const { sys } = this.#run;
    const rules = this.#rules;
    sys.spend(30);
    yield* sys.breathe();
    const follows = rules.dereference || (top && rules.dereferenceTop);
    let from: Stat;
    try {
      from = follows ? sys.stat(source) : sys.lstat(source);
    } catch (error) {
      if (rules.link !== 'none') return yield* this.#makeLink(source, target);
      yield* this.#run.complainAbout(`can't stat '${source}'`, error);
      return false;
    }
    let to: Stat | undefined;
    try {
      to = sys.lstat(target);
    } catch (error) {
      if (!failedWith(error, 'ENOENT')) {
        yield* this.#run.complainAbout(`can't stat '${target}'`, error);
        return false;
      }
    }
    if (to) {
      if (identity(from) === identity(to)) {
        yield* this.#run.complain(`'${source}' and '${target}' are the same file`);
        return false;
      }
      if (rules.noOverwrite) return true;
    }
    if (from.type === 'directory') return yield* this.#copyDirectory(source, target, from, to);
    return yield* this.#copyNonDirectory(source, target, from, to, follows);
  }

  *#copyDirectory(source: Bytes, target: Bytes, from: Stat, to: Stat | undefined): Call<boolean> {
    const { sys } = this.#run;
    if (!this.#rules.recursive) {
      yield* this.#run.complain(`omitting directory '${source}'`);
      return false;
    }
    if (this.#made.has(identity(from))) {
      yield* this.#run.complain(`recursion detected, omitting directory '${source}'`);
      return false;
    }
    if (to && to.type !== 'directory') {
      yield* this.#run.complain(`target '${target}' is not a directory`);
      return false;
    }
    const mask = sys.umask();
    const mode = this.#rules.preserve ? from.mode : from.mode & ~mask;
    if (!to) {
      try {
        const before = sys.umask(0);
        try {
          sys.mkdir(target, mode | 0o700);
        } finally {
          sys.umask(before);
        }
        to = sys.lstat(target);
        this.#made.set(identity(to), undefined);
      } catch (error) {
        yield* this.#run.complainAbout(`can't create directory '${target}'`, error);
        return false;
      }
      const ok = yield* this.#copyEntries(source, target);
      yield* this.#preserving('permissions', target, () => sys.chmod(target, from.mode & ~mask));
      yield* this.#finish(source, target, from);
      return ok;
    }
    this.#made.set(identity(to), undefined);
    const ok = yield* this.#copyEntries(source, target);
    yield* this.#finish(source, target, from);
    return ok;
  }

  *#copyEntries(source: Bytes, target: Bytes): Call<boolean> {
    let names: readonly Bytes[];
    try {
      names = this.#run.sys.readdir(source);
    } catch (error) {
      if (error instanceof SysError) {
        yield* this.#run.complainAbout(`can't open '${source}'`, error);
        return false;
      }
      throw error;
    }
    let ok = true;
    for (const name of names) {
      if (!(yield* this.copy(joinPath(source, name), joinPath(target, name), false))) ok = false;
    }
    return ok;
  }

  *#copyNonDirectory(
    source: Bytes,
    target: Bytes,
    from: Stat,
    to: Stat | undefined,
    follows: boolean,
  ): Call<boolean> {
    const rules = this.#rules;
    let existing = to;
    if (existing && rules.update) {
      const newer = Math.floor(from.modifiedMs / 1000) > Math.floor(existing.modifiedMs / 1000);
      if (!newer) return true;
    }
    if (existing && rules.removeDestination) {
      const removed = yield* this.#askAndUnlink(target);
      if (removed !== 'again') return removed === 'skip';
      existing = undefined;
    }
    if (rules.link !== 'none') return yield* this.#makeLink(source, target);
    const reads = !rules.recursive || from.type === 'file';
    if (reads && (follows || from.type !== 'symlink')) {
      return yield* this.#copyContent(source, target, from, follows);
    }
    return yield* this.#copySpecial(source, target, from, existing);
  }

  *#copyContent(source: Bytes, target: Bytes, from: Stat, follows: boolean): Call<boolean> {
    const { sys } = this.#run;
    if (!follows && from.links > 1) {
      const earlier = this.#made.get(identity(from));
      if (earlier !== undefined) {
        return yield* this.#tryTwice(target, `can't create link '${target}'`, () =>
          sys.link(earlier, target),
        );
      }
      this.#made.set(identity(from), target);
    }
    let input: number;
    try {
      input = yield* sys.open(source, { read: true });
    } catch (error) {
      yield* this.#run.complainAbout(`can't open '${source}'`, error);
      return false;
    }
    const mode = from.type === 'file' ? from.mode : 0o666;
    const output = yield* this.#openTarget(target, mode);
    if (typeof output !== 'number') {
      sys.close(input);
      return output;
    }
    let ok = true;
    try {
      for (;;) {
        const part = yield* sys.read(input, 65536);
        if (part === '') break;
        yield* sys.write(output, part);
        yield* sys.breathe();
      }
    } catch (error) {
      const reason = failedWith(error, 'EISDIR', 'EIO') ? 'read error' : 'write error';
      yield* this.#run.complainAbout(reason, error);
      ok = false;
    }
    sys.close(output);
    sys.close(input);
    if (from.type === 'file') yield* this.#finish(source, target, from);
    return ok;
  }

  /** A descriptor, or whether the copy counts as made without one. */
  *#openTarget(target: Bytes, mode: number): Call<number | boolean> {
    const { sys } = this.#run;
    // What exists is never written into: it is unlinked first, so that other names of it keep their content.
    const flags = { write: true, create: true, exclusive: true };
    try {
      return yield* sys.open(target, flags, mode);
    } catch (error) {
      const removed = yield* this.#askAndUnlink(target, error);
      if (removed !== 'again') return removed === 'skip';
    }
    try {
      return yield* sys.open(target, flags, mode);
    } catch (error) {
      yield* this.#run.complainAbout(`can't open '${target}'`, error);
      return false;
    }
  }

  *#copySpecial(source: Bytes, target: Bytes, from: Stat, to: Stat | undefined): Call<boolean> {
    const { sys } = this.#run;
    if (to) {
      const removed = yield* this.#askAndUnlink(target, new SysError('EEXIST'));
      if (removed !== 'again') return removed === 'skip';
    }
    if (from.type === 'symlink') {
      const destination = sys.readlink(source);
      try {
        sys.symlink(destination, target);
      } catch (error) {
        yield* this.#run.complainAbout(
          `can't create symlink '${target}' to '${destination}'`,
          error,
        );
        return false;
      }
      if (this.#rules.preserve) {
        yield* this.#preserving('ownership', target, () =>
          sys.chown(target, from.uid, from.gid, { noFollow: true }),
        );
      }
      if (this.#rules.verbose) yield* this.#run.out.write(`'${source}' -> '${target}'\n`);
      return true;
    }
    try {
      if (from.type !== 'fifo') throw new SysError('EPERM');
      sys.mkfifo(target, from.mode);
    } catch (error) {
      yield* this.#run.complainAbout(`can't create '${target}'`, error);
      return false;
    }
    yield* this.#finish(source, target, from);
    return true;
  }

  *#makeLink(source: Bytes, target: Bytes): Call<boolean> {
    const { sys } = this.#run;
    return yield* this.#tryTwice(target, `can't create link '${target}'`, () =>
      this.#rules.link === 'soft' ? sys.symlink(source, target) : sys.link(source, target),
    );
  }

  /** Does something that needs the target's name free, after unlinking what is there if need be. */
  *#tryTwice(target: Bytes, complaint: Bytes, make: () => void): Call<boolean> {
    try {
      make();
      return true;
    } catch (error) {
      const removed = yield* this.#askAndUnlink(target, error);
      if (removed !== 'again') return removed === 'skip';
    }
    try {
      make();
      return true;
    } catch (error) {
      yield* this.#run.complainAbout(complaint, error);
      return false;
    }
  }

  /**
   * Makes room for the target after an error: 'again' if it is worth another try, 'skip' if the person
   * wants to keep it, 'failed' after a complaint.
   */
  *#askAndUnlink(
    target: Bytes,
    error: unknown = new SysError('EEXIST'),
  ): Call<'again' | 'skip' | 'failed'> {
    const { interactive } = this.#rules;
    if (
      interactive &&
      !(yield* this.#confirmation.ask(`${this.#run.name}: overwrite '${target}'? `))
    ) {
      return 'skip';
    }
    try {
      this.#run.sys.unlink(target);
    } catch (unlinkError) {
      if (!(unlinkError instanceof SysError)) throw unlinkError;
      yield* this.#run.complainAbout(`can't create '${target}'`, error);
      return 'failed';
    }
    return 'again';
  }

  *#finish(source: Bytes, target: Bytes, from: Stat): Call<void> {
    const { sys } = this.#run;
    if (this.#rules.preserve) {
      const time = Math.floor(from.modifiedMs / 1000) * 1000;
      yield* this.#preserving('times', target, () => sys.utimes(target, time, time));
      let mode = from.mode;
      const owned = yield* this.#preserving('ownership', target, () =>
        sys.chown(target, from.uid, from.gid),
      );
      if (!owned) mode &= ~0o6000;
      yield* this.#preserving('permissions', target, () => sys.chmod(target, mode));
    }
    if (this.#rules.verbose) yield* this.#run.out.write(`'${source}' -> '${target}'\n`);
  }

  *#preserving(what: string, target: Bytes, change: () => void): Call<boolean> {
    try {
      change();
      return true;
    } catch (error) {
      yield* this.#run.complainAbout(`can't preserve ${what} of '${target}'`, error);
      return false;
    }
  }
}

function identity(stat: Stat): string {
  return `${stat.device}:${stat.inode}`;
}
