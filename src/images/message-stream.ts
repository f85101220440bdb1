import type { Bytes } from '../runtime/bytes';
import { SysError } from '../runtime/errno';
import type { Call, Sys } from '../runtime/syscalls';

/** A message at the beginning of what has been received; `end` is where it stops. */
interface Framed {
  readonly end: number;
}

/** A client's connection on which messages come whose length the protocol tells. */
export class MessageStream<Message extends Framed> {
  readonly #sys: Sys;
  readonly #fd: number;
  readonly #read: (received: Bytes) => Message | undefined;
  #received: Bytes = '';

  /** `read` finds the first message in what has been received, if all of it is there. */
  constructor(sys: Sys, fd: number, read: (received: Bytes) => Message | undefined) {
    this.#sys = sys;
    this.#fd = fd;
    this.#read = read;
  }

  /** The next message; undefined at the end of the connection. */
  *receive(): Call<Message | undefined> {
    for (;;) {
      const next = this.#read(this.#received);
      if (next) {
        this.#received = this.#received.slice(next.end);
        return next;
      }
      try {
        const bytes = yield* this.#sys.read(this.#fd, 65_536);
        if (bytes === '') return undefined;
        this.#received += bytes;
      } catch (error) {
        if (error instanceof SysError) return undefined;
        throw error;
      }
    }
  }

  /** False when the connection is gone. */
  *send(bytes: Bytes): Call<boolean> {
    try {
      yield* this.#sys.write(this.#fd, bytes);
      return true;
    } catch (error) {
      if (error instanceof SysError) return false;
      throw error;
    }
  }
}
