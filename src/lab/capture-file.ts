import type { Suspend } from '../kernel/task';
import type { Bytes } from '../runtime/bytes';
import { type OpenFile, unnamedStat } from '../runtime/open-file';
import type { Stat } from '../runtime/syscalls';

/** Output that a script of `sh()` may give before the rest is dropped, bytes. */
export const CAPTURED_BYTES = 32 * 1024 * 1024;

/** Inode and device that stat(2) tells. */
const IDENTITY = [3, 13] as const;

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
    return unnamedStat('fifo', ...IDENTITY);
  }

  release(): void {}
}
