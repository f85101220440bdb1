import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import type { Call } from '../../runtime/syscalls';
import { applet, Failure, type Invocation } from './applet';
import { closeInput, openOrComplain } from './files';
import { BLOCK_SUFFIXES, parseInteger } from './numbers';
import { decodeFormats, type OdFormat } from './od-format';
import { type Options, parseOptions } from './options';

/** Letters that stand for a type of -t. */
const SHORTHANDS: readonly (readonly [string, string])[] = [
  ['a', 'a'],
  ['b', 'oC'],
  ['c', 'c'],
  ['d', 'u2'],
  ['D', 'uI'],
  ['f', 'fF'],
  ['hx', 'x2'],
  ['HX', 'xI'],
  ['i', 'dI'],
  ['IlL', 'dL'],
  ['oB', 'o2'],
  ['O', 'oI'],
];

/** Models coreutils/od_bloaty.c. */
export const od = applet('od', function* (run) {
  const options = parseOptions(run.args, {
    letters: 'aA:bBcdDfhHiIj:lLN:oOt:vxXsS:w::',
    long: {
      'skip-bytes=': 'j',
      'address-radix=': 'A',
      'read-bytes=': 'N',
      'format=': 't',
      'output-duplicates': 'v',
      'strings=?': 'S',
      'width=?': 'w',
      traditional: 'traditional',
    },
  });
  const formats = formatsOf(options);
  const unit = formats.reduce((multiple, { size }) => leastCommonMultiple(multiple, size), 1);
  const width = blockWidth(options, unit);
  const amount = (key: string) => {
    const text = options.value(key);
    return text === undefined ? undefined : parseAmount(text);
  };
  const skip = amount('j') ?? 0;
  const most = amount('N') ?? Number.POSITIVE_INFINITY;
  const files = options.operands.length > 0 ? options.operands : ['-'];
  const source = new Source(run, files, skip, most);
  const dump = new Dump(run, formats, width, unit, addressFormat(options), options.has('v'));
  yield* dump.run(source, skip);
  return source.failed ? 1 : 0;
});

function formatsOf(options: Options): readonly OdFormat[] {
  const formats: OdFormat[] = [];
  for (const [letters, type] of SHORTHANDS) {
    if ([...letters].some((letter) => options.has(letter))) formats.push(...decodeFormats(type));
  }
  for (const type of options.values('t')) formats.push(...decodeFormats(type));
  if (options.has('s')) formats.push(...decodeFormats('d2'));
  return formats.length > 0 ? formats : decodeFormats('o2');
}

function blockWidth(options: Options, unit: number): number {
  if (!options.has('w')) return unit < 16 ? 16 - (16 % unit) : unit;
  const width = parseInteger(options.value('w') ?? '32', { least: 0 });
  return width === 0 || width % unit !== 0 ? unit : width;
}

function parseAmount(text: Bytes): number {
  const hex = /^0[xX][0-9a-fA-F]+$/.test(text);
  const octal = /^0[0-7]+$/.test(text);
  if (hex || octal) return Number.parseInt(text, hex ? 16 : 8);
  return parseInteger(text, { least: 0, suffixes: BLOCK_SUFFIXES });
}

function addressFormat(options: Options): (address: number) => Bytes {
  const radix = options.value('A')?.[0] ?? 'o';
  if (radix === 'n') return () => '';
  if (radix === 'd') return (address) => String(address).padStart(7, '0');
  if (radix === 'o') return (address) => address.toString(8).padStart(7, '0');
  if (radix === 'x') return (address) => address.toString(16).padStart(6, '0');
  throw new Failure(`bad output address radix '${radix}' (must be [doxn])`);
}

function leastCommonMultiple(a: number, b: number): number {
  let x = a;
  let y = b;
  while (y !== 0) [x, y] = [y, x % y];
  return (a / x) * b;
}

