import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import type { Call } from '../../runtime/syscalls';
import { type AppletProgram, applet, Exit, type Invocation, UsageFailure } from './applet';
import { closeInput, openOrFail, statOf } from './files';
import { GrepMatcher } from './grep-matcher';
import { chomp, LineReader, readLines } from './lines';
import { parseInteger } from './numbers';
import { type Options, parseOptions } from './options';
import { type VisitResult, walk } from './walk';

export const grep = grepApplet('grep');
export const egrep = grepApplet('egrep');
export const fgrep = grepApplet('fgrep');

/** Models findutils/grep.c. */
function grepApplet(name: 'grep' | 'egrep' | 'fgrep'): AppletProgram {
  return applet(
    name,
    function* (run) {
      const options = parseOptions(run.args, {
        letters: 'lnqvscFiHhe:f:LorRm:wxA:B:C:EaI',
        long: { 'color=?': 'color' },
      });
      const operands = [...options.operands];
      const { patterns, invert } = yield* readPatterns(run, options, operands);
      const matcher = new GrepMatcher(patterns, {
        fixed: options.has('F') || name === 'fgrep',
        extended: options.has('E') || name === 'egrep',
        ignoreCase: options.has('i'),
        wholeLine: options.has('x'),
        wholeWord: options.has('w'),
      });
      const named = options.last('H', 'h') ?? (operands.length > 1 ? 'H' : 'h');
      const search = new Search(run, options, matcher, invert, named === 'H');
      return yield* search.run(operands);
    },
    { failureCode: 2 },
  );
}

function* readPatterns(
  run: Invocation,
  options: Options,
  operands: Bytes[],
): Call<{ patterns: Bytes[]; invert: boolean }> {
  const patterns = options.values('e').flatMap((text) => text.split('\n'));
  let invert = options.has('v');
  // The pattern that was given last is tried first, which -o shows.
  patterns.reverse();
  if (options.has('f')) {
    for (const file of options.values('f')) {
      const fd = yield* openOrFail(run, file, 'name only');
      patterns.unshift(...(yield* readLines(run.sys, fd)).reverse());
      closeInput(run, fd);
    }
    if (patterns.length === 0) {
      // An empty list of patterns matches nothing.
      patterns.push(options.has('x') ? '.*' : '');
      invert = !invert;
    }
  }
  if (patterns.length === 0) {
    const pattern = operands.shift();
    if (pattern === undefined) throw new UsageFailure();
    patterns.push(...pattern.split('\n').reverse());
  }
  return { patterns, invert };
}

class Search {
  readonly #run: Invocation;
  readonly #options: Options;
  readonly #matcher: GrepMatcher;
  readonly #invert: boolean;
  readonly #before: number;
  readonly #after: number;
  readonly #most: number;
  #named: boolean;
  #openErrors = false;
  /** Where the last line was printed from, for the `--` between groups of context. */
  #lastPrinted = 0;

  constructor(
    run: Invocation,
    options: Options,
    matcher: GrepMatcher,
    invert: boolean,
    named: boolean,
  ) {
    this.#run = run;
    this.#options = options;
    this.#matcher = matcher;
    this.#invert = invert;
    this.#named = named;
    const count = (key: string) => {
      const value = options.value(key) ?? options.value('C');
      return value === undefined ? 0 : parseInteger(value, { least: 0 });
    };
    const bare = ['c', 'q', 'l', 'L'].some((key) => options.has(key));
    this.#before = bare ? 0 : count('B');
    this.#after = bare ? 0 : count('A');
    const most = options.value('m');
    this.#most = most === undefined ? -1 : parseInteger(most, { least: 0 });
  }

