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
  locks: FileLocks | undefined = undefined;
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

/** What lies behind descriptors: one for a process and the children it has forked until one of them changes it. */
interface Slots {
  readonly descriptions: (Description | undefined)[];
  /** How many processes have it. */
  users: number;
}

/** The descriptors of one process. */
export class DescriptorTable {
  /** One more than the highest number there may be (RLIMIT_NOFILE). */
  limit = OPEN_FILES_PER_PROCESS;
  #slots: Slots = { descriptions: [], users: 1 };
  #closeOnExec: Set<number> | undefined = undefined;

  /** EBADF when it is not open. */
  get(fd: number): Description {
    return this.#slots.descriptions[fd] ?? fail('EBADF');
  }

  find(fd: number): Description | undefined {
    return this.#slots.descriptions[fd];
  }

  /** The slots for writing. */
  #own(): (Description | undefined)[] {
    const { descriptions, users } = this.#slots;
    if (users === 1) return descriptions;
    this.#slots.users--;
    const own = descriptions.slice();
    for (let fd = 0; fd < own.length; fd++) own[fd]?.hold();
    this.#slots = { descriptions: own, users: 1 };
    return own;
  }

  /** Puts a description under the lowest free number from `least` on. EMFILE. */
  add(description: Description, least = 0): number {
    const fd = this.free(least);
    description.hold();
    put(this.#own(), fd, description);
    return fd;
  }

  /** Puts a description under a number; what was there is closed. EBADF when the number is too high. */
  set(fd: number, description: Description): void {
    if (fd < 0 || fd >= this.limit) fail('EBADF');
    description.hold();
    const descriptions = this.#own();
    descriptions[fd]?.drop();
    put(descriptions, fd, description);
    this.#closeOnExec?.delete(fd);
  }

  close(fd: number): void {
    const description = this.get(fd);
    this.#own()[fd] = undefined;
    this.#closeOnExec?.delete(fd);
    description.drop();
  }

  closeAll(): void {
    const slots = this.#slots;
    this.#slots = { descriptions: [], users: 1 };
    if (--slots.users > 0) return;
    const { descriptions } = slots;
    for (let fd = 0; fd < descriptions.length; fd++) descriptions[fd]?.drop();
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
    const { descriptions } = this.#slots;
    const numbers: number[] = [];
    for (let fd = 0; fd < descriptions.length; fd++) if (descriptions[fd]) numbers.push(fd);
    return numbers;
  }

  /** The same descriptors for a child. */
  copy(): DescriptorTable {
    const copy = new DescriptorTable();
    copy.limit = this.limit;
    copy.#slots = this.#slots;
    this.#slots.users++;
    if (this.#closeOnExec?.size) copy.#closeOnExec = new Set(this.#closeOnExec);
    return copy;
  }

  /** The lowest free number from `least` on. EMFILE. */
  free(least = 0): number {
    const { descriptions } = this.#slots;
    let fd = least;
    while (descriptions[fd]) fd++;
    if (fd >= this.limit) fail('EMFILE');
    return fd;
  }
}

function put(slots: (Description | undefined)[], fd: number, description: Description): void {
  while (slots.length < fd) slots.push(undefined);
  slots[fd] = description;
}
