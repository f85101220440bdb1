import type { Suspend } from '../kernel/task';
import type { Bytes } from '../runtime/bytes';
import type { OpenFile } from '../runtime/open-file';
import type { Stat } from '../runtime/syscalls';

/** Output that a script of `sh()` may give before the rest is dropped, bytes. */
export const CAPTURED_BYTES = 32 * 1024 * 1024;

const NEVER: Suspend = () => () => {};

/** Standard input with given contents, or an output whose contents are kept. */
export class CaptureFile implements OpenFile {
  bytes: Bytes;
  #position = 0;

  constructor(bytes: Bytes = '') {
    this.bytes = bytes;
  }

  readonly readable = true;
  readonly writable = true;
  readonly changed = NEVER;

  tryRead(max: number): Bytes {
    const piece = this.bytes.slice(this.#position, this.#position + max);
    this.#position += piece.length;
    return piece;
  }

  tryWrite(bytes: Bytes): number {
    if (this.bytes.length < CAPTURED_BYTES) this.bytes += bytes;
    return bytes.length;
  }

  stat(): Stat {
    return {
      type: 'fifo',
      inode: 3,
      device: 13,
      mode: 0o600,
      uid: 0,
      gid: 0,
      links: 1,
      size: 0,
      modifiedMs: 0,
      accessedMs: 0,
      changedMs: 0,
    };
  }

  release(): void {}
}
