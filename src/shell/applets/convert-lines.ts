import type { Bytes } from '../../runtime/bytes';
import type { Call } from '../../runtime/syscalls';
import type { Invocation } from './applet';
import { closeInput, openOrComplain } from './files';
import { LineReader } from './lines';

/** What becomes of a line, newline and all; undefined: nothing. `number` counts from 0 in each file. */
export type LineConversion = (line: Bytes, number: number) => Bytes | undefined;

/**
 * Writes what becomes of each line of the files; without operands they are those of standard input. Returns
 * the exit code: 1 when a file does not open, which keeps nobody from reading the others.
 */
export function* convertLines(
  run: Invocation,
  operands: readonly Bytes[],
  convert: LineConversion,
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
    for (let line = yield* reader.next(); line !== undefined; line = yield* reader.next()) {
      const converted = convert(line, number++);
      if (converted !== undefined) yield* run.out.write(converted);
    }
    closeInput(run, fd);
  }
  return code;
}
