import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import type { Call } from '../../runtime/syscalls';
import { applet, type Invocation } from './applet';
import { closeInput, openOrComplain } from './files';
import { parseOptions } from './options';

/** Lines, words, characters, bytes, length of the longest line. */
type Counts = [number, number, number, number, number];

const LETTERS = 'lwmcL';

/** Models coreutils/wc.c: columns are 9 wide, a single count of a single file has no padding. */
export const wc = applet('wc', function* (run) {
  const options = parseOptions(run.args, { letters: LETTERS });
  const asked = [...LETTERS].map((letter) => options.has(letter));
  const shown = asked.includes(true) ? asked : [true, true, false, true, false];
  const files = options.operands.length > 0 ? options.operands : ['standard input'];
  const named = options.operands.length > 0;
  const alone = files.length === 1 && shown.filter(Boolean).length === 1;
  const row = (counts: Counts, name: Bytes): Bytes => {
    const columns = counts.filter((_, i) => shown[i]).map((count) => String(count));
    return `${columns.map((column) => (alone ? column : column.padStart(9))).join(' ')}${name}\n`;
  };
  const totals: Counts = [0, 0, 0, 0, 0];
  let code = 0;
  for (const file of files) {
    const fd = named ? yield* openOrComplain(run, file, 'name only') : 0;
    if (fd === undefined) {
      code = 1;
      continue;
    }
    const counts: Counts = [0, 0, 0, 0, 0];
    if (!(yield* count(run, fd, counts, file))) code = 1;
    closeInput(run, fd);
    for (const i of [0, 1, 2, 3] as const) totals[i] += counts[i];
    totals[4] = Math.max(totals[4], counts[4]);
    yield* run.out.write(row(counts, named ? ` ${file}` : ''));
  }
  if (files.length > 1) yield* run.out.write(row(totals, ' total'));
  return code;
});

function* count(run: Invocation, fd: number, counts: Counts, name: Bytes): Call<boolean> {
  const counter = new Counter(counts);
  let ok = true;
  for (;;) {
    let part: Bytes = '';
    try {
      part = yield* run.sys.read(fd, 65536);
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
      yield* run.complainAbout(name, error);
      ok = false;
    }
    if (part === '') break;
    counter.add(part);
    run.sys.spend(part.length / 200);
    yield* run.sys.breathe();
  }
  counter.end();
  return ok;
}

class Counter {
  readonly #counts: Counts;
  #column = 0;
  #inWord = false;

  constructor(counts: Counts) {
    this.#counts = counts;
  }

  add(part: Bytes): void {
    const counts = this.#counts;
    counts[3] += part.length;
    for (let i = 0; i < part.length; i++) {
      const code = part.charCodeAt(i);
      if ((code & 0xc0) !== 0x80) counts[2]++;
      if (code > 32 && code < 127) {
        this.#column++;
        this.#inWord = true;
      } else if (code === 32) {
        this.#column++;
        this.#endWord();
      } else if (code >= 9 && code <= 13) {
        this.#control(code);
        this.#endWord();
      }
    }
  }

  end(): void {
    this.#endLine();
    this.#endWord();
  }

  #control(code: number): void {
    if (code === 9) {
      this.#column = (this.#column | 7) + 1;
      return;
    }
    if (code === 10) this.#counts[0]++;
    // A vertical tab ends a word and measures the line, but the line goes on.
    const column = this.#column;
    this.#endLine();
    if (code === 11) this.#column = column;
  }

  #endLine(): void {
    this.#counts[4] = Math.max(this.#counts[4], this.#column);
    this.#column = 0;
  }

  #endWord(): void {
    if (this.#inWord) this.#counts[1]++;
    this.#inWord = false;
  }
}
