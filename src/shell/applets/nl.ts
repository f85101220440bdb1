import { applet } from './applet';
import { closeInput, openOrComplain } from './files';
import { chomp, LineReader } from './lines';
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
  let code = 0;
  for (const file of options.operands.length > 0 ? options.operands : ['-']) {
    const fd = yield* openOrComplain(run, file, 'name only');
    if (fd === undefined) {
      code = 1;
      continue;
    }
    const reader = new LineReader(run.sys, fd);
    for (let line = yield* reader.next(); line !== undefined; line = yield* reader.next()) {
      const text = chomp(line);
      const counts = style === 'a' || (style === 't' && text !== '');
      const front = counts
        ? String(number).padStart(width) + separator
        : ' '.repeat(width + separator.length);
      if (counts) number += step;
      yield* run.out.write(`${front}${text}\n`);
    }
    closeInput(run, fd);
  }
  return code;
});
