import { OPEN_FILES_PER_PROCESS } from '../bounds';
import { fail } from '../errno';
import type { OpenFile } from '../open-file';
import type { SharedFile } from '../vfs/resolve';
import type { FileLocks } from './file-locks';

/** An open file description: what descriptors of one or several processes share, its position included. */
export class Description implements SharedFile {
  readonly file: OpenFile;
  readonly readable: boolean;
  readonly writable: boolean;
  readonly nonBlocking: boolean;
  /** Where it may hold a lock (flock). */
  locks: FileLocks | undefined;
  #references = 0;

  constructor(file: OpenFile, readable: boolean, writable: boolean, nonBlocking = false) {
    this.file = file;
    this.readable = readable;
    this.writable = writable;
    this.nonBlocking = nonBlocking;
  }

  hold(): void {
    this.#references++;
  }

  drop(): void {
    if (--this.#references > 0) return;
    this.locks?.release(this);
    this.file.release();
  }
}

/** The descriptors of one process. */
export class DescriptorTable {
  /** One more than the highest number there may be (RLIMIT_NOFILE). */
  limit = OPEN_FILES_PER_PROCESS;
  #slots: (Description | undefined)[] = [];
  #closeOnExec: Set<number> | undefined;

  /** EBADF when it is not open. */
  get(fd: number): Description {
    return this.#slots[fd] ?? fail('EBADF');
  }

  find(fd: number): Description | undefined {
    return this.#slots[fd];
  }

  /** Puts a description under the lowest free number from `least` on. EMFILE. */
  add(description: Description, least = 0): number {
    const fd = this.free(least);
    description.hold();
    this.#slots[fd] = description;
    return fd;
  }

  /** Puts a description under a number; what was there is closed. EBADF when the number is too high. */
  set(fd: number, description: Description): void {
    if (fd < 0 || fd >= this.limit) fail('EBADF');
    description.hold();
    this.#slots[fd]?.drop();
    while (this.#slots.length < fd) this.#slots.push(undefined);
    this.#slots[fd] = description;
    this.#closeOnExec?.delete(fd);
  }

  close(fd: number): void {
    const description = this.get(fd);
    this.#slots[fd] = undefined;
    this.#closeOnExec?.delete(fd);
    description.drop();
  }

  closeAll(): void {
    const slots = this.#slots;
    this.#slots = [];
    for (const description of slots) description?.drop();
  }

  markCloseOnExec(fd: number, on: boolean): void {
    this.get(fd);
    if (on) {
      this.#closeOnExec ??= new Set();
      this.#closeOnExec.add(fd);
    } else this.#closeOnExec?.delete(fd);
  }

  /** What exec does to them. */
  closeMarked(): void {
    if (this.#closeOnExec) for (const fd of [...this.#closeOnExec]) this.close(fd);
  }

  /** Open descriptors, ascending. */
  numbers(): number[] {
    const numbers: number[] = [];
    for (let fd = 0; fd < this.#slots.length; fd++) if (this.#slots[fd]) numbers.push(fd);
    return numbers;
  }

  copy(): DescriptorTable {
    const copy = new DescriptorTable();
    copy.limit = this.limit;
    copy.#slots = this.#slots.slice();
    for (const description of copy.#slots) description?.hold();
    if (this.#closeOnExec?.size) copy.#closeOnExec = new Set(this.#closeOnExec);
    return copy;
  }

  /** The lowest free number from `least` on. EMFILE. */
  free(least = 0): number {
    let fd = least;
    while (this.#slots[fd]) fd++;
    if (fd >= this.limit) fail('EMFILE');
    while (this.#slots.length < fd) this.#slots.push(undefined);
    return fd;
  }
}
