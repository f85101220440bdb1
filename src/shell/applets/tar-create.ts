import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import type { Call, Stat } from '../../runtime/syscalls';
import { Failure, type Invocation, strerror } from './applet';
import { encodeEntry, padding, type TarEntry } from './tar-format';
import { isExcluded, NameGuard } from './tar-names';
import { type Accounts, readAccounts } from './users';
import { type Visit, type VisitResult, walk } from './walk';

export interface CreateRules {
  readonly exclude: readonly Bytes[];
  readonly verbose: boolean;
  readonly dereference: boolean;
  readonly recurse: boolean;
  /** Where the packed archive goes, to leave it out of itself and to know where to report. */
  readonly archive: number;
}

/** Writes files into an archive. Models writeTarFile of archival/tar.c. */
export class TarWriter {
  readonly #run: Invocation;
  readonly #output: number;
  readonly #rules: CreateRules;
  readonly #guard: NameGuard;
  readonly #linked = new Map<string, Bytes>();
  readonly #own: Stat;
  #accounts: Accounts | undefined;

  constructor(run: Invocation, output: number, rules: CreateRules) {
    this.#run = run;
    this.#output = output;
    this.#rules = rules;
    this.#guard = new NameGuard(run);
    this.#own = run.sys.fstat(rules.archive);
  }

  /** Whether everything could be written. */
  *write(paths: readonly Bytes[]): Call<boolean> {
    const { dereference, recurse } = this.#rules;
    const rules = { recursive: recurse, follow: dereference, followTop: dereference };
    this.#accounts = yield* readAccounts(this.#run.sys);
    let ok = true;
    for (const path of paths) {
      if (!(yield* walk(this.#run, path, rules, (visit) => this.#visit(visit)))) ok = false;
    }
    yield* this.#put('\0'.repeat(1024));
    if (!ok) yield* this.#run.complain('error exit delayed from previous errors');
    return ok;
  }

  *#put(bytes: Bytes): Call<void> {
    try {
      yield* this.#run.sys.write(this.#output, bytes);
    } catch (error) {
      throw new Failure(`short write: ${strerror(error)}`);
    }
  }

  *#visit({ path, stat }: Visit): Call<VisitResult> {
    const { sys } = this.#run;
    const name = yield* this.#guard.strip(path);
    if (name === '') return 'ok';
    if (isExcluded(this.#rules.exclude, name)) return 'skip';
    if (stat.type === 'socket') {
      yield* this.#run.complain(`${path}: socket ignored`);
      return 'ok';
    }
    const key = `${stat.device}:${stat.inode}`;
    const first = stat.type !== 'directory' && stat.links > 1 ? this.#linked.get(key) : undefined;
    if (stat.type !== 'directory' && stat.links > 1 && first === undefined) {
      this.#linked.set(key, name);
    }
    if (stat.device === this.#own.device && stat.inode === this.#own.inode) {
      yield* this.#run.complain(`${path}: file is the archive; skipping`);
      return 'ok';
    }
    let input: number | undefined;
    if (first === undefined && stat.type === 'file') {
      try {
        input = yield* sys.open(path, { read: true });
      } catch (error) {
        yield* this.#run.complainAbout(`can't open '${path}'`, error);
        return error as SysError;
      }
    }
    yield* this.#put(encodeEntry(this.#entry(path, name, stat, first)));
    yield* this.#report(name, stat);
    if (input !== undefined) {
      yield* this.#copy(input, stat.size);
      sys.close(input);
    }
    return 'ok';
  }

  *#report(name: Bytes, stat: Stat): Call<void> {
    if (!this.#rules.verbose) return;
    const line = `${name}${stat.type === 'directory' ? '/' : ''}\n`;
    if (this.#rules.archive === 1) yield* this.#run.say(line);
    else yield* this.#run.out.write(line);
  }

  #entry(path: Bytes, name: Bytes, stat: Stat, first: Bytes | undefined): TarEntry {
    const { type, mode, uid, gid } = stat;
    const isLink = first === undefined && type === 'symlink';
    return {
      name: type === 'directory' ? `${name}/` : name,
      type: first === undefined ? type : 'hard link',
      mode,
      uid,
      gid,
      user: this.#accounts?.userById(uid)?.name ?? '',
      group: this.#accounts?.groupById(gid)?.name ?? '',
      size: first === undefined && type === 'file' ? stat.size : 0,
      modified: Math.floor(stat.modifiedMs / 1000),
      target: isLink ? this.#run.sys.readlink(path) : first,
      major: stat.rdev?.major ?? 0,
      minor: stat.rdev?.minor ?? 0,
    };
  }

  /** Exactly as many bytes as the header says. */
  *#copy(input: number, size: number): Call<void> {
    let left = size;
    while (left > 0) {
      let bytes: Bytes = '';
      try {
        bytes = yield* this.#run.sys.read(input, Math.min(left, 65536));
      } catch (error) {
        if (!(error instanceof SysError)) throw error;
        throw new Failure(`read error: ${error.message}`);
      }
      if (bytes === '') throw new Failure('short read');
      yield* this.#put(bytes);
      left -= bytes.length;
    }
    yield* this.#put(padding(size));
  }
}
