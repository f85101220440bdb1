import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import type { Call, Stat } from '../../runtime/syscalls';
import { applet, type Invocation } from './applet';
import { joinPath } from './files';
import { humanReadable } from './human-readable';
import { blocksOf } from './ls';
import { parseInteger } from './numbers';
import { type Options, parseOptions } from './options';

/** Models coreutils/du.c. */
export const du = applet('du', function* (run) {
  const options = parseOptions(run.args, { letters: 'aHkLsxd:lcbhm' });
  const usage = new Usage(run, options);
  const paths = options.operands.length > 0 ? options.operands : ['.'];
  let total = 0;
  for (const path of paths) total += yield* usage.measure(path, 0);
  if (options.has('c')) yield* usage.print(total, 'total');
  return usage.code;
});

class Usage {
  code = 0;
  readonly #run: Invocation;
  readonly #options: Options;
  readonly #depth: number;
  readonly #seen = new Set<string>();
  #device = 0;

  constructor(run: Invocation, options: Options) {
    this.#run = run;
    this.#options = options;
    const depth = options.value('d');
    this.#depth =
      options.last('s', 'd') === 's'
        ? 0
        : depth === undefined
          ? Number.POSITIVE_INFINITY
          : parseInteger(depth, { least: 0 });
  }

  /** What a file and all below it takes up: blocks of 512 bytes, or bytes with -b. */
  *measure(path: Bytes, depth: number): Call<number> {
    const { sys } = this.#run;
    sys.spend(15);
    yield* sys.breathe();
    let stat: Stat;
    try {
      stat = sys.lstat(path);
      const follows = this.#options.has('L') || (this.#options.has('H') && depth === 0);
      if (stat.type === 'symlink' && follows) stat = sys.stat(path);
    } catch (error) {
      yield* this.#run.complainAbout(path, error);
      this.code = 1;
      return 0;
    }
    if (depth === 0) this.#device = stat.device;
    else if (this.#options.has('x') && stat.device !== this.#device) return 0;
    if (stat.links > 1 && stat.type !== 'directory' && !this.#options.has('l')) {
      const identity = `${stat.device}:${stat.inode}`;
      if (this.#seen.has(identity)) return 0;
      this.#seen.add(identity);
    }
    let sum = this.#options.has('b') ? stat.size : blocksOf(stat);
    if (stat.type === 'directory') {
      sum += yield* this.#measureEntries(path, depth);
    } else if (!this.#options.has('a') && depth > 0) {
      return sum;
    }
    if (depth <= this.#depth) yield* this.print(sum, path);
    return sum;
  }

  *#measureEntries(path: Bytes, depth: number): Call<number> {
    let sum = 0;
    try {
      for (const name of this.#run.sys.readdir(path)) {
        sum += yield* this.measure(joinPath(path, name), depth + 1);
      }
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
      yield* this.#run.complainAbout(`can't open '${path}'`, error);
      this.code = 1;
    }
    return sum;
  }

  *print(amount: number, name: Bytes): Call<void> {
    const bytes = this.#options.has('b') ? amount : amount * 512;
    const unit = this.#options.has('b')
      ? 1
      : this.#options.last('h', 'k', 'm') === 'm'
        ? 1048576
        : 1024;
    const size =
      this.#options.last('h', 'k', 'm') === 'h'
        ? humanReadable(bytes)
        : String(Math.ceil(bytes / unit));
    yield* this.#run.out.write(`${size}\t${name}\n`);
  }
}
