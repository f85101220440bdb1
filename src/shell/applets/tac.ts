import type { Bytes } from '../../runtime/bytes';
import { applet, Failure } from './applet';
import { charactersOf } from './characters';
import { convertLines } from './convert-lines';
import { chomp, MAX_HELD } from './lines';
import { parseOptions } from './options';

/** Models coreutils/tac.c: of each file a last line without newline comes first, and stays without. */
export const tac = applet('tac', function* (run) {
  const { operands } = parseOptions(run.args, { letters: '' });
  let code = 0;
  for (const file of operands.length > 0 ? operands : ['-']) {
    const lines: Bytes[] = [];
    let held = 0;
    const hold = (line: Bytes) => {
      lines.push(line);
      held += line.length;
      if (held > MAX_HELD) throw new Failure('out of memory');
      return undefined;
    };
    if ((yield* convertLines(run, [file], hold, 'errno')) !== 0) code = 1;
    for (const line of lines.reverse()) yield* run.out.write(line);
  }
  return code;
});

/** Models util-linux/rev.c: turns characters, not bytes. */
export const rev = applet('rev', function* (run) {
  const { operands } = parseOptions(run.args, { letters: '' });
  const turn = (line: Bytes) => {
    const text = chomp(line);
    return charactersOf(text).reverse().join('') + (text === line ? '' : '\n');
  };
  return yield* convertLines(run, operands, turn, 'end');
});
