import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import type { Call } from '../../runtime/syscalls';
import { applet, Exit, Failure, type Invocation, strerror, UsageFailure } from './applet';
import { attempt } from './files';
import { humanReadable } from './human-readable';
import { hold } from './lines';
import { parseBigInteger, type Suffixes } from './numbers';

const SUFFIXES: Suffixes = {
  c: 1n,
  w: 2n,
  b: 512n,
  kB: 1000n,
  KB: 1000n,
  kD: 1000n,
  k: 1024n,
  K: 1024n,
  MB: 1000000n,
  MD: 1000000n,
  M: 1048576n,
  GB: 1000000000n,
  GD: 1000000000n,
  G: 1073741824n,
};

const FLAG_WORDS: Readonly<Record<string, readonly string[]>> = {
  conv: ['notrunc', 'sync', 'noerror', 'fsync', 'swab'],
  iflag: ['skip_bytes', 'count_bytes', 'fullblock', 'direct'],
  oflag: ['seek_bytes', 'append', 'direct'],
  status: ['none', 'noxfer'],
};

/** Models coreutils/dd.c. */
export const dd = applet('dd', function* (run) {
  return yield* new Copy(run, new Settings(run.args)).run();
});

class Settings {
  inputBlock = 512;
  outputBlock = 512;
  count: number | undefined;
  seek = 0;
  skip = 0;
  input: Bytes | undefined;
  output: Bytes | undefined;
  readonly flags = new Set<string>();

  constructor(args: readonly Bytes[]) {
    for (const arg of args) {
      if (arg === '--') continue;
      const equals = arg.indexOf('=');
      if (equals < 0) throw new UsageFailure();
      this.#set(arg.slice(0, equals), arg.slice(equals + 1));
    }
  }

  #set(key: Bytes, value: Bytes): void {
    const size = () => Number(parseBigInteger(value, { least: 1, suffixes: SUFFIXES }));
    const amount = () => Number(parseBigInteger(value, { least: 0, suffixes: SUFFIXES }));
    switch (key) {
      case 'bs':
        this.inputBlock = size();
        this.outputBlock = this.inputBlock;
        break;
      case 'ibs':
        this.inputBlock = size();
        break;
      case 'obs':
        this.outputBlock = size();
        break;
      case 'count':
        this.count = amount();
        break;
      case 'seek':
        this.seek = amount();
        break;
      case 'skip':
        this.skip = amount();
        break;
      case 'if':
        this.input = value;
        break;
      case 'of':
        this.output = value;
        break;
      default:
        this.#setFlags(key, value);
    }
  }

  #setFlags(key: Bytes, value: Bytes): void {
    const words = FLAG_WORDS[key];
    if (!words) throw new UsageFailure();
    for (const word of key === 'status' ? [value] : value.split(',')) {
      if (!words.includes(word)) throw new Failure(`invalid argument '${value}' to '${key}'`);
      this.flags.add(`${key} ${word}`);
    }
  }
}

class Copy {
  readonly #run: Invocation;
  readonly #settings: Settings;
  #input = 0;
  #output = 1;
  #inFull = 0;
  #inPart = 0;
  #outFull = 0;
  #outPart = 0;
  #total = 0;

  constructor(run: Invocation, settings: Settings) {
    this.#run = run;
    this.#settings = settings;
    hold(run.sys, Math.max(settings.inputBlock, settings.outputBlock));
  }

  *run(): Call<number> {
    const { flags } = this.#settings;
    const begin = this.#run.sys.nowMs;
    yield* this.#open();
    yield* this.#position();
    let code = 0;
    try {
      yield* this.#copy();
    } catch (error) {
      if (!(error instanceof Exit)) throw error;
      code = error.code;
    }
    if (!flags.has('status none')) yield* this.#report(begin);
    return code;
  }

