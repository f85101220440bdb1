import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import type { Call } from '../../runtime/syscalls';
import { applet, Failure, type Invocation, strerror, UsageFailure } from './applet';
import { closeInput, openOrFail } from './files';
import {
  type DumpUnit,
  parseDumpFormat,
  renderBlock,
  renderEnd,
  sizeOf,
  stretched,
} from './hexdump-format';
import { readLines } from './lines';
import { BLOCK_SUFFIXES, parseInteger } from './numbers';

const SHORT_FORMATS: Readonly<Record<string, string>> = {
  b: '16/1 " %03o"',
  c: '16/1 " %3_c"',
  d: '8/2 "   %05u"',
  o: '8/2 "  %06o"',
  x: '8/2 "    %04x"',
};

const CANONICAL = [
  '"%08_Ax\n"',
  '"%08_ax "8/1 " %02x"" "8/1 " %02x"',
  '"  |"16/1 "%_p""|\n"',
] as const;

/** Models util-linux/hexdump.c. */
export const hexdump = applet('hexdump', function* (run) {
  return yield* dump(run, false);
});

/** `hexdump -C` by another name. */
export const hd = applet('hd', function* (run) {
  return yield* dump(run, true);
});

function* dump(run: Invocation, canonical: boolean): Call<number> {
  const args = [...run.args];
  const formats: DumpUnit[][] = [];
  const add = (...texts: readonly Bytes[]) => formats.push(...texts.map(parseDumpFormat));
  const addShort = (text: Bytes) => add('"%07_Ax\n"', `"%07_ax"${text}"\n"`);
  if (canonical) add(...CANONICAL);
  let length = Number.POSITIVE_INFINITY;
  let skip = 0;
  let all = false;
  while (!canonical && args[0] !== undefined && /^-./.test(args[0])) {
    let letters = (args.shift() as Bytes).slice(1);
    if (letters === '-') break;
    while (letters !== '') {
      const letter = letters[0] as string;
      letters = letters.slice(1);
      const short = SHORT_FORMATS[letter];
      if (short !== undefined) addShort(short);
      else if (letter === 'C') add(...CANONICAL);
      else if (letter === 'v') all = true;
      else if ('efns'.includes(letter)) {
        const value = letters === '' ? args.shift() : letters;
        letters = '';
        if (value === undefined) {
          throw new UsageFailure(`option requires an argument -- '${letter}'`);
        }
        if (letter === 'e') add(value);
        else if (letter === 'f') add(...(yield* formatsIn(run, value)));
        else if (letter === 'n') length = parseInteger(value, { least: 0, most: 0x7fffffff });
        else skip = readSkip(value);
      } else throw new UsageFailure(`invalid option -- '${letter}'`);
    }
  }
  if (formats.length === 0) addShort('8/2 " %04x"');
  return yield* new Dumper(run, formats, all, args).run(skip, length);
}

function readSkip(text: Bytes): number {
  if (/^0[xX][0-9a-fA-F]+$/.test(text)) return Number(text);
  return parseInteger(text, { least: 0, suffixes: BLOCK_SUFFIXES });
}

function* formatsIn(run: Invocation, path: Bytes): Call<Bytes[]> {
  const fd = yield* openOrFail(run, path);
  const lines = yield* readLines(run.sys, fd);
  closeInput(run, fd);
  return lines.map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('#'));
}

class Dumper {
  readonly #run: Invocation;
  readonly #formats: readonly (readonly DumpUnit[])[];
  readonly #block: number;
  readonly #all: boolean;
  readonly #paths: readonly Bytes[];
  #failed = false;

  constructor(
    run: Invocation,
    formats: readonly (readonly DumpUnit[])[],
    all: boolean,
    paths: readonly Bytes[],
  ) {
    this.#run = run;
    this.#all = all;
    this.#paths = paths;
    this.#block = Math.max(1, ...formats.map(sizeOf));
    this.#formats = formats.map((units) => stretched(units, this.#block));
  }

  *run(skip: number, length: number): Call<number> {
    let address = skip;
    let before: Bytes | undefined;
    let starred = false;
    let any = false;
    let pending = '';
    const blocks = this.#blocks(skip, length);
    for (let next = yield* blocks(); next !== undefined; next = yield* blocks()) {
      pending = next;
      any = true;
      if (!this.#all && pending === before && pending.length === this.#block) {
        if (!starred) yield* this.#run.out.write('*\n');
        starred = true;
      } else {
        starred = false;
        for (const units of this.#formats) {
          if (units.some(({ pieces }) => pieces.some(({ kind }) => kind === 'end address')))
            continue;
          yield* this.#run.out.write(renderBlock(units, pending, address).text);
        }
      }
      before = pending;
      address += pending.length;
    }
    if (any || skip > 0) {
      for (const units of this.#formats) yield* this.#run.out.write(renderEnd(units, address));
    }
    return this.#failed ? 1 : 0;
  }

  /** Gives block after block of all files together. */
  #blocks(skip: number, length: number): () => Call<Bytes | undefined> {
    const waiting: Bytes[] = this.#paths.length > 0 ? [...this.#paths] : ['-'];
    const run = this.#run;
    let fd: number | undefined;
    let left = length;
    let toSkip = skip;
    let reading: Bytes = '';
    const dumper = this;
    return function* () {
      let block = '';
      while (block.length < dumper.#block && left > 0) {
        if (fd === undefined) {
          const path = waiting.shift();
          if (path === undefined) break;
          reading = path;
          fd = yield* dumper.#open(path);
          if (fd !== undefined && toSkip > 0) toSkip = yield* dumper.#skip(fd, path, toSkip);
          continue;
        }
        let bytes = '';
        try {
          bytes = yield* run.sys.read(fd, Math.min(dumper.#block - block.length, left));
        } catch (error) {
          if (!(error instanceof SysError)) throw error;
          yield* run.complainAbout(reading, error);
        }
        yield* run.sys.breathe();
        if (bytes === '') {
          closeInput(run, fd);
          fd = undefined;
        }
        block += bytes;
        left -= bytes.length;
      }
      return block === '' ? undefined : block;
    };
  }

  *#open(path: Bytes): Call<number | undefined> {
    if (path === '-') return 0;
    try {
      return yield* this.#run.sys.open(path, { read: true });
    } catch (error) {
      this.#failed = true;
      yield* this.#run.complainAbout(path, error);
      return undefined;
    }
  }

  *#skip(fd: number, path: Bytes, count: number): Call<number> {
    const { sys } = this.#run;
    const { type, size } = sys.fstat(fd);
    if (type === 'file' && count >= size) {
      sys.seek(fd, 0, 'end');
      return count - size;
    }
    try {
      sys.seek(fd, count, 'start');
    } catch (error) {
      yield* this.#run.out.flush();
      throw new Failure(`${path === '-' ? 'stdin' : path}: ${strerror(error)}`);
    }
    return 0;
  }
}
