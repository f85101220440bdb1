import type { Bytes } from '../../runtime/bytes';
import type { Call, OpenFlags } from '../../runtime/syscalls';
import { Failure, failedWith, type Invocation, strerror } from './applet';
import type { ByteSource } from './byte-source';
import { calendarTime } from './calendar';
import { attempt, statOf } from './files';
import { makeDirectory } from './make-directory';
import { modeString } from './mode';
import { type TarEntry, TarReader } from './tar-format';
import { findByParts, findWhole, NameGuard } from './tar-names';
import { parseTimeZone, type TimeZone } from './timezone';
import { type Accounts, readAccounts } from './users';

export interface ExtractRules {
  readonly action: 'list' | 'extract' | 'to stdout';
  readonly accept: readonly Bytes[];
  readonly reject: readonly Bytes[];
  /** 0: nothing, 1: names, 2 and more: details. */
  readonly verbose: number;
  readonly keepOld: boolean;
  readonly overwrite: boolean;
  readonly restoreOwner: boolean;
  readonly numericOwner: boolean;
  readonly restoreMode: boolean;
  readonly restoreTime: boolean;
  readonly stripComponents: number;
}

/** Lists or unpacks an archive. Models libarchive/data_extract_all.c and its neighbours. */
export class TarUnpacker {
  readonly #run: Invocation;
  readonly #source: ByteSource;
  readonly #rules: ExtractRules;
  readonly #reader: TarReader;
  readonly #guard: NameGuard;
  readonly #zone: TimeZone;
  readonly #passed: Bytes[] = [];
  /** Links that are made last, because they lead who knows where. */
  readonly #links: { readonly hard: boolean; readonly name: Bytes; readonly target: Bytes }[] = [];
  #accounts: Accounts | undefined;

  constructor(run: Invocation, source: ByteSource, rules: ExtractRules) {
    this.#run = run;
    this.#source = source;
    this.#rules = rules;
    this.#reader = new TarReader(run, source);
    this.#guard = new NameGuard(run);
    this.#zone = parseTimeZone(run.sys.env.get('TZ'));
  }

