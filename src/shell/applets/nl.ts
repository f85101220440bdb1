import type { Bytes } from '../../runtime/bytes';
import { applet } from './applet';
import { convertLines } from './convert-lines';
import { chomp } from './lines';
import { parseInteger } from './numbers';
import { parseOptions } from './options';

/** Models coreutils/nl.c. */
export const nl = applet('nl', function* (run) {
  const options = parseOptions(run.args, {
    letters: 'pw:s:v:i:b:',
    long: {
      'body-numbering=': 'b',
      'line-increment=': 'i',
      'no-renumber': 'p',
      'number-separator=': 's',
      'starting-line-number=': 'v',
      'number-width=': 'w',
    },
  });
  const width = parseInteger(options.value('w') ?? '6', { least: 0 });
  const separator = options.value('s') ?? '\t';
  const step = parseInteger(options.value('i') ?? '1', { least: 0 });
  const style = options.value('b')?.[0] ?? 't';
  let number = parseInteger(options.value('v') ?? '1', { least: 0 });
  const numbered = (line: Bytes) => {
    const text = chomp(line);
    const counts = style === 'a' || (style === 't' && text !== '');
    const front = counts
      ? String(number).padStart(width) + separator
      : ' '.repeat(width + separator.length);
    if (counts) number += step;
    return `${front}${text}\n`;
  };
  return yield* convertLines(run, options.operands, numbered, 'end');
});
