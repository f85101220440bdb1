import type { Bytes } from '../../runtime/bytes';
import type { Call } from '../../runtime/syscalls';
import { applet, Failure, type Invocation, strerror, UsageFailure } from './applet';
import { closeInput } from './files';
import { copyAll, LineReader } from './lines';
import { parseOptions } from './options';

const ESCAPE = '\x1b';
const CLEAR = `${ESCAPE}[H${ESCAPE}[J`;
/** Lines that a pager keeps; beyond it the rest is not shown. */
const MOST_LINES = 100_000;

/** Models miscutils/less.c in what it shows: a screen at a time, forwards, backwards and by searching. */
export const less = applet('less', function* (run) {
  const options = parseOptions(run.args, { letters: 'EFIMmN~RSh' });
  return yield* page(run, options.operands, {
    quitsAtEnd: options.has('E'),
    quitsIfShort: options.has('F'),
    numbers: options.has('N'),
    ignoresCase: options.has('I'),
    prompt: (name, atEnd) => (atEnd ? '(END)' : name),
  });
});

/** Models util-linux/more.c. */
export const more = applet('more', function* (run) {
  return yield* page(
    run,
    run.args.filter((arg) => arg !== '--'),
    {
      quitsAtEnd: true,
      quitsIfShort: true,
      numbers: false,
      ignoresCase: false,
      prompt: () => '--More--',
    },
  );
});

interface PagerRules {
  readonly quitsAtEnd: boolean;
  readonly quitsIfShort: boolean;
  readonly numbers: boolean;
  readonly ignoresCase: boolean;
  readonly prompt: (name: Bytes, atEnd: boolean) => Bytes;
}

function* page(run: Invocation, paths: readonly Bytes[], rules: PagerRules): Call<number> {
  const { sys } = run;
  if (!sys.isatty(1)) return yield* showAll(run, paths);
  if (paths.length === 0 && sys.isatty(0)) throw new UsageFailure();
  const keys = sys.isatty(0) ? 0 : yield* sys.open('/dev/tty', { read: true });
  const before = sys.terminalMode(keys, { canonical: false, echo: false });
  for (const path of paths.length > 0 ? paths : ['-']) {
    const lines = yield* readFile(run, path);
    const ended = yield* new Pager(run, path === '-' ? '' : path, lines, keys, rules).run();
    if (ended) break;
  }
  sys.terminalMode(keys, before);
  return 0;
}

/** Into a pipe or file a pager is like cat. */
function* showAll(run: Invocation, paths: readonly Bytes[]): Call<number> {
  for (const path of paths.length > 0 ? paths : ['-']) {
    const fd = yield* openFor(run, path);
    yield* run.out.flush();
    yield* copyAll(run.sys, fd, 1);
    closeInput(run, fd);
  }
  return 0;
}

function* openFor(run: Invocation, path: Bytes): Call<number> {
  if (path === '-') return 0;
  try {
    return yield* run.sys.open(path, { read: true });
  } catch (error) {
    throw new Failure(`can't open '${path}': ${strerror(error)}`);
  }
}

function* readFile(run: Invocation, path: Bytes): Call<Bytes[]> {
  const fd = yield* openFor(run, path);
  const reader = new LineReader(run.sys, fd);
  const lines: Bytes[] = [];
  while (lines.length < MOST_LINES) {
    const line = yield* reader.next();
    if (line === undefined) break;
    lines.push(line.replace(/\n$/, '').replace(/\t/g, '        '));
  }
  closeInput(run, fd);
  return lines;
}

class Pager {
  readonly #run: Invocation;
  readonly #name: Bytes;
  readonly #lines: readonly Bytes[];
  readonly #keys: number;
  readonly #rules: PagerRules;
  #top = 0;
  #search = '';

  constructor(
    run: Invocation,
    name: Bytes,
    lines: readonly Bytes[],
    keys: number,
    rules: PagerRules,
  ) {
    this.#run = run;
    this.#name = name;
    this.#lines = lines;
    this.#keys = keys;
    this.#rules = rules;
  }

