import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import type { Call } from '../../runtime/syscalls';
import { applet, Failure, type Invocation } from './applet';
import { attempt, openOrComplain } from './files';
import { hold } from './lines';
import { BLOCK_SUFFIXES, parseInteger } from './numbers';
import { parseOptions } from './options';

const READ_BYTES = 65_536;

interface Amount {
  readonly count: number;
  readonly unit: 'bytes' | 'lines';
  /** Count from the beginning (`+N`). */
  readonly fromTop: boolean;
}

interface Followed {
  readonly name: Bytes;
  fd: number | undefined;
}

/** Models coreutils/tail.c: `-f` looks every second, at the file that it has open. */
export const tail = applet('tail', (run) => new Tail(run).run());

class Tail {
  readonly #run: Invocation;
  #code = 0;
  #showHeaders = false;
  #headerFront = '';

  constructor(run: Invocation) {
    this.#run = run;
  }

  *run(): Call<number> {
    const run = this.#run;
    const first = run.args[0];
    const legacy = first !== undefined && /^[-+][0-9]/.test(first);
    let amount: Amount = legacy
      ? amountOf(first, 'lines')
      : { count: 10, unit: 'lines', fromTop: false };
    const options = parseOptions(legacy ? run.args.slice(1) : run.args, { letters: 'fc:n:qs:vF' });
    const unit = options.has('c') ? 'bytes' : amount.unit;
    const given = options.value('n') ?? options.value('c');
    if (given !== undefined) amount = amountOf(given, unit);
    const retry = options.has('F');
    const period = parseInteger(options.value('s') ?? '1', { least: 0 });
    const fromStdin = options.operands.length === 0;
    const follow = (retry || options.has('f')) && !(fromStdin && run.sys.fstat(0).type === 'fifo');
    const files = yield* this.#open(fromStdin ? ['-'] : options.operands, retry, fromStdin);
    if (files.length === 0) throw new Failure('no files');
    this.#showHeaders = options.has('v') || (files.length > 1 && !options.has('q'));
    let last: Followed | undefined;
    for (const file of files) {
      last = file;
      if (file.fd === undefined) continue;
      yield* this.#header(file.name);
      yield* this.#printTail(file.fd, amount);
    }
    while (follow) {
      yield* run.sys.sleep(period * 1000);
      for (let i = 0; i < files.length; i++) {
        const file = files[i] as Followed;
        const successor = retry ? yield* this.#lookForSuccessor(file) : undefined;
        if (file.fd === undefined) continue;
        this.#rewindIfTruncated(file.fd);
        const part = run.sys.readNow(file.fd, READ_BYTES) ?? (yield* this.#read(file.fd));
        if (part === '' && successor === undefined) continue;
        last = yield* this.#printNew(file as Followed & { fd: number }, part, successor, last);
      }
    }
    return this.#code;
  }

  *#open(names: readonly Bytes[], retry: boolean, unnamed: boolean): Call<Followed[]> {
    const files: Followed[] = [];
    for (const name of names) {
      const fd = yield* openOrComplain(this.#run, name);
      if (fd !== undefined || retry) {
        files.push({ name: unnamed ? 'standard input' : name, fd });
      } else {
        this.#code = 1;
      }
    }
    return files;
  }

  *#header(name: Bytes): Call<void> {
    if (!this.#showHeaders) return;
    yield* this.#run.sys.write(1, `${this.#headerFront}==> ${name} <==\n`);
    this.#headerFront = '\n';
  }

  *#printTail(fd: number, amount: Amount): Call<void> {
    if (amount.fromTop) yield* this.#printFrom(fd, amount);
    else yield* this.#printLast(fd, amount);
  }

