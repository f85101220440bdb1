import type { Bytes } from '../../runtime/bytes';
import { applet, Failure, UsageFailure } from './applet';
import { byteOrder, openOrFail } from './files';
import { chomp, LineReader } from './lines';
import { parseInteger } from './numbers';
import { parseOptions } from './options';

/** Models coreutils/comm.c. */
export const comm = applet('comm', function* (run) {
  const options = parseOptions(run.args, { letters: '123', least: 2, most: 2 });
  const [first, second] = options.operands as [Bytes, Bytes];
  const left = new LineReader(run.sys, yield* openOrFail(run, first, 'name only'));
  const right = new LineReader(run.sys, yield* openOrFail(run, second, 'name only'));
  const hidden = ['1', '2', '3'].map((column) => options.has(column));
  const row = (line: Bytes, column: 0 | 1 | 2): Bytes => {
    if (hidden[column]) return '';
    const tabs = hidden.slice(0, column).filter((hide) => !hide).length;
    return `${'\t'.repeat(tabs)}${chomp(line)}\n`;
  };
  let a = yield* left.nextOrEnd();
  let b = yield* right.nextOrEnd();
  while (a !== undefined || b !== undefined) {
    const order = a === undefined ? 1 : b === undefined ? -1 : byteOrder(chomp(a), chomp(b));
    if (order < 0) yield* run.out.write(row(a as Bytes, 0));
    else yield* run.out.write(row(b as Bytes, order > 0 ? 1 : 2));
    if (order <= 0) a = yield* left.nextOrEnd();
    if (order >= 0) b = yield* right.nextOrEnd();
  }
  return 0;
});

/** Models editors/cmp.c. */
export const cmp = applet('cmp', function* (run) {
  const options = parseOptions(run.args, {
    letters: 'sln:',
    long: { 'bytes=': 'n', quiet: 's', silent: 's', verbose: 'l' },
    least: 1,
    most: 4,
  });
  const silent = options.has('s');
  const list = options.has('l');
  if (silent && list) throw new UsageFailure();
  const [name1, name2 = '-', skip1 = '0', skip2 = '0'] = options.operands as [Bytes, ...Bytes[]];
  const limit = parseInteger(options.value('n') ?? '-1');
  const skips = [parseInteger(skip1, { least: 0 }), parseInteger(skip2, { least: 0 })] as const;
  const fds: number[] = [];
  for (const name of [name1, name2]) {
    try {
      fds.push(yield* openOrFail(run, name, 'name only', 2));
    } catch (error) {
      if (silent) return 2;
      throw error;
    }
  }
  if (fds[0] === 0 && fds[1] === 0) return 0;
  const readers = fds.map((fd) => new LineReader(run.sys, fd));
  let left = yield* skipBytes(readers[0] as LineReader, skips[0]);
  let right = yield* skipBytes(readers[1] as LineReader, skips[1]);
  let position = 0;
  let line = 1;
  let code = 0;
  while (limit < 0 || position < limit) {
    if (left === '') left = (yield* (readers[0] as LineReader).nextOrEnd()) ?? '';
    if (right === '') right = (yield* (readers[1] as LineReader).nextOrEnd()) ?? '';
    const unread = readers.findIndex((reader) => reader.failure !== undefined);
    if (unread >= 0) throw new Failure(`${unread === 0 ? name1 : name2}: I/O error`, 2);
    if (left === '' && right === '') break;
    if (left === '' || right === '') {
      if (!silent) {
        yield* run.out.flush();
        yield* run.say(`cmp: EOF on ${left === '' ? name1 : name2}\n`);
      }
      return 1;
    }
    const length = Math.min(
      left.length,
      right.length,
      limit < 0 ? Number.MAX_SAFE_INTEGER : limit - position,
    );
    for (let i = 0; i < length; i++) {
      position++;
      const a = left.charCodeAt(i);
      const b = right.charCodeAt(i);
      if (a !== b) {
        code = 1;
        if (silent) return 1;
        if (!list) {
          yield* run.out.write(`${name1} ${name2} differ: char ${position}, line ${line}\n`);
          // With -n the others are told of as well.
          if (limit < 0) return 1;
          continue;
        }
        yield* run.out.write(
          `${position} ${a.toString(8).padStart(3)} ${b.toString(8).padStart(3)}\n`,
        );
      } else if (a === 10) line++;
    }
    left = left.slice(length);
    right = right.slice(length);
  }
  return code;
});

function* skipBytes(reader: LineReader, count: number) {
  let left = count;
  for (;;) {
    const part = (yield* reader.nextOrEnd()) ?? '';
    if (part === '' || part.length > left) return part.slice(left);
    left -= part.length;
  }
}
