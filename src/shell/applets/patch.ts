import type { Bytes } from '../../runtime/bytes';
import type { Call } from '../../runtime/syscalls';
import { applet, Failure, type Invocation, strerror } from './applet';
import { attempt, openOrFail, statOf } from './files';
import { LineReader, readLines } from './lines';
import { makeDirectory } from './make-directory';
import { parseInteger } from './numbers';
import { type Options, parseOptions } from './options';

interface Hunk {
  readonly number: number;
  readonly oldLine: number;
  readonly oldCount: number;
  readonly newLine: number;
  readonly newCount: number;
  /** With their signs. */
  readonly lines: Bytes[];
}

/** A file that is being patched. */
interface Target {
  readonly name: Bytes;
  readonly lines: readonly Bytes[];
  /** What has been decided of the new text, and the first line that has not. */
  readonly result: Bytes[];
  at: number;
  hunks: number;
  readonly mode: number;
}

/** Models editors/patch.c: hunks are found by their lines, wherever those are. */
export const patch = applet('patch', function* (run) {
  const options = parseOptions(run.args, {
    letters: 'Rup:i:NEfg:',
    long: {
      reverse: 'R',
      unified: 'u',
      'strip=': 'p',
      'input=': 'i',
      forward: 'N',
      'remove-empty-files': 'E',
      force: 'f',
      'get=': 'g',
      'dry-run': 'dry',
      'backup-if-mismatch': 'ignored',
      'no-backup-if-mismatch': 'ignored',
    },
  });
  return yield* new Patcher(run, options).run();
});

class Patcher {
  readonly #run: Invocation;
  readonly #options: Options;
  readonly #reverse: boolean;
  readonly #dry: boolean;
  readonly #strip: number | undefined;
  #old: Bytes | undefined;
  #new: Bytes | undefined;
  #target: Target | undefined;
  #code = 0;

  constructor(run: Invocation, options: Options) {
    this.#run = run;
    this.#options = options;
    this.#reverse = options.has('R');
    this.#dry = options.has('dry');
    const strip = options.value('p');
    this.#strip = strip === undefined ? undefined : parseInteger(strip);
  }

