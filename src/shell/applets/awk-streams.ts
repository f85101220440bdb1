import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import { SIGNAL_NUMBERS } from '../../runtime/signals';
import type { Call, ExitStatus, Sys } from '../../runtime/syscalls';
import { Failure } from './applet';
import { untilNul } from './awk-lexer';
import type { Redirection } from './awk-program';
import type { Separator } from './awk-split';
import { AwkTable } from './awk-table';
import { executeInPath } from './execute';
import { MAX_HELD } from './lines';

/** A record, the separator that ended it, or why there is none. */
export type ReadRecord = { readonly text: Bytes; readonly terminator: Bytes } | 'end' | SysError;

/** Reads records from a descriptor. Models awk_getline of editors/awk.c. */
export class RecordReader {
  readonly #sys: Sys;
  readonly #fd: number;
  #buffer: Bytes = '';
  /** Bytes that the buffer has room for, as it grows. */
  #room = 464;

  constructor(sys: Sys, fd: number) {
    this.#sys = sys;
    this.#fd = fd;
  }

  *next(separator: Separator, ignoreCase: boolean): Call<ReadRecord> {
    let known = 0;
    for (;;) {
      const found = findEnd(this.#buffer, separator, ignoreCase, known);
      if (found.sure) return this.#take(found);
      known = this.#buffer.length;
      if (known > MAX_HELD) throw new Failure('out of memory');
      if (known + 128 >= this.#room) this.#room = known + 128 + ((known + 128) >> 1) + 80;
      let more: Bytes;
      try {
        more = yield* this.#sys.read(this.#fd, this.#room - known - 1);
      } catch (error) {
        if (error instanceof SysError) return error;
        throw error;
      }
      if (more === '') return known === 0 ? 'end' : this.#take(found);
      this.#buffer += more;
    }
  }

  #take({ begin, end, next }: RecordEnd): ReadRecord {
    const text = untilNul(this.#buffer.slice(begin, Math.max(begin, end)));
    const terminator = untilNul(this.#buffer.slice(end, next));
    this.#buffer = this.#buffer.slice(next);
    return { text, terminator };
  }
}

interface RecordEnd {
  readonly begin: number;
  readonly end: number;
  readonly next: number;
  /** Whether more input cannot change it. */
  readonly sure: boolean;
}

function findEnd(
  buffer: Bytes,
  separator: Separator,
  ignoreCase: boolean,
  known: number,
): RecordEnd {
  const whole = { begin: 0, end: buffer.length, next: buffer.length, sure: false };
  if (buffer === '') return whole;
  if (typeof separator !== 'string') {
    const pattern = ignoreCase ? separator.ignoringCase : separator.exact;
    const match = pattern.find(buffer);
    if (!match) return whole;
    return { begin: 0, end: match.start, next: match.end, sure: match.end < buffer.length };
  }
  if (separator === '') return findParagraphEnd(buffer);
  const ends = [buffer.indexOf(separator, known), buffer.indexOf('\0', known)];
  const end = Math.min(...ends.filter((at) => at >= 0));
  return Number.isFinite(end) ? { begin: 0, end, next: end + 1, sure: true } : whole;
}

/** Paragraphs end at empty lines; empty lines before the first do not count. */
function findParagraphEnd(buffer: Bytes): RecordEnd {
  const begin = buffer.search(/[^\n]|$/);
  const end = buffer.indexOf('\n\n', begin);
  if (end < 0) return { begin, end: buffer.length, next: buffer.length, sure: false };
  let next = end;
  while (buffer[next] === '\n') next++;
  return { begin, end, next, sure: next < buffer.length };
}

/** A file or command that a program prints to or reads from. */
interface Stream {
  readonly fd: number;
  readonly pid?: number;
  reader?: RecordReader;
  /** What has been printed but not written: print writes as soon as it has evaluated everything. */
  pending: Bytes;
}

/** The files and commands of one run, by the text that names them. Nothing printed stays in a buffer. */
export class AwkStreams {
  readonly #sys: Sys;
  readonly #streams = new AwkTable<Stream>();
  /** Files that could not be opened, which count as open for close(). */
  readonly #failed = new Set<Bytes>();

  constructor(sys: Sys) {
    this.#sys = sys;
    this.#streams.add('/dev/stdin', { fd: 0, pending: '' });
    this.#streams.add('/dev/stdout', { fd: 1, pending: '' });
    this.#streams.add('/dev/stderr', { fd: 2, pending: '' });
  }

  /** What `print > target` writes to. Throws Failure. */
  *output(mode: Redirection, target: Bytes): Call<Stream> {
    const open = this.#streams.get(target);
    if (open) return open;
    if (mode === '|') return this.#startCommand(target, 'w');
    try {
      const end = mode === '>' ? { truncate: true } : { append: true };
      const fd = yield* this.#sys.open(target, { write: true, create: true, ...end }, 0o666);
      return this.#streams.add(target, { fd, pending: '' });
    } catch (error) {
      if (error instanceof SysError) throw new Failure(`can't open '${target}': ${error.message}`);
      throw error;
    }
  }

  /** The records of a file or of a command's output; an error if it cannot be opened. */
  *input(kind: 'file' | 'command', name: Bytes): Call<RecordReader | SysError> {
    let stream = this.#streams.get(name);
    if (!stream && kind === 'command') stream = this.#startCommand(name, 'r');
    if (!stream) {
      try {
        const fd = yield* this.#sys.open(name, { read: true });
        stream = this.#streams.add(name, { fd, pending: '' });
      } catch (error) {
        if (!(error instanceof SysError)) throw error;
        this.#failed.add(name);
        return error;
      }
    }
    stream.reader ??= new RecordReader(this.#sys, stream.fd);
    return stream.reader;
  }

  /** What close() gives: 0, a command's wait status, -1 if nothing of that name is open. */
  *close(name: Bytes): Call<number> {
    const stream = this.#streams.get(name);
    if (!stream) return this.#failed.delete(name) ? 0 : -1;
    this.#streams.delete(name);
    return yield* this.#end(stream);
  }

  /** Closes all commands and waits for them. */
  *closeCommands(): Call<void> {
    for (const stream of this.#streams.values()) {
      if (stream.pid !== undefined) yield* this.#end(stream);
    }
  }

  /** Runs a command to its end; its wait status. */
  *system(command: Bytes): Call<number> {
    const pid = this.#sys.fork((child) => runShell(child, command));
    return yield* this.#waitFor(pid);
  }

  #startCommand(command: Bytes, way: 'r' | 'w'): Stream {
    const sys = this.#sys;
    const [readEnd, writeEnd] = sys.pipe();
    const [ours, theirs] = way === 'r' ? [readEnd, writeEnd] : [writeEnd, readEnd];
    sys.closeOnExec(ours, true);
    const pid = sys.fork(function* (child) {
      child.dup2(theirs, way === 'r' ? 1 : 0);
      child.close(theirs);
      return yield* runShell(child, command);
    });
    sys.close(theirs);
    return this.#streams.add(command, { fd: ours, pid, pending: '' });
  }

  *#end({ fd, pid }: Stream): Call<number> {
    this.#sys.close(fd);
    return pid === undefined ? 0 : yield* this.#waitFor(pid);
  }

  *#waitFor(pid: number): Call<number> {
    const ended = yield* this.#sys.waitpid(pid);
    return ended ? waitStatus(ended.status) : -1;
  }
}

function* runShell(child: Sys, command: Bytes): Call<number> {
  try {
    return yield* executeInPath(child, ['/bin/sh', '-c', command]);
  } catch (error) {
    if (error instanceof SysError) return 127;
    throw error;
  }
}

/** How wait(2) packs an end into a number. */
function waitStatus(status: ExitStatus): number {
  return status.kind === 'exited' ? status.code << 8 : SIGNAL_NUMBERS[status.signal];
}
