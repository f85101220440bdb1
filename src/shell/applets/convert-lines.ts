import type { Bytes } from '../../runtime/bytes';
import type { Call } from '../../runtime/syscalls';
import type { Invocation } from './applet';
import { closeInput, openOrComplain } from './files';
import { LineReader } from './lines';

/** What becomes of a line, newline and all; undefined: nothing. `number` counts from 0 in each file. */
export type LineConversion = (line: Bytes, number: number) => Bytes | undefined;

/**
 * What becomes of a file that opens but cannot be read, a directory: it ends the applet, or it is as good as
 * empty, with or without a complaint that says why or only that it was so.
 */
export type Unreadable = 'fatal' | 'end' | 'errno' | 'unnamed';

/**
 * Writes what becomes of each line of the files; without operands they are those of standard input. Returns
 * the exit code: 1 when a file does not open, which keeps nobody from reading the others.
 */
export function* convertLines(
  run: Invocation,
  operands: readonly Bytes[],
  convert: LineConversion,
  unreadable: Unreadable = 'fatal',
): Call<number> {
  let code = 0;
  for (const file of operands.length > 0 ? operands : ['-']) {
    const fd = yield* openOrComplain(run, file, 'name only');
    if (fd === undefined) {
      code = 1;
      continue;
    }
    const reader = new LineReader(run.sys, fd);
    let number = 0;
    const next = unreadable === 'fatal' ? () => reader.next() : () => reader.nextOrEnd();
    for (let line = yield* next(); line !== undefined; line = yield* next()) {
      const converted = convert(line, number++);
      if (converted !== undefined) yield* run.out.write(converted);
    }
    if (reader.failure && unreadable !== 'end') {
      if (unreadable === 'errno') yield* run.complainAbout(file, reader.failure);
      else yield* run.complain(`${file}: Input/output error`);
      code = 1;
    }
    closeInput(run, fd);
  }
  return code;
}