  *run(): Call<number> {
    const { sys } = this.#run;
    const [, second] = this.#options.operands;
    const input = this.#options.value('i') ?? second;
    const fd = input === undefined ? 0 : yield* openOrFail(this.#run, input);
    const reader = new LineReader(sys, fd);
    let ready = false;
    let hunk: Hunk | undefined;
    let left = { old: 0, new: 0 };
    for (let raw = yield* reader.next(); raw !== undefined; raw = yield* reader.next()) {
      const line = raw.replace(/\n$/, '') || ' ';
      if (hunk) {
        if (!' +-'.includes(line[0] as string)) {
          yield* this.#fail(hunk);
          hunk = undefined;
          ready = false;
          continue;
        }
        hunk.lines.push(line);
        left = {
          old: left.old - (line[0] === '+' ? 0 : 1),
          new: left.new - (line[0] === '-' ? 0 : 1),
        };
        if (left.old > 0 || left.new > 0) continue;
        ready = yield* this.#apply(hunk);
        hunk = undefined;
      } else if (/^(---|\+\+\+) /.test(line)) {
        yield* this.#finish();
        this.#readName(line);
        if (line[0] === '+') ready = true;
      } else if (ready && line.startsWith('@@ -')) {
        const begun = yield* this.#begin(line);
        ready = begun !== undefined;
        hunk = begun;
        if (hunk) left = { old: hunk.oldCount, new: hunk.newCount };
      }
    }
    yield* this.#finish();
    return this.#code;
  }

  #readName(line: Bytes): void {
    if (this.#options.operands.length > 0) return;
    const [name = '', date = ''] = line.slice(4).split('\t');
    const year = Number.parseInt(date, 10);
    const shown = year > 1900 && year <= 1970 ? '/dev/null' : name;
    if ((line[0] === '+') !== this.#reverse) this.#new = shown;
    else this.#old = shown;
  }

  *#begin(line: Bytes): Call<Hunk | undefined> {
    const match = /^@@ -([0-9]+)(?:,([0-9]+))? \+([0-9]+)(?:,([0-9]+))?/.exec(line);
    if (!match) return undefined;
    const [oldLine, oldCount, newLine, newCount] = [1, 2, 3, 4].map((i) =>
      Number(match[i] ?? 1),
    ) as [number, number, number, number];
    if (oldCount < 1 && newCount < 1) throw new Failure(`Really? ${line}`);
    if (!this.#target) {
      const sums = { old: oldLine + oldCount, new: newLine + newCount };
      if (!(yield* this.#open(sums))) return undefined;
    }
    const target = this.#target;
    if (!target) return undefined;
    target.hunks++;
    return { number: target.hunks, oldLine, oldCount, newLine, newCount, lines: [] };
  }

  /** Opens the file that the patch is for; false if there is nothing to do for its hunks. */
  *#open(sums: { readonly old: number; readonly new: number }): Call<boolean> {
    const { sys, out } = this.#run;
    const old = this.#old ?? 'MISSING_FILENAME';
    const now = this.#new ?? 'MISSING_FILENAME';
    let full = this.#reverse ? old : now;
    const empties = full === '/dev/null' || (this.#reverse ? sums.old : sums.new) === 0;
    if (empties) full = this.#reverse ? now : old;
    const [given] = this.#options.operands;
    const name = given ?? this.#stripped(full);
    if (empties) {
      const removes = this.#options.has('E');
      yield* out.write(`${removes ? 'removing' : 'patching file'} ${name}\n`);
      if (!this.#dry && removes) sys.unlink(name);
      else if (!this.#dry) yield* this.#write(name, '', 0o666);
      return false;
    }
    const creates = old === '/dev/null' || sums.old === 0;
    yield* out.write(`${creates ? 'creating' : 'patching file'} ${name}\n`);
    yield* out.flush();
    let lines: readonly Bytes[] = [];
    if (creates) {
      const slash = name.lastIndexOf('/');
      if (slash > 0 && !this.#dry) {
        yield* makeDirectory(this.#run, name.slice(0, slash), { parents: true });
      }
      if (statOf(this.#run, name)) throw new Failure(`can't open '${name}': File exists`);
    } else {
      const fd = yield* openOrFail(this.#run, name);
      lines = yield* readLines(sys, fd);
      sys.close(fd);
    }
    const mode = statOf(this.#run, name)?.mode ?? 0o666 & ~sys.umask();
    this.#target = { name, lines, result: [], at: 0, hunks: 0, mode };
    return true;
  }

  /** A name without its first folders; all of them if -p does not say how many. */
  #stripped(name: Bytes): Bytes {
    const parts = name.split(/\/+/);
    const count = this.#strip === undefined ? parts.length - 1 : this.#strip;
    return parts.slice(Math.min(count, parts.length - 1)).join('/');
  }

  *#write(name: Bytes, text: Bytes, mode: number): Call<void> {
    const { sys } = this.#run;
    try {
      const flags = { write: true, create: true, truncate: true };
      const fd = yield* sys.open(name, flags, mode);
      yield* sys.write(fd, text);
      sys.close(fd);
    } catch (error) {
      throw new Failure(`can't open '${name}': ${strerror(error)}`);
    }
  }

  /** Whether the hunk has found its place. */
  *#apply(hunk: Hunk): Call<boolean> {
    const target = this.#target;
    if (!target) return false;
    // A hunk that leaves nothing behind is never looked for.
    if ((this.#reverse ? hunk.oldCount : hunk.newCount) > 0) {
      const search = new HunkSearch(target, hunk, this.#reverse, this.#options.has('N'));
      if (!search.run()) {
        if (search.reversedAt !== undefined) {
          yield* this.#run.out.flush();
          const where = `${hunk.number} at ${search.lineNumber}`;
          yield* this.#run.say(`Possibly reversed hunk ${where}\n`);
        }
        yield* this.#fail(hunk);
        return false;
      }
    }
    const gone = this.#reverse ? '+' : '-';
    target.result.push(
      ...hunk.lines.filter((line) => line[0] !== gone).map((line) => line.slice(1)),
    );
    return true;
  }

  *#fail(hunk: Hunk): Call<void> {
    yield* this.#run.out.flush();
    const head = `Hunk ${hunk.number} FAILED ${hunk.oldLine}/${hunk.newLine}.\n`;
    yield* this.#run.say(head + hunk.lines.map((line) => `${line}\n`).join(''));
    this.#code = 1;
    this.#target = undefined;
  }

  /** Puts the patched file in its place. */
  *#finish(): Call<void> {
    const target = this.#target;
    this.#target = undefined;
    if (!target || this.#dry) return;
    const lines = [...target.result, ...target.lines.slice(target.at)];
    const temporary = `${target.name}${String(this.#run.sys.random(1_000_000)).padStart(6, '0')}`;
    yield* this.#write(temporary, lines.map((line) => `${line}\n`).join(''), 0o600);
    attempt(() => this.#run.sys.chmod(temporary, target.mode));
    this.#run.sys.rename(temporary, target.name);
  }
}

/** Looks for the place of a hunk, line by line; what is passed over goes to the result. */
class HunkSearch {
  readonly #target: Target;
  readonly #lines: readonly Bytes[];
  readonly #mustEnd: boolean;
  readonly #forward: boolean;
  #added: '+' | '-';
  /** The line of the hunk that has to come next. */
  #next = 0;
  /** A line of the file that the hunk would add: it may have been applied before. */
  reversedAt: number | undefined;
  #lineNumber: number;

  constructor(target: Target, hunk: Hunk, reverse: boolean, forward: boolean) {
    this.#target = target;
    this.#lines = hunk.lines;
    this.#added = reverse ? '-' : '+';
    this.#forward = forward;
    this.#lineNumber = target.at;
    const leading = hunk.lines.findIndex((line) => line[0] !== ' ');
    const trailing = hunk.lines.length - 1 - hunk.lines.findLastIndex((line) => line[0] !== ' ');
    // Less context behind than before the changes: the hunk belongs to the end of the file.
    this.#mustEnd = trailing === 0 || trailing < (leading < 0 ? hunk.lines.length : leading);
  }

  get lineNumber(): number {
    return this.#lineNumber;
  }

  run(): boolean {
    const target = this.#target;
    const held: Bytes[] = [];
    for (;;) {
      const line = target.lines[target.at];
      this.#lineNumber++;
      this.#skipAdded(line);
      if (line === undefined) return this.#next >= this.#lines.length && this.#mustEnd;
      target.at++;
      held.push(line);
      for (let check = held.length - 1; check < held.length; ) {
        this.#skipAdded(held[check]);
        if (this.#lines[this.#next]?.slice(1) === held[check]) {
          this.#next++;
          check++;
          if (this.#next >= this.#lines.length && !this.#mustEnd) return true;
        } else {
          target.result.push(held.shift() as Bytes);
          this.#next = 0;
          check = 0;
        }
      }
    }
  }

  #skipAdded(line: Bytes | undefined): void {
    while (this.#lines[this.#next]?.[0] === this.#added) {
      const same = line !== undefined && line === this.#lines[this.#next]?.slice(1);
      if (same && this.reversedAt === undefined) {
        this.reversedAt = this.#lineNumber;
        if (this.#forward) {
          this.#added = this.#added === '+' ? '-' : '+';
          continue;
        }
      }
      this.#next++;
    }
  }
}