  *run(files: readonly Bytes[]): Call<number> {
    let matched = false;
    for (const file of files.length > 0 ? files : ['-']) {
      if (yield* this.#searchOperand(file)) matched = true;
    }
    if (this.#openErrors) return 2;
    return matched ? 0 : 1;
  }

  *#searchOperand(file: Bytes): Call<boolean> {
    if (file === '-') return yield* this.#searchStream(0, '(standard input)');
    const recursive = this.#options.has('r') || this.#options.has('R');
    if (!recursive || statOf(this.#run, file)?.type !== 'directory') {
      return yield* this.#searchFile(file);
    }
    if (!this.#options.has('h')) this.#named = true;
    let matched = false;
    const rules = {
      recursive: true,
      depthFirst: true,
      follow: this.#options.has('R'),
      followTop: true,
    };
    const search = this;
    yield* walk(this.#run, file, rules, function* ({ path, stat }): Call<VisitResult> {
      if (stat.type === 'directory') return 'ok';
      if (stat.type === 'symlink' && statOf(search.#run, path)?.type === 'directory') return 'ok';
      if (yield* search.#searchFile(path)) matched = true;
      return 'ok';
    });
    return matched;
  }

  *#searchFile(file: Bytes): Call<boolean> {
    let fd: number;
    try {
      fd = yield* this.#run.sys.open(file, { read: true });
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
      if (!this.#options.has('s')) yield* this.#run.complainAbout(file, error);
      this.#openErrors = true;
      return false;
    }
    // A directory opens, but reading it fails, which stdio takes for its end.
    if (this.#run.sys.fstat(fd).type === 'directory') {
      this.#run.sys.close(fd);
      return yield* this.#finish(file, 0);
    }
    const matched = yield* this.#searchStream(fd, file);
    this.#run.sys.close(fd);
    return matched;
  }

  *#searchStream(fd: number, name: Bytes): Call<boolean> {
    const reader = new LineReader(this.#run.sys, fd);
    const held: Bytes[] = [];
    let number = 0;
    let matches = 0;
    let following = 0;
    this.#lastPrinted = 0;
    for (let raw = yield* reader.next(); raw !== undefined; raw = yield* reader.next()) {
      const line = chomp(raw);
      number++;
      this.#run.sys.spend(1 + line.length / 500);
      const found = this.#matcher.find(line);
      if ((found !== undefined) !== this.#invert) {
        matches++;
        if (this.#options.has('q')) throw new Exit(0);
        if (this.#options.has('l')) {
          yield* this.#run.out.write(`${name}\n`);
          return true;
        }
        if (this.#options.has('L')) return false;
        if (this.#most >= 0 && matches > this.#most) break;
        if (!this.#options.has('c')) {
          for (const [i, before] of held.entries()) {
            yield* this.#print(name, number - held.length + i, before, '-');
          }
          held.length = 0;
          following = this.#after;
          if (!this.#options.has('o')) yield* this.#print(name, number, line, ':');
          else if (found) {
            for (const part of this.#matcher.parts(line, found)) {
              yield* this.#print(name, number, part, ':');
            }
          }
        }
      } else if (following > 0) {
        yield* this.#print(name, number, line, '-');
        following--;
      } else if (this.#before > 0) {
        held.push(line);
        if (held.length > this.#before) held.shift();
      }
      if (this.#most >= 0 && following === 0 && matches === this.#most) break;
    }
    return yield* this.#finish(name, matches);
  }

  *#finish(name: Bytes, matches: number): Call<boolean> {
    if (this.#options.has('c')) {
      yield* this.#run.out.write(`${this.#named ? `${name}:` : ''}${matches}\n`);
    }
    if (this.#options.has('L')) {
      yield* this.#run.out.write(`${name}\n`);
      return true;
    }
    return matches > 0;
  }

  *#print(name: Bytes, number: number, text: Bytes, mark: string): Call<void> {
    let front = '';
    if (this.#before > 0 || this.#after > 0) {
      if (this.#lastPrinted > 0 && number > this.#lastPrinted + 1) front += '--\n';
      this.#lastPrinted = number;
    }
    if (this.#named) front += name + mark;
    const numbered = this.#options.has('n') && !this.#options.has('c');
    if (numbered) front += number + mark;
    yield* this.#run.out.write(`${front}${text}\n`);
  }
}
