import type { Bytes } from '../../runtime/bytes';
import type { Call } from '../../runtime/syscalls';
import { applet, Failure, type Invocation, strerror, UsageFailure } from './applet';
import { closeInput, openOrFail } from './files';
import { LineReader } from './lines';
import { BLOCK_SUFFIXES, parseInteger } from './numbers';
import { type Options, parseOptions } from './options';

/** Models util-linux/hexdump_xxd.c. */
export const xxd = applet('xxd', function* (run) {
  const options = parseOptions(run.args, { letters: 'l:s:o:g:c:pri', most: 1 });
  const [path] = options.operands;
  const fd = path === undefined ? 0 : yield* openOrFail(run, path, 'name only');
  if (options.has('r')) return yield* reverse(run, fd, options);
  const number = (key: string, otherwise: number) => {
    const text = options.value(key);
    if (text === undefined) return otherwise;
    if (/^0[xX][0-9a-fA-F]+$/.test(text)) return Number(text);
    return parseInteger(text, { least: 0, suffixes: BLOCK_SUFFIXES });
  };
  const skip = number('s', 0);
  if (skip > 0) yield* skipBytes(run, fd, path, skip);
  const style = options.has('i') ? 'include' : options.has('p') ? 'plain' : 'dump';
  const columns = number('c', style === 'dump' ? 16 : style === 'plain' ? 30 : 12);
  if (columns === 0) throw new UsageFailure();
  const dumper = new XxdDumper(run, style, columns, number('g', 2));
  const name = (path ?? '').replace(/[^0-9A-Za-z]/g, '_');
  if (style === 'include' && path !== undefined) {
    yield* run.out.write(`unsigned char ${name}[] = {\n`);
  }
  const total = yield* dumper.show(
    fd,
    skip + number('o', 0),
    number('l', Number.POSITIVE_INFINITY),
  );
  if (style === 'include' && path !== undefined) {
    yield* run.out.write(`};\nunsigned int ${name}_len = ${total};\n`);
  }
  closeInput(run, fd);
  return 0;
});

function* skipBytes(
  run: Invocation,
  fd: number,
  path: Bytes | undefined,
  count: number,
): Call<void> {
  try {
    run.sys.seek(fd, count, 'start');
  } catch (error) {
    yield* run.out.flush();
    throw new Failure(`${path ?? 'stdin'}: ${strerror(error)}`);
  }
}

class XxdDumper {
  readonly #run: Invocation;
  readonly #style: 'dump' | 'plain' | 'include';
  readonly #columns: number;
  readonly #group: number;

  constructor(
    run: Invocation,
    style: 'dump' | 'plain' | 'include',
    columns: number,
    group: number,
  ) {
    this.#run = run;
    this.#style = style;
    this.#columns = columns;
    this.#group = group;
  }

  /** How many bytes there were. */
  *show(fd: number, offset: number, most: number): Call<number> {
    let total = 0;
    let line = '';
    for (;;) {
      const want = Math.min(this.#columns - line.length, most - total);
      const bytes = want > 0 ? yield* this.#run.sys.read(fd, want) : '';
      line += bytes;
      total += bytes.length;
      if (line !== '' && (bytes === '' || line.length === this.#columns)) {
        yield* this.#run.out.write(this.#line(line, offset + total - line.length));
        line = '';
      }
      if (bytes === '') return total;
    }
  }

  #line(bytes: Bytes, address: number): Bytes {
    const hex = [...bytes].map((byte) => byte.charCodeAt(0).toString(16).padStart(2, '0'));
    if (this.#style === 'plain') return `${hex.join('')}\n`;
    if (this.#style === 'include') return `  ${hex.map((each) => `0x${each},`).join(' ')}\n`;
    let shown = '';
    for (let i = 0; i < this.#columns; i++) {
      if (i > 0 && this.#group > 0 && i % this.#group === 0) shown += ' ';
      shown += hex[i] ?? '  ';
    }
    const text = bytes.replace(/[^ -~]/g, '.');
    return `${address.toString(16).padStart(8, '0')}: ${shown}  ${text}\n`;
  }
}

/** Bytes from a dump: by the addresses that lines begin with, or from nothing but hexadecimal digits. */
function* reverse(run: Invocation, fd: number, options: Options): Call<number> {
  const reader = new LineReader(run.sys, fd);
  const plain = options.has('p');
  let half = '';
  for (let line = yield* reader.next(); line !== undefined; line = yield* reader.next()) {
    const dump = plain ? line : line.replace(/^[^:]*:\s*/, '').replace(/ {2}.*$/s, '');
    const digits = half + dump.replace(/[^0-9a-fA-F]/g, '');
    const whole = digits.length - (digits.length % 2);
    half = plain ? digits.slice(whole) : '';
    let bytes = '';
    for (let i = 0; i < whole; i += 2) {
      bytes += String.fromCharCode(Number.parseInt(digits.slice(i, i + 2), 16));
    }
    yield* run.out.write(bytes);
  }
  return 0;
}
