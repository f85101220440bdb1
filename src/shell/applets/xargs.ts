import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import { SIGNAL_NUMBERS } from '../../runtime/signals';
import type { Call, ExitStatus } from '../../runtime/syscalls';
import { applet, Failure, type Invocation } from './applet';
import { Confirmation } from './confirmation';
import { runCommand, type StartedCommand, startCommand } from './execute';
import { openOrFail } from './files';
import { parseInteger } from './numbers';
import { type Options, parseOptions } from './options';

/** Longest command line in bytes, what POSIX asks to leave free taken off. */
const LINE_BYTES = 32 * 1024 - 2048;

/** Processes that `-P 0` may run at once. */
const MOST_PARALLEL = 100;

/** Models findutils/xargs.c. */
export const xargs = applet('xargs', function* (run) {
  const options = parseOptions(run.args, {
    letters: '+trn:s:e::E:xI:i::pP:0a:o',
    long: { 'no-run-if-empty': 'r' },
  });
  const file = options.value('a');
  if (file !== undefined) run.sys.dup2(yield* openOrFail(run, file), 0);
  const command = options.operands.length > 0 ? options.operands : ['echo'];
  const limit = options.has('s')
    ? parseInteger(options.value('s') as Bytes, { least: 1, most: 2147483647 })
    : LINE_BYTES;
  const room = limit - command.reduce((sum, arg) => sum + arg.length + 1, 0);
  if (room <= 0) throw new Failure("can't fit single argument within argument list size limit");
  const most = options.has('n')
    ? parseInteger(options.value('n') as Bytes, { least: 1, most: 2147483647 })
    : Number.POSITIVE_INFINITY;
  const input = new Input(run, options, room);
  const runner = new Runner(run, options);
  const place = options.has('I')
    ? options.value('I')
    : options.has('i')
      ? (options.value('i') ?? '{}')
      : undefined;
  let skipsEmpty = options.has('r') || place !== undefined;
  for (;;) {
    let argv: Bytes[];
    if (place !== undefined) {
      const line = yield* input.line();
      if (line === undefined) break;
      argv = command.map((arg) => (place === '' ? arg : arg.replaceAll(place, () => line)));
    } else {
      const words = yield* input.words(most);
      if (words.length === 0 && skipsEmpty) break;
      argv = [...command, ...words];
    }
    skipsEmpty = true;
    if (!(yield* runner.execute(argv))) break;
  }
  return yield* runner.finish();
});

class Input {
  readonly #run: Invocation;
  readonly #zero: boolean;
  readonly #endWord: Bytes | undefined;
  readonly #room: number;
  #buffer: Bytes = '';
  #at = 0;
  #ended = false;
  /** A word that found no room in the last command line. */
  #left: Bytes | undefined;

  constructor(run: Invocation, options: Options, room: number) {
    this.#run = run;
    this.#zero = options.has('0');
    this.#endWord = (options.value('E') ?? options.value('e')) || undefined;
    this.#room = room;
  }

  /** The next words, as many as there is room for. */
  *words(most: number): Call<Bytes[]> {
    const words: Bytes[] = [];
    let used = 0;
    while (words.length < most) {
      const word = this.#left ?? (yield* this.#word());
      this.#left = undefined;
      if (word === undefined) break;
      if (used + word.length + 1 > this.#room) {
        if (words.length === 0) throw new Failure('argument line too long');
        this.#left = word;
        break;
      }
      used += word.length + 1;
      words.push(word);
    }
    return words;
  }

