import type { Bytes } from '../../runtime/bytes';
import type { Call, Stat } from '../../runtime/syscalls';
import { applet, Failure, type Invocation, strerror } from './applet';
import { type Change, changesOf, hunksOf, keyOf, linesOf, matchLines } from './diff-lines';
import { byteOrder, closeInput, joinPath, openOrComplain, statOf } from './files';
import { readAll } from './lines';
import { parseInteger } from './numbers';
import { type Options, parseOptions } from './options';
import { walk } from './walk';

const LONG = {
  'ignore-case': 'i',
  'ignore-tab-expansion': 'E',
  'ignore-space-change': 'b',
  'ignore-all-space': 'w',
  'ignore-blank-lines': 'B',
  text: 'a',
  'unified=': 'U',
  'label=': 'L',
  'show-c-function': 'p',
  brief: 'q',
  'expand-tabs': 't',
  'initial-tab': 'T',
  recursive: 'r',
  'new-file': 'N',
  'report-identical-files': 's',
  'starting-file=': 'S',
  minimal: 'd',
};

type Pair<T> = readonly [T, T];

/** Models editors/diff.c. */
export const diff = applet('diff', function* (run) {
  const options = parseOptions(run.args, {
    letters: 'abdiL:NqrsS:tTU:wupBE',
    long: LONG,
    least: 2,
    most: 2,
  });
  return yield* new Differ(run, options).run();
});

class Differ {
  readonly #run: Invocation;
  readonly #options: Options;
  readonly #context: number;
  #code = 0;

  constructor(run: Invocation, options: Options) {
    this.#run = run;
    this.#options = options;
    this.#context = parseInteger(options.value('U') ?? '3', { least: 0, most: 0x7fffffff });
  }

  *run(): Call<number> {
    const paths = this.#options.operands as unknown as Pair<Bytes>;
    const stats = [this.#stat(paths[0], 2), this.#stat(paths[1], 2)] as const;
    const directories = stats.map(({ type }) => type === 'directory');
    if (paths.includes('-') && directories.includes(true)) {
      throw new Failure("can't compare stdin to a directory");
    }
    if (samePhysically(stats)) return 0;
    if (directories[0] && directories[1]) yield* this.#compareDirectories(paths);
    else if (directories.includes(true)) {
      const inside = (folder: Bytes, path: Bytes) =>
        joinPath(folder, path.slice(path.lastIndexOf('/') + 1));
      const real: Pair<Bytes> = directories[0]
        ? [inside(paths[0], paths[1]), paths[1]]
        : [paths[0], inside(paths[1], paths[0])];
      this.#stat(directories[0] ? real[0] : real[1], 1);
      yield* this.#compareAndReport(real, real);
    } else if (!(paths[0] === '-' && paths[1] === '-')) {
      yield* this.#compareAndReport(paths, paths);
    }
    return this.#code;
  }

  #stat(path: Bytes, code: number): Stat {
    const { sys } = this.#run;
    if (path === '-') return sys.fstat(0);
    try {
      return sys.stat(path);
    } catch (error) {
      if (this.#options.has('N')) return sys.stat('/dev/null');
      throw new Failure(`can't stat '${path}': ${strerror(error)}`, code);
    }
  }

  *#compareAndReport(paths: Pair<Bytes>, shown: Pair<Bytes>): Call<void> {
    const status = yield* this.#compare(paths);
    const { out } = this.#run;
    if (status === 'same') {
      if (this.#options.has('s')) {
        yield* out.write(`Files ${shown[0]} and ${shown[1]} are identical\n`);
      }
    } else if (status === 'binary' || (status === 'differ' && this.#options.has('q'))) {
      yield* out.write(`Files ${shown[0]} and ${shown[1]} differ\n`);
    }
  }

  *#compare(paths: Pair<Bytes>): Call<'same' | 'differ' | 'binary'> {
    const old = yield* this.#read(paths[0]);
    const now = old === undefined ? undefined : yield* this.#read(paths[1]);
    if (old === undefined || now === undefined || old === now) return 'same';
    const common = Math.min(old.length, now.length);
    const binary = old.slice(0, common).includes('\0') || now.slice(0, common).includes('\0');
    if (binary && !this.#options.has('a')) {
      this.#code |= 1;
      return 'binary';
    }
    if (!(yield* this.#showChanges(paths, linesOf(old), linesOf(now)))) return 'same';
    this.#code |= 1;
    return 'differ';
  }

  *#read(path: Bytes): Call<Bytes | undefined> {
    const { sys } = this.#run;
    if (path !== '-' && this.#options.has('N') && !statOf(this.#run, path)) return '';
    const fd = yield* openOrComplain(this.#run, path);
    if (fd === undefined) return undefined;
    const text = yield* readAll(sys, fd);
    closeInput(this.#run, fd);
    return text;
  }

  /** Whether there is any change that counts. */
  *#showChanges(paths: Pair<Bytes>, old: readonly Bytes[], now: readonly Bytes[]): Call<boolean> {
    const options = this.#options;
    const rules = {
      ignoreCase: options.has('i'),
      ignoreSpaceChange: options.has('b'),
      ignoreAllSpace: options.has('w'),
    };
    this.#run.sys.spend((old.length + now.length) / 2);
    const matches = matchLines(
      old.map((line) => keyOf(line, rules)),
      now.map((line) => keyOf(line, rules)),
      options.has('d'),
    );
    let any = false;
    for (const hunk of hunksOf(changesOf(matches), this.#context)) {
      if (options.has('B') && hunk.every((change) => onlyBlank(change, old, now))) continue;
      if (!options.has('q')) {
        if (!any) yield* this.#showHeader(paths);
        yield* this.#showHunk(hunk, old, now);
      }
      any = true;
    }
    return any;
  }

  *#showHeader(paths: Pair<Bytes>): Call<void> {
    const [first, second] = this.#options.values('L');
    yield* this.#run.out.write(`--- ${first ?? paths[0]}\n+++ ${second ?? paths[1]}\n`);
  }

  *#showHunk(hunk: readonly Change[], old: readonly Bytes[], now: readonly Bytes[]): Call<void> {
    const { out } = this.#run;
    const first = hunk[0] as Change;
    const last = hunk.at(-1) as Change;
    const oldSpan = this.#span(first.old[0], last.old[1], old.length);
    const nowSpan = this.#span(first.now[0], last.now[1], now.length);
    yield* out.write(`@@ -${shownSpan(oldSpan)} +${shownSpan(nowSpan)} @@\n`);
    let from = oldSpan[0];
    for (const change of hunk) {
      yield* this.#showLines(' ', old, from, change.old[0] - 1);
      yield* this.#showLines('-', old, ...change.old);
      yield* this.#showLines('+', now, ...change.now);
      from = change.old[1] + 1;
    }
    yield* this.#showLines(' ', old, from, oldSpan[1]);
  }

  #span(from: number, to: number, most: number): Pair<number> {
    return [Math.max(1, from - this.#context), Math.min(most, to + this.#context)];
  }

  *#showLines(sign: string, lines: readonly Bytes[], from: number, to: number): Call<void> {
    const { out } = this.#run;
    for (const line of lines.slice(from - 1, Math.max(to, from - 1))) {
      const tab = this.#options.has('T') ? '\t' : '';
      const text = this.#options.has('t') ? expandTabs(line) : line;
      const missing = line.endsWith('\n') ? '' : '\n\\ No newline at end of file\n';
      yield* out.write(`${sign}${tab}${text}${missing}`);
    }
  }

  *#compareDirectories(folders: Pair<Bytes>): Call<void> {
    const { out } = this.#run;
    const lists = [
      yield* this.#listOf(folders[0], folders[1]),
      yield* this.#listOf(folders[1], folders[0]),
    ] as const;
    const [firsts, seconds] = lists.map((list) => new Set(list));
    for (const name of [...new Set(lists.flat())].sort(byteOrder)) {
      const side = firsts?.has(name) ? (seconds?.has(name) ? undefined : 0) : 1;
      if (side !== undefined && !this.#options.has('N')) {
        yield* out.write(`Only in ${folders[side]}: ${name}\n`);
        this.#code |= 1;
        continue;
      }
      yield* this.#compareEntries(folders, name, side);
    }
  }

  /** Files of one side below a folder, in order, from the one that -S names. */
  *#listOf(folder: Bytes, other: Bytes): Call<Bytes[]> {
    const options = this.#options;
    const names: Bytes[] = [];
    const run = this.#run;
    const code = { differs: false };
    yield* walk(run, folder, { recursive: true, follow: true, followTop: true }, function* (visit) {
      yield* run.sys.breathe();
      const name = visit.path.slice(folder.length).replace(/^\/+/, '');
      if (visit.stat.type !== 'directory') names.push(name);
      else if (visit.depth > 0 && !options.has('r')) {
        names.push(name);
        return 'skip';
      } else if (visit.depth > 0 && !options.has('N')) {
        if (statOf(run, joinPath(other, name))?.type !== 'directory') {
          code.differs = true;
          return 'skip';
        }
      }
      return 'ok';
    });
    if (code.differs) this.#code |= 1;
    const start = options.value('S');
    return names.filter((name) => start === undefined || byteOrder(name, start) >= 0);
  }