/** The bytes of several files as one. */
class Source {
  failed = false;
  /** Whether a file could not even be opened. */
  unopened = false;
  readonly #run: Invocation;
  readonly #files: Bytes[];
  #fd: number | undefined;
  #path: Bytes = '';
  #skip: number;
  #left: number;

  constructor(run: Invocation, files: readonly Bytes[], skip: number, most: number) {
    this.#run = run;
    this.#files = [...files];
    this.#skip = skip;
    this.#left = most;
  }

  /** Up to `count` bytes, fewer only at the end. */
  *read(count: number): Call<Bytes> {
    while (this.#skip > 0) {
      const part = yield* this.#some(Math.min(this.#skip, 4096));
      if (part === '') throw new Failure("can't skip past end of combined input");
      this.#skip -= part.length;
    }
    let bytes = '';
    while (bytes.length < count && this.#left > 0) {
      const part = yield* this.#some(Math.min(count - bytes.length, this.#left));
      if (part === '') break;
      bytes += part;
      this.#left -= part.length;
    }
    return bytes;
  }

  *#some(count: number): Call<Bytes> {
    for (;;) {
      if (this.#fd === undefined) {
        const file = this.#files.shift();
        if (file === undefined) return '';
        this.#path = file;
        this.#fd = yield* openOrComplain(this.#run, file, 'name only');
        if (this.#fd === undefined) {
          this.failed = true;
          this.unopened = true;
        }
        continue;
      }
      const part = yield* this.#readFrom(this.#fd, count);
      yield* this.#run.sys.breathe();
      if (part !== '') return part;
      closeInput(this.#run, this.#fd);
      this.#fd = undefined;
    }
  }

  /** What cannot be read (a directory) is complained of and counts as the end. */
  *#readFrom(fd: number, count: number): Call<Bytes> {
    try {
      return yield* this.#run.sys.read(fd, count);
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
      yield* this.#run.complain(`${this.#path}: read error`);
      this.failed = true;
      return '';
    }
  }
}

class Dump {
  readonly #run: Invocation;
  readonly #formats: readonly OdFormat[];
  readonly #width: number;
  readonly #unit: number;
  readonly #address: (address: number) => Bytes;
  readonly #all: boolean;

  constructor(
    run: Invocation,
    formats: readonly OdFormat[],
    width: number,
    unit: number,
    address: (address: number) => Bytes,
    all: boolean,
  ) {
    this.#run = run;
    this.#formats = formats;
    this.#width = width;
    this.#unit = unit;
    this.#address = address;
    this.#all = all;
  }

  *run(source: Source, from: number): Call<void> {
    let address = from;
    let before: Bytes | undefined;
    let starred = false;
    for (;;) {
      const block = yield* source.read(this.#width);
      if (block === '') break;
      const repeated = !this.#all && block === before && block.length === this.#width;
      if (!repeated) yield* this.#block(address, block);
      else if (!starred) yield* this.#run.out.write('*\n');
      starred = repeated;
      before = block;
      address += block.length;
      if (block.length < this.#width) break;
    }
    if (source.unopened && address === from) return;
    const end = this.#address(address);
    if (end !== '') yield* this.#run.out.write(`${end}\n`);
  }

  /** One block in every format; the address stands only before the first. */
  *#block(address: number, block: Bytes): Call<void> {
    const padded = block.padEnd(Math.ceil(block.length / this.#unit) * this.#unit, '\0');
    const front = this.#address(address);
    for (const [i, format] of this.#formats.entries()) {
      let line = i === 0 ? front : ' '.repeat(front.length);
      for (let at = 0; at < padded.length; at += format.size) line += format.show(padded, at);
      if (format.trailer) {
        const missing = Math.floor((this.#width - block.length) / format.size);
        const text = block.replace(/[^ -~]/g, '.');
        line += `${' '.repeat(missing * format.fieldWidth)}  >${text}<`;
      }
      yield* this.#run.out.write(`${line}\n`);
    }
  }
}
