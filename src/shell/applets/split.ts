import type { Bytes } from '../../runtime/bytes';
import type { Call } from '../../runtime/syscalls';
import { applet, Failure, type Invocation } from './applet';
import { createOrFail, openOrFail } from './files';
import { parseInteger, type Suffixes } from './numbers';
import { parseOptions } from './options';

const SUFFIXES: Suffixes = { b: 512n, k: 1024n, m: 1048576n, g: 1073741824n };

/** Models coreutils/split.c. */
export const split = applet('split', function* (run) {
  const options = parseOptions(run.args, { letters: 'l:b:a:', most: 2 });
  const bytes = options.value('b');
  const size =
    bytes === undefined
      ? parseInteger(options.value('l') ?? '1000', { least: 0 })
      : parseInteger(bytes, { least: 0, suffixes: SUFFIXES });
  const suffixLength = parseInteger(options.value('a') ?? '2', { least: 0 });
  const [file = '-', prefix = 'x'] = options.operands;
  if (prefix.length + suffixLength > 255) throw new Failure('suffix too long');
  const fd = yield* openOrFail(run, file);
  if (run.sys.fstat(fd).type === 'directory') throw new Failure(`${file}: Is a directory`);
  const pieces = new Pieces(run, prefix, suffixLength);
  let left = 0;
  for (
    let part = yield* run.sys.read(fd, 65536);
    part !== '';
    part = yield* run.sys.read(fd, 65536)
  ) {
    let at = 0;
    while (at < part.length) {
      if (left === 0) {
        yield* pieces.next();
        left = size;
      }
      let end: number;
      if (bytes !== undefined) {
        end = Math.min(at + left, part.length);
        left -= end - at;
      } else {
        const newline = part.indexOf('\n', at);
        end = newline < 0 ? part.length : newline + 1;
        if (newline >= 0) left--;
      }
      yield* pieces.write(part.slice(at, end));
      at = end;
    }
    yield* run.sys.breathe();
  }
  return 0;
});

class Pieces {
  readonly #run: Invocation;
  readonly #prefix: Bytes;
  readonly #length: number;
  #number = 0;
  #fd: number | undefined;

  constructor(run: Invocation, prefix: Bytes, length: number) {
    this.#run = run;
    this.#prefix = prefix;
    this.#length = length;
  }

  *next(): Call<void> {
    if (this.#number >= 26 ** this.#length) throw new Failure('suffixes exhausted');
    let suffix = '';
    for (let i = 0, rest = this.#number++; i < this.#length; i++, rest = Math.floor(rest / 26)) {
      suffix = String.fromCharCode(97 + (rest % 26)) + suffix;
    }
    if (this.#fd !== undefined) this.#run.sys.close(this.#fd);
    this.#fd = yield* createOrFail(this.#run, this.#prefix + suffix);
  }

  *write(part: Bytes): Call<void> {
    if (this.#fd !== undefined) yield* this.#run.sys.write(this.#fd, part);
  }
}