  *#open(): Call<void> {
    const { input, output, seek, flags } = this.#settings;
    try {
      if (input !== undefined) this.#input = yield* this.#run.sys.open(input, { read: true });
    } catch (error) {
      throw new Failure(`can't open '${input}': ${strerror(error)}`);
    }
    if (output === undefined) return;
    const truncate = seek === 0 && !flags.has('conv notrunc');
    const append = flags.has('oflag append');
    try {
      this.#output = yield* this.#run.sys.open(
        output,
        { write: true, create: true, truncate, append },
        0o666,
      );
      if (seek > 0 && !flags.has('conv notrunc')) {
        attempt(() => this.#run.sys.truncate(this.#output, this.#seekBytes));
      }
    } catch (error) {
      throw new Failure(`can't open '${output}': ${strerror(error)}`);
    }
  }

  get #seekBytes(): number {
    const { seek, outputBlock, flags } = this.#settings;
    return seek * (flags.has('oflag seek_bytes') ? 1 : outputBlock);
  }

  *#position(): Call<void> {
    const { sys } = this.#run;
    const { skip, seek, inputBlock, flags } = this.#settings;
    if (skip > 0) {
      const block = flags.has('iflag skip_bytes') ? 1 : inputBlock;
      const moved = attempt(() => sys.seek(this.#input, skip * block, 'current'));
      for (let left = skip; moved === undefined && left > 0; left--) {
        if ((yield* this.#read(block)) === '') break;
      }
    }
    if (seek > 0) {
      try {
        sys.seek(this.#output, this.#seekBytes, 'current');
      } catch (error) {
        throw new Failure(`${this.#settings.output ?? 'standard output'}: ${strerror(error)}`);
      }
    }
  }

  *#read(count: number): Call<Bytes> {
    let block = '';
    do {
      const part = yield* this.#run.sys.read(this.#input, count - block.length);
      if (part === '') break;
      block += part;
    } while (this.#settings.flags.has('iflag fullblock') && block.length < count);
    return block;
  }

  *#copy(): Call<void> {
    const { inputBlock, outputBlock, flags } = this.#settings;
    let left = this.#settings.count;
    let held = '';
    while (left === undefined || left > 0) {
      const inBytes = flags.has('iflag count_bytes');
      const size = inBytes && left !== undefined ? Math.min(left, inputBlock) : inputBlock;
      let block = yield* this.#readOrFail(size);
      if (block === undefined) continue;
      if (block === '') break;
      if (left !== undefined) left -= inBytes ? block.length : 1;
      if (flags.has('conv swab')) block = block.replace(/(.)(.)/gs, '$2$1');
      if (block.length === inputBlock) this.#inFull++;
      else {
        this.#inPart++;
        if (flags.has('conv sync')) block = block.padEnd(inputBlock, '\0');
      }
      if (inputBlock === outputBlock) yield* this.#write(block);
      else {
        held += block;
        while (held.length >= outputBlock) {
          yield* this.#write(held.slice(0, outputBlock));
          held = held.slice(outputBlock);
        }
      }
      yield* this.#run.sys.breathe();
    }
    if (held !== '') yield* this.#write(held);
  }

  /** A block, '' at the end, undefined where an error is to be passed over. */
  *#readOrFail(size: number): Call<Bytes | undefined> {
    try {
      return yield* this.#read(size);
    } catch (error) {
      const name = this.#settings.input ?? 'standard input';
      if (!this.#settings.flags.has('conv noerror'))
        throw new Failure(`${name}: ${strerror(error)}`);
      yield* this.#run.complainAbout(name, error);
      attempt(() => this.#run.sys.seek(this.#input, this.#settings.inputBlock, 'current'));
      return undefined;
    }
  }

  *#write(block: Bytes): Call<void> {
    try {
      yield* this.#run.sys.write(this.#output, block);
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
      const name = this.#settings.output ?? 'standard output';
      yield* this.#run.complainAbout(`error writing '${name}'`, error);
      throw new Exit(1);
    }
    this.#total += block.length;
    if (block.length === this.#settings.outputBlock) this.#outFull++;
    else this.#outPart++;
  }

  *#report(begin: number): Call<void> {
    yield* this.#run.say(
      `${this.#inFull}+${this.#inPart} records in\n${this.#outFull}+${this.#outPart} records out\n`,
    );
    if (this.#settings.flags.has('status noxfer')) return;
    const seconds = Math.max(this.#run.sys.nowMs - begin, 0.001) / 1000;
    const speed = humanReadable(this.#total / seconds);
    yield* this.#run.say(
      `${this.#total} bytes (${humanReadable(this.#total)}B) copied, ${seconds.toFixed(6)} seconds, ${speed}B/s\n`,
    );
  }
}