  /** The next line that is not empty, without leading blanks. */
  *line(): Call<Bytes | undefined> {
    const end = this.#zero ? '\0' : '\n';
    let line = '';
    for (;;) {
      const byte = yield* this.#byte();
      if (byte === undefined) return line === '' ? undefined : line;
      if (line === '' && (byte === end || isBlank(byte))) continue;
      if (byte === end) return line;
      line += byte;
      if (line.length > this.#room) throw new Failure('argument line too long');
    }
  }

  *#word(): Call<Bytes | undefined> {
    const word = this.#zero ? yield* this.#zeroWord() : yield* this.#quotedWord();
    if (word === undefined || word !== this.#endWord || this.#zero) return word;
    while ((yield* this.#byte()) !== undefined);
    return undefined;
  }

  *#zeroWord(): Call<Bytes | undefined> {
    let word = '';
    for (;;) {
      const byte = yield* this.#byte();
      if (byte === '\0') return word;
      if (byte === undefined) return word === '' ? undefined : word;
      word += byte;
    }
  }

  *#quotedWord(): Call<Bytes | undefined> {
    let word = '';
    let quote = '';
    let escaped = false;
    for (;;) {
      const byte = yield* this.#byte();
      if (byte === undefined) {
        if (quote !== '' && word !== '') {
          throw new Failure(`unmatched ${quote === "'" ? 'single' : 'double'} quote`);
        }
        return word === '' ? undefined : word;
      }
      if (escaped) {
        word += byte;
        escaped = false;
      } else if (quote !== '') {
        if (byte === quote) quote = '';
        else word += byte;
      } else if (isBlank(byte)) {
        if (word !== '') return word;
      } else if (byte === '\\') escaped = true;
      else if (byte === "'" || byte === '"') quote = byte;
      else word += byte;
      if (word.length > this.#room) throw new Failure('argument line too long');
    }
  }

  *#byte(): Call<string | undefined> {
    if (this.#at >= this.#buffer.length) {
      if (this.#ended) return undefined;
      this.#buffer = yield* this.#run.sys.read(0, 4096);
      this.#at = 0;
      this.#run.sys.spend(this.#buffer.length / 50);
      yield* this.#run.sys.breathe();
      if (this.#buffer === '') {
        this.#ended = true;
        return undefined;
      }
    }
    return this.#buffer[this.#at++];
  }
}

function isBlank(byte: string): boolean {
  return byte === ' ' || (byte >= '\t' && byte <= '\r');
}

class Runner {
  readonly #run: Invocation;
  readonly #parallel: number;
  readonly #trace: boolean;
  readonly #confirmation: Confirmation | undefined;
  readonly #running = new Map<number, { readonly command: StartedCommand; readonly name: Bytes }>();
  #code = 0;

  constructor(run: Invocation, options: Options) {
    const given = parseInteger(options.value('P') ?? '1', { least: 0, most: 2147483647 });
    this.#run = run;
    this.#parallel = given === 0 ? MOST_PARALLEL : given;
    this.#trace = options.has('t') || options.has('p');
    this.#confirmation = options.has('p') ? new Confirmation(run) : undefined;
  }

  /** Runs one command; false if no further one is to be run. */
  *execute(argv: readonly Bytes[]): Call<boolean> {
    const { sys } = this.#run;
    if (this.#trace) {
      yield* this.#run.say(argv.join(' ') + (this.#confirmation ? '' : '\n'));
      if (this.#confirmation && !(yield* this.#confirmation.ask(' ?...'))) return true;
    }
    const name = argv[0] as Bytes;
    if (this.#parallel === 1) return yield* this.#ended(name, yield* runCommand(sys, argv));
    while (this.#running.size >= this.#parallel) {
      if (!(yield* this.#reap())) return false;
    }
    const command = startCommand(sys, argv);
    this.#running.set(command.pid, { command, name });
    return true;
  }

  *finish(): Call<number> {
    while (this.#running.size > 0) yield* this.#reap();
    return this.#code;
  }

  *#reap(): Call<boolean> {
    const ended = yield* this.#run.sys.waitpid(-1);
    const known = ended && this.#running.get(ended.pid);
    if (!ended || !known) return true;
    this.#running.delete(ended.pid);
    return yield* this.#ended(known.name, known.command.failure ?? ended.status);
  }

  *#ended(name: Bytes, status: ExitStatus | SysError): Call<boolean> {
    if (status instanceof SysError) {
      yield* this.#run.complainAbout(name, status);
      this.#code = status.errno === 'ENOENT' ? 127 : 126;
      return false;
    }
    if (status.kind !== 'exited') {
      yield* this.#run.complain(`'${name}' terminated by signal ${SIGNAL_NUMBERS[status.signal]}`);
      this.#code = 125;
      return false;
    }
    if (status.code === 255) {
      yield* this.#run.complain(`${name}: exited with status 255; aborting`);
      this.#code = 124;
      return false;
    }
    if (status.code !== 0) this.#code = 123;
    return true;
  }
}