  /** Whether the user wants to leave altogether. */
  *run(): Call<boolean> {
    const { quitsIfShort, quitsAtEnd } = this.#rules;
    if (quitsIfShort && this.#rows().length <= this.#height()) {
      for (const line of this.#lines) yield* this.#run.out.write(`${line}\n`);
      yield* this.#run.out.flush();
      return false;
    }
    for (;;) {
      const height = this.#height();
      const last = Math.max(0, this.#rows().length - height);
      this.#top = Math.max(0, Math.min(this.#top, last));
      yield* this.#show(height, this.#top >= last);
      const key = yield* this.#readKey();
      if (key === 'q' || key === '' || key === '\x03') {
        yield* this.#clearPrompt();
        return true;
      }
      if (quitsAtEnd && this.#top >= last && ' f\n\rj'.includes(key)) {
        yield* this.#clearPrompt();
        return false;
      }
      yield* this.#move(key, height, last);
    }
  }

  *#move(key: string, height: number, last: number): Call<void> {
    switch (key) {
      case ' ':
      case 'f':
      case 'page down':
        this.#top += height;
        break;
      case 'b':
      case 'page up':
        this.#top -= height;
        break;
      case '\n':
      case '\r':
      case 'j':
      case 'down':
        this.#top++;
        break;
      case 'k':
      case 'y':
      case 'up':
        this.#top--;
        break;
      case 'd':
        this.#top += height >> 1;
        break;
      case 'u':
        this.#top -= height >> 1;
        break;
      case 'g':
      case '<':
        this.#top = 0;
        break;
      case 'G':
      case '>':
        this.#top = last;
        break;
      case '/':
        this.#search = yield* this.#readLine();
        this.#find();
        break;
      case 'n':
        this.#find();
    }
  }

  #find(): void {
    const fold = (text: string) => (this.#rules.ignoresCase ? text.toLowerCase() : text);
    const wanted = fold(this.#search);
    const place = this.#rows().findIndex(
      (row, index) => index > this.#top && wanted !== '' && fold(row).includes(wanted),
    );
    if (place >= 0) this.#top = place;
  }

  #height(): number {
    return Math.max(1, (this.#run.sys.terminalSize(1).rows || 24) - 1);
  }

  /** The text in lines of the screen. */
  #rows(): Bytes[] {
    const width = this.#run.sys.terminalSize(1).columns || 80;
    return this.#lines.flatMap((line, index) => {
      const text = this.#rules.numbers ? `${String(index + 1).padStart(7)} ${line}` : line;
      const parts: Bytes[] = [];
      for (let at = 0; at < text.length || at === 0; at += width)
        parts.push(text.slice(at, at + width));
      return parts;
    });
  }

  *#show(height: number, atEnd: boolean): Call<void> {
    const rows = this.#rows().slice(this.#top, this.#top + height);
    while (rows.length < height) rows.push('~');
    const prompt = this.#rules.prompt(this.#name, atEnd);
    yield* this.#run.out.write(
      `${CLEAR}${rows.map((row) => `${row}\n`).join('')}${ESCAPE}[7m${prompt || ':'}${ESCAPE}[m`,
    );
    yield* this.#run.out.flush();
  }

  *#clearPrompt(): Call<void> {
    yield* this.#run.out.write(`\r${ESCAPE}[K`);
    yield* this.#run.out.flush();
  }

  *#readKey(): Call<string> {
    const { sys } = this.#run;
    const key = yield* sys.read(this.#keys, 1);
    if (key !== ESCAPE) return key;
    if ((yield* sys.poll([{ fd: this.#keys }], 50)) === undefined) return key;
    const rest = yield* sys.read(this.#keys, 8);
    const names: Readonly<Record<string, string>> = {
      '[A': 'up',
      '[B': 'down',
      '[5~': 'page up',
      '[6~': 'page down',
      '[H': 'g',
      '[F': 'G',
    };
    return names[rest] ?? rest;
  }

  *#readLine(): Call<Bytes> {
    yield* this.#clearPrompt();
    yield* this.#run.out.write('/');
    yield* this.#run.out.flush();
    let line = '';
    for (;;) {
      const key = yield* this.#run.sys.read(this.#keys, 1);
      if (key === '' || key === '\n' || key === '\r') return line;
      if (key === '\x7f' || key === '\b') line = line.slice(0, -1);
      else line += key;
      yield* this.#run.out.write(`\r${ESCAPE}[K/${line}`);
      yield* this.#run.out.flush();
    }
  }
}
