import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import type { Call } from '../../runtime/syscalls';
import { applet, Failure, type Invocation } from './applet';
import { convertLines } from './convert-lines';
import { closeInput, openOrComplain } from './files';
import { chomp } from './lines';
import { parseOptions } from './options';
import { visibleByte } from './visible';

/** Models coreutils/cat.c. */
export const cat = applet('cat', function* (run) {
  const options = parseOptions(run.args, { letters: 'etvAnbu' });
  const all = options.has('A');
  const tabs = all || options.has('t');
  const ends = all || options.has('e');
  const files = options.operands.length > 0 ? options.operands : ['-'];
  if (tabs || ends || options.has('v')) {
    const numbers = options.has('b') ? 'filled lines' : options.has('n') ? 'all lines' : 'none';
    return yield* catVisible(run, files, { tabs, ends, numbers });
  }
  if (options.has('n') || options.has('b')) {
    return yield* catNumbered(run, files, options.has('b'));
  }
  return yield* catFiles(run, files);
});

/** Copies files to standard output as they come, complaining about those that cannot be read. */
export function* catFiles(run: Invocation, files: readonly Bytes[]): Call<number> {
  let code = 0;
  for (const file of files) {
    const fd = yield* openOrComplain(run, file);
    if (fd === undefined) code = 1;
    else if (!(yield* copyOut(run, fd))) code = 1;
    if (fd !== undefined) closeInput(run, fd);
  }
  return code;
}

function* copyOut(run: Invocation, fd: number): Call<boolean> {
  const { sys } = run;
  for (;;) {
    let part: Bytes;
    try {
      part = yield* sys.read(fd, 65536);
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
      yield* run.complainAbout('read error', error);
      return false;
    }
    if (part === '') return true;
    try {
      yield* sys.write(1, part);
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
      throw new Failure(`write error: ${error.message}`);
    }
    yield* sys.breathe();
  }
}

function* catNumbered(run: Invocation, files: readonly Bytes[], onlyFilled: boolean): Call<number> {
  let number = 1;
  return yield* convertLines(run, files, (line) => {
    const text = chomp(line);
    const counts = !onlyFilled || text !== '';
    const front = counts ? `${String(number++).padStart(6)}\t` : '';
    return `${front}${text}\n`;
  });
}

interface Visible {
  readonly tabs: boolean;
  readonly ends: boolean;
  readonly numbers: 'none' | 'all lines' | 'filled lines';
}

function* catVisible(run: Invocation, files: readonly Bytes[], how: Visible): Call<number> {
  let code = 0;
  let number = 0;
  let atLineStart = how.numbers !== 'none';
  for (const file of files) {
    const fd = yield* openOrComplain(run, file);
    if (fd === undefined) {
      code = 1;
      continue;
    }
    for (
      let part = yield* run.sys.read(fd, 1024);
      part !== '';
      part = yield* run.sys.read(fd, 1024)
    ) {
      let text = '';
      for (let i = 0; i < part.length; i++) {
        const byte = part[i] as string;
        if (atLineStart && !(how.numbers === 'filled lines' && byte === '\n')) {
          text += `${String(++number).padStart(6)}  `;
        }
        atLineStart = how.numbers !== 'none' && byte === '\n';
        if (byte === '\n') text += how.ends ? '$\n' : '\n';
        else if (byte === '\t' && !how.tabs) text += byte;
        else text += visibleByte(byte.charCodeAt(0));
      }
      yield* run.out.write(text);
    }
    closeInput(run, fd);
  }
  return code;
}
