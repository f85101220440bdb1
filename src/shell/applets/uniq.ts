import type { Bytes } from '../../runtime/bytes';
import { applet, Failure } from './applet';
import { createOrFail, openOrFail } from './files';
import { chomp, LineReader } from './lines';
import { parseInteger } from './numbers';
import { parseOptions } from './options';

/** Models coreutils/uniq.c. */
export const uniq = applet('uniq', function* (run) {
  const options = parseOptions(run.args, { letters: 'cduf:s:w:iz', most: 2 });
  const fields = parseInteger(options.value('f') ?? '0', { least: 0 });
  const characters = parseInteger(options.value('s') ?? '0', { least: 0 });
  const width = parseInteger(options.value('w') ?? '2147483647', { least: 0 });
  const [input = '-', output = '-'] = options.operands;
  const fd = yield* openOrFail(run, input);
  if (output !== '-') {
    const target = yield* createOrFail(run, output);
    run.sys.dup2(target, 1);
    run.sys.close(target);
  }
  const keyOf = (line: Bytes): Bytes => {
    const rest = skipFields(line, fields).slice(characters, characters + width);
    return options.has('i') ? rest.toLowerCase() : rest;
  };
  const end = options.has('z') ? '\0' : '\n';
  const reader = new LineReader(run.sys, fd);
  let next = yield* reader.nextOrEnd();
  while (next !== undefined) {
    const line = chomp(next);
    const key = keyOf(line);
    let repeats = 0;
    for (;;) {
      next = yield* reader.nextOrEnd();
      if (next === undefined || keyOf(chomp(next)) !== key) break;
      repeats++;
    }
    if (options.has(repeats > 0 ? 'u' : 'd')) continue;
    const count = options.has('c') ? `${String(repeats + 1).padStart(7)} ` : '';
    yield* run.out.write(`${count}${line}${end}`);
  }
  if (reader.failure) throw new Failure(`${options.operands[0] ?? '-'}: I/O error`);
  return 0;
});

function skipFields(line: Bytes, count: number): Bytes {
  let rest = line;
  for (let i = 0; i < count && rest !== ''; i++) rest = rest.replace(/^[\t-\r ]*[^\t-\r ]*/, '');
  return rest;
}
