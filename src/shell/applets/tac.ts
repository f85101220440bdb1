import type { Bytes } from '../../runtime/bytes';
import { applet, Failure } from './applet';
import { charactersOf } from './characters';
import { closeInput, openOrComplain } from './files';
import { LineReader, MAX_HELD } from './lines';
import { parseOptions } from './options';

/** Models coreutils/tac.c: a last line without newline comes first, and stays without. */
export const tac = applet('tac', function* (run) {
  const { operands } = parseOptions(run.args, { letters: '' });
  const lines: Bytes[] = [];
  let held = 0;
  let code = 0;
  for (const file of operands.length > 0 ? operands : ['-']) {
    const fd = yield* openOrComplain(run, file, 'name only');
    if (fd === undefined) {
      code = 1;
      continue;
    }
    const reader = new LineReader(run.sys, fd);
    for (let line = yield* reader.next(); line !== undefined; line = yield* reader.next()) {
      lines.push(line);
      held += line.length;
      if (held > MAX_HELD) throw new Failure('out of memory');
    }
    closeInput(run, fd);
  }
  for (const line of lines.reverse()) yield* run.out.write(line);
  return code;
});

/** Models util-linux/rev.c: turns characters, not bytes. */
export const rev = applet('rev', function* (run) {
  const { operands } = parseOptions(run.args, { letters: '' });
  let code = 0;
  for (const file of operands.length > 0 ? operands : ['-']) {
    const fd = yield* openOrComplain(run, file, 'name only');
    if (fd === undefined) {
      code = 1;
      continue;
    }
    const reader = new LineReader(run.sys, fd);
    for (let line = yield* reader.next(); line !== undefined; line = yield* reader.next()) {
      const ended = line.endsWith('\n');
      const text = ended ? line.slice(0, -1) : line;
      yield* run.out.write(charactersOf(text).reverse().join('') + (ended ? '\n' : ''));
    }
    closeInput(run, fd);
  }
  return code;
});