  /** The exit code: an archive without any entry is none. */
  *unpack(): Call<number> {
    this.#accounts = yield* readAccounts(this.#run.sys);
    let code = 1;
    for (;;) {
      const entry = yield* this.#reader.next();
      if (entry === undefined) break;
      code = 0;
      if (entry !== 'empty') yield* this.#handle(entry);
    }
    for (const { hard, name, target } of this.#links) this.#makeLink(hard, name, target);
    for (const name of this.#rules.accept) {
      if (findWhole(this.#rules.reject, name) !== undefined) continue;
      if (findWhole(this.#passed, name) === undefined) {
        throw new Failure(`${name}: not found in archive`);
      }
    }
    return code;
  }

  *#handle(stored: TarEntry): Call<void> {
    const { action, accept, reject, verbose } = this.#rules;
    const entry = { ...stored, name: yield* this.#guard.strip(stored.name) };
    const wanted =
      findByParts(reject, entry.name) === undefined &&
      (accept.length === 0 || findByParts(accept, entry.name) !== undefined);
    const begin = this.#source.position;
    if (wanted) {
      if (verbose === 1) yield* this.#run.out.write(`${entry.name}\n`);
      if (verbose > 1) yield* this.#run.out.write(this.#details(entry));
      const name = entry.name.replace(/\/$/, '');
      if (action === 'to stdout' && entry.type === 'file') yield* this.#copyTo(1, entry.size);
      if (action === 'extract') yield* this.#extract(entry, name);
      this.#passed.push(name);
    }
    yield* this.#skip(entry.size - (this.#source.position - begin));
    yield* this.#reader.align(entry.size);
  }

  #details(entry: TarEntry): Bytes {
    const type = entry.type === 'hard link' ? 'file' : entry.type;
    const time = calendarTime(entry.modified, this.#zone);
    const two = (value: number) => String(value).padStart(2, '0');
    const date = `${time.year}-${two(time.month + 1)}-${two(time.day)}`;
    const clock = `${two(time.hour)}:${two(time.minute)}:${two(time.second)}`;
    const owner = `${entry.user || entry.uid}/${entry.group || entry.gid}`;
    const size = String(entry.size).padStart(9);
    const target = entry.target === undefined ? '' : ` -> ${entry.target}`;
    const mode = modeString(type, entry.mode);
    return `${mode} ${owner} ${size} ${date} ${clock} ${entry.name}${target}\n`;
  }

  *#skip(size: number): Call<void> {
    for (let left = size; left > 0; ) {
      const bytes = yield* this.#source.some(left);
      if (bytes === '') throw new Failure('short read');
      left -= bytes.length;
    }
  }

  *#copyTo(fd: number, size: number): Call<void> {
    for (let left = size; left > 0; ) {
      const bytes = yield* this.#source.some(left);
      if (bytes === '') throw new Failure('short read');
      left -= bytes.length;
      if (fd === 1) yield* this.#run.out.write(bytes);
      else yield* this.#run.sys.write(fd, bytes);
    }
  }

  *#extract(entry: TarEntry, whole: Bytes): Call<void> {
    const { sys } = this.#run;
    const name = stripped(whole, this.#rules.stripComponents, entry.name.endsWith('/'));
    if (name === undefined) return;
    const hardTarget =
      entry.type === 'hard link'
        ? stripped(entry.target ?? '', this.#rules.stripComponents, false)
        : undefined;
    if (entry.type === 'hard link' && hardTarget === undefined) return;
    const slash = name.lastIndexOf('/');
    if (slash > 0) yield* makeDirectory(this.#run, name.slice(0, slash), { parents: true });
    if (!this.#rules.keepOld && !this.#rules.overwrite && entry.type !== 'directory') {
      if (hardTarget === name) return;
      try {
        sys.unlink(name);
      } catch (error) {
        if (!failedWith(error, 'ENOENT')) {
          throw new Failure(`can't remove old file ${name}: ${strerror(error)}`);
        }
      }
    }
    if (hardTarget !== undefined) {
      this.#links.push({ hard: true, name, target: hardTarget });
      return;
    }
    yield* this.#create(entry, name);
    if (entry.type !== 'symlink') this.#restore(entry, name);
  }

  *#create(entry: TarEntry, name: Bytes): Call<void> {
    const { sys } = this.#run;
    switch (entry.type) {
      case 'directory':
        try {
          sys.mkdir(name, entry.mode);
        } catch (error) {
          if (!failedWith(error, 'EEXIST', 'EISDIR')) {
            yield* this.#run.complainAbout(`can't make dir ${name}`, error);
          }
        }
        return;
      case 'symlink': {
        const target = entry.target ?? '';
        if (target.startsWith('/') || target.includes('..')) {
          this.#links.push({ hard: false, name, target });
          return;
        }
        try {
          sys.symlink(target, name);
        } catch (error) {
          throw new Failure(`can't create symlink '${name}' to '${target}': ${strerror(error)}`);
        }
        return;
      }
      case 'fifo':
      case 'character device':
        try {
          if (entry.type !== 'fifo') yield* this.#run.complain(`can't create node ${name}`);
          else sys.mkfifo(name, entry.mode);
        } catch (error) {
          yield* this.#run.complainAbout(`can't create node ${name}`, error);
        }
        return;
      default: {
        const fd = yield* this.#openNew(name, entry.mode);
        yield* this.#copyTo(fd, entry.size);
        sys.close(fd);
      }
    }
  }

  *#openNew(name: Bytes, mode: number): Call<number> {
    const how: OpenFlags = this.#rules.overwrite ? { truncate: true } : { exclusive: true };
    try {
      return yield* this.#run.sys.open(name, { write: true, create: true, ...how }, mode);
    } catch (error) {
      throw new Failure(`can't open '${name}': ${strerror(error)}`);
    }
  }

  #restore(entry: TarEntry, name: Bytes): void {
    const { sys } = this.#run;
    const { restoreOwner, numericOwner, restoreMode, restoreTime } = this.#rules;
    if (statOf(this.#run, name) === undefined) return;
    if (restoreOwner) {
      const user = numericOwner ? undefined : this.#accounts?.user(entry.user);
      const group = numericOwner ? undefined : this.#accounts?.group(entry.group);
      attempt(() => sys.chown(name, user?.uid ?? entry.uid, group?.gid ?? entry.gid));
    }
    if (restoreMode) attempt(() => sys.chmod(name, entry.mode));
    const time = entry.modified * 1000;
    if (restoreTime) attempt(() => sys.utimes(name, time, time));
  }

  #makeLink(hard: boolean, name: Bytes, target: Bytes): void {
    const { sys } = this.#run;
    try {
      if (hard) sys.link(target, name);
      else sys.symlink(target, name);
    } catch (error) {
      strerror(error);
      throw new Failure(`can't create ${hard ? 'hard' : 'sym'}link '${name}' to '${target}'`);
    }
  }
}

/** A name without its first parts; undefined if nothing is left. */
function stripped(name: Bytes, count: number, isDirectory: boolean): Bytes | undefined {
  let rest = isDirectory ? `${name}/` : name;
  for (let i = 0; i < count; i++) {
    const slash = rest.indexOf('/');
    if (slash < 0 || slash === rest.length - 1) return undefined;
    rest = rest.slice(slash + 1);
  }
  return rest.replace(/\/$/, '');
}