  *#printFrom(fd: number, amount: Amount): Call<void> {
    let skip = Math.max(amount.count - 1, 0);
    for (let part = yield* this.#read(fd); part !== ''; part = yield* this.#read(fd)) {
      let start = 0;
      if (amount.unit === 'bytes') {
        start = Math.min(skip, part.length);
        skip -= start;
      } else {
        while (skip > 0 && start < part.length) {
          const newline = part.indexOf('\n', start);
          start = newline < 0 ? part.length : newline + 1;
          if (newline >= 0) skip--;
        }
      }
      if (start < part.length) yield* this.#run.sys.write(1, part.slice(start));
    }
  }

  *#printLast(fd: number, amount: Amount): Call<void> {
    // A file's end is looked for from behind: 64 KiB for each line asked for, as tail itself does.
    const reach = amount.unit === 'bytes' ? amount.count : (amount.count | 15) * 65536;
    const size = attempt(() => this.#run.sys.seek(fd, 0, 'end')) ?? 0;
    if (size > 0) this.#run.sys.seek(fd, Math.max(size - reach, 0), 'start');
    let held = '';
    /** What has come since `held` was cut to size: as much again, so that long lines cost no more than others. */
    let fresh: Bytes[] = [];
    let length = 0;
    for (let part = yield* this.#read(fd); part !== ''; part = yield* this.#read(fd)) {
      fresh.push(part);
      length += part.length;
      hold(this.#run.sys, held.length + length);
      if (length <= held.length) continue;
      held = lastOf(held + fresh.join(''), amount);
      fresh = [];
      length = 0;
    }
    held = lastOf(held + fresh.join(''), amount);
    if (held !== '') yield* this.#run.sys.write(1, held);
  }

  *#read(fd: number): Call<Bytes> {
    try {
      const part = yield* this.#run.sys.read(fd, READ_BYTES);
      yield* this.#run.sys.breathe();
      return part;
    } catch (error) {
      yield* this.#run.complainAbout('read error', error);
      this.#code = 1;
      return '';
    }
  }

  /** Prints what has been added to a file, then what its successor holds; returns the file that was printed last. */
  *#printNew(
    file: Followed & { fd: number },
    first: Bytes,
    successor: number | undefined,
    last: Followed | undefined,
  ): Call<Followed | undefined> {
    const { sys } = this.#run;
    yield* sys.breathe();
    let part = first;
    let next = successor;
    let printed = last;
    for (;;) {
      if (part !== '') {
        if (printed !== file) yield* this.#header(file.name);
        printed = file;
        yield* sys.write(1, part);
      } else if (next !== undefined) {
        sys.close(file.fd);
        file.fd = next;
        next = undefined;
      } else return printed;
      this.#rewindIfTruncated(file.fd);
      part = yield* this.#read(file.fd);
    }
  }

  #rewindIfTruncated(fd: number): void {
    const { sys } = this.#run;
    try {
      const { size } = sys.fstat(fd);
      const at = sys.seek(fd, 0, 'current');
      if (size > 0 && size < at) sys.seek(fd, 0, 'start');
    } catch (error) {
      // What cannot be sought in cannot be truncated.
      if (!(error instanceof SysError)) throw error;
    }
  }

  /** With -F: opens the file anew when its name now stands for another file. */
  *#lookForSuccessor(file: Followed): Call<number | undefined> {
    const { sys } = this.#run;
    const { fd } = file;
    const open = fd === undefined ? undefined : sys.fstat(fd);
    const named = attempt(() => sys.stat(file.name));
    if (open && named && open.inode === named.inode && open.device === named.device) {
      return undefined;
    }
    let successor: number;
    try {
      successor = yield* sys.open(file.name, { read: true });
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
      if (fd !== undefined) {
        yield* this.#run.complainAbout(`${file.name} has been renamed or deleted`, error);
      }
      return undefined;
    }
    const what = fd === undefined ? 'appeared' : 'been replaced';
    yield* this.#run.complain(`${file.name} has ${what}; following end of new file`);
    if (fd !== undefined) return successor;
    file.fd = successor;
    return undefined;
  }
}

function amountOf(text: Bytes, unit: Amount['unit']): Amount {
  const fromTop = text.startsWith('+');
  const digits = fromTop || text.startsWith('-') ? text.slice(1) : text;
  return { count: parseInteger(digits, { least: 0, suffixes: BLOCK_SUFFIXES }), unit, fromTop };
}

/** The last lines or bytes of a text; a last line needs no newline. */
export function lastOf(text: Bytes, amount: { count: number; unit: 'bytes' | 'lines' }): Bytes {
  if (amount.count === 0) return '';
  if (amount.unit === 'bytes') return text.slice(-amount.count);
  let at = text.endsWith('\n') ? text.length - 1 : text.length;
  for (let left = amount.count; left > 0; left--) {
    if (at <= 0) return text;
    at = text.lastIndexOf('\n', at - 1);
    if (at < 0) return text;
  }
  return text.slice(at + 1);
}