  *#compareEntries(folders: Pair<Bytes>, name: Bytes, missing: 0 | 1 | undefined): Call<void> {
    const { out } = this.#run;
    const full: Pair<Bytes> = [joinPath(folders[0], name), joinPath(folders[1], name)];
    const types = full.map((path) => statOf(this.#run, path)?.type ?? 'file');
    const skipped = types.findIndex((type) => type !== 'file' && type !== 'directory');
    if (types[0] === 'directory' && types[1] === 'directory') {
      yield* out.write(`Common subdirectories: ${full[0]} and ${full[1]}\n`);
    } else if (skipped >= 0) {
      const what = 'is not a regular file or directory and was skipped';
      yield* out.write(`File ${full[skipped]} ${what}\n`);
    } else if (types[0] !== types[1] && missing === undefined) {
      const named = types.map((type) => (type === 'directory' ? 'directory' : 'regular file'));
      yield* out.write(`File ${full[0]} is a ${named[0]} while file ${full[1]} is a ${named[1]}\n`);
    } else {
      yield* this.#compareAndReport(full, full);
    }
  }
}

function samePhysically([a, b]: Pair<Stat>): boolean {
  return (
    a.inode === b.inode &&
    a.device === b.device &&
    a.size === b.size &&
    a.modifiedMs === b.modifiedMs &&
    a.mode === b.mode
  );
}

function shownSpan([from, to]: Pair<number>): Bytes {
  const first = Math.min(from, to);
  return from === to ? `${first}` : `${first},${from < to ? to - from + 1 : 0}`;
}

function onlyBlank(change: Change, old: readonly Bytes[], now: readonly Bytes[]): boolean {
  const blank = (lines: readonly Bytes[], [from, to]: Pair<number>) =>
    lines.slice(from - 1, Math.max(to, from - 1)).every((line) => line === '\n');
  return blank(old, change.old) && blank(now, change.now);
}

function expandTabs(line: Bytes): Bytes {
  let text = '';
  let column = 0;
  for (const byte of line) {
    const width = byte === '\t' ? 8 - (column % 8) : 1;
    text += byte === '\t' ? ' '.repeat(width) : byte;
    column += width;
  }
  return text;
}
