import { WaitQueue } from '../../kernel/task';
import { PIPE_ATOMIC_BYTES, PIPE_BYTES } from '../bounds';
import type { Bytes } from '../bytes';
import { fail } from '../errno';
import { type OpenFile, unnamedStat } from '../open-file';
import type { Stat } from '../syscalls';

/** What every pipe needs to tell of itself in stat(2). */
export interface PipeIdentity {
  readonly inode: number;
  readonly device: number;
  readonly madeMs: number;
}

/** A pipe: up to 64 KiB on their way from writers to readers. Models fs/pipe.c. */
export class Pipe {
  readers = 0;
  writers = 0;
  /** How often an end was opened; those who open a fifo wait for the other count to move. */
  readerOpens = 0;
  writerOpens = 0;
  readonly identity: PipeIdentity;
  readonly changed = new WaitQueue();
  #data: Bytes = '';

  constructor(identity: PipeIdentity) {
    this.identity = identity;
  }

  get length(): number {
    return this.#data.length;
  }

  take(max: number): Bytes {
    const data = this.#data;
    if (max >= data.length) {
      this.#data = '';
      return data;
    }
    this.#data = data.slice(max);
    return data.slice(0, max);
  }

  put(bytes: Bytes): number {
    const room = PIPE_BYTES - this.#data.length;
    if (bytes.length <= room) {
      this.#data += bytes;
      return bytes.length;
    }
    // A short write goes in whole or not at all, so that lines of several writers stay in one piece.
    if (bytes.length <= PIPE_ATOMIC_BYTES || room === 0) return 0;
    this.#data += bytes.slice(0, room);
    return room;
  }

  openReader(): PipeReader {
    this.readers++;
    this.readerOpens++;
    this.changed.wakeAll();
    return new PipeReader(this);
  }

  openWriter(): PipeWriter {
    this.writers++;
    this.writerOpens++;
    this.changed.wakeAll();
    return new PipeWriter(this);
  }
}

abstract class PipeEnd implements OpenFile {
  readonly pipe: Pipe;
  /** Of fifos: the name under which it was opened. */
  readonly path: Bytes;

  constructor(pipe: Pipe) {
    this.pipe = pipe;
    this.path = `pipe:[${pipe.identity.inode}]`;
  }

  get changed() {
    return this.pipe.changed.wait;
  }

  abstract readonly readable: boolean;
  abstract readonly writable: boolean;
  abstract tryRead(max: number): Bytes | undefined;
  abstract tryWrite(bytes: Bytes): number;
  abstract release(): void;

  stat(): Stat {
    const { inode, device, madeMs } = this.pipe.identity;
    return unnamedStat('fifo', inode, device, madeMs);
  }
}

export class PipeReader extends PipeEnd {
  readonly writable = false;

  get readable(): boolean {
    return this.pipe.length > 0 || this.pipe.writers === 0;
  }

  tryRead(max: number): Bytes | undefined {
    const { pipe } = this;
    if (pipe.length > 0) {
      const bytes = pipe.take(max);
      pipe.changed.wakeAll();
      return bytes;
    }
    return pipe.writers === 0 ? '' : undefined;
  }

  tryWrite(): never {
    return fail('EBADF');
  }

  release(): void {
    if (--this.pipe.readers === 0) this.pipe.changed.wakeAll();
  }
}

export class PipeWriter extends PipeEnd {
  readonly readable = false;

  get writable(): boolean {
    return this.pipe.readers === 0 || PIPE_BYTES - this.pipe.length >= PIPE_ATOMIC_BYTES;
  }

  tryRead(): never {
    return fail('EBADF');
  }

  tryWrite(bytes: Bytes): number {
    const { pipe } = this;
    if (pipe.readers === 0) fail('EPIPE');
    const taken = pipe.put(bytes);
    if (taken > 0) pipe.changed.wakeAll();
    return taken;
  }

  release(): void {
    if (--this.pipe.writers === 0) this.pipe.changed.wakeAll();
  }
}

/** Both ends in one: a fifo opened for reading and writing. */
export class PipeBoth extends PipeEnd {
  readonly #reader: PipeReader;
  readonly #writer: PipeWriter;

  constructor(pipe: Pipe) {
    super(pipe);
    this.#reader = pipe.openReader();
    this.#writer = pipe.openWriter();
  }

  get readable(): boolean {
    return this.#reader.readable;
  }

  get writable(): boolean {
    return this.#writer.writable;
  }

  tryRead(max: number): Bytes | undefined {
    return this.#reader.tryRead(max);
  }

  tryWrite(bytes: Bytes): number {
    return this.#writer.tryWrite(bytes);
  }

  release(): void {
    this.#reader.release();
    this.#writer.release();
  }
}
