import type { Bytes } from '../../runtime/bytes';
import type { Call } from '../../runtime/syscalls';
import { processEscapes } from '../parser/escapes';
import { applet, Failure, type Invocation } from './applet';
import { openOrFail } from './files';
import { chomp, LineReader } from './lines';
import { parseOptions } from './options';

/** Models coreutils/paste.c. */
export const paste = applet('paste', function* (run) {
  const options = parseOptions(run.args, { letters: 'd:s' });
  const given = options.value('d');
  if (given === '') throw new Failure("-d '' is not supported");
  const delimiters = given === undefined ? '\t' : processEscapes(given);
  const readers: LineReader[] = [];
  const stdin = new LineReader(run.sys, 0);
  for (const file of options.operands.length > 0 ? options.operands : ['-']) {
    const fd = yield* openOrFail(run, file, 'name only');
    readers.push(fd === 0 ? stdin : new LineReader(run.sys, fd));
  }
  if (options.has('s')) {
    for (const reader of readers) yield* pasteSerially(run, reader, delimiters);
  } else {
    yield* pasteParallel(run, readers, delimiters);
  }
  return 0;
});

function delimiterAt(delimiters: Bytes, index: number): Bytes {
  const delimiter = delimiters[index % delimiters.length] as string;
  return delimiter === '\0' ? '' : delimiter;
}

function* pasteSerially(run: Invocation, reader: LineReader, delimiters: Bytes): Call<void> {
  let index = 0;
  let line = yield* reader.nextOrEnd();
  while (line !== undefined) {
    const next = yield* reader.nextOrEnd();
    const end = next === undefined ? '\n' : delimiterAt(delimiters, index++);
    yield* run.out.write(chomp(line) + end);
    line = next;
  }
}

function* pasteParallel(
  run: Invocation,
  readers: readonly LineReader[],
  delimiters: Bytes,
): Call<void> {
  const active: (LineReader | undefined)[] = [...readers];
  while (active.some((reader) => reader !== undefined)) {
    let index = 0;
    for (const [i, reader] of active.entries()) {
      if (reader === undefined) continue;
      const line = yield* reader.nextOrEnd();
      if (line === undefined) {
        active[i] = undefined;
        continue;
      }
      const end = i === active.length - 1 ? '\n' : delimiterAt(delimiters, index++);
      yield* run.out.write(chomp(line) + end);
    }
  }
}
