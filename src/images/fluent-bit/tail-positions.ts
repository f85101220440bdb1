import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import { readFile } from '../../runtime/read-file';
import type { Call, Sys } from '../../runtime/syscalls';

/** What a database of SQLite begins with: `file` and learners recognise it. */
const HEAD = 'SQLite format 3\0';

/**
 * The DB of in_tail: how far each file has been read, kept in a file so that a restart goes on there. The
 * table is written as lines behind SQLite's first bytes; SQLite itself is not modelled.
 */
export class TailPositions {
  readonly #sys: Sys;
  readonly #path: Bytes;
  readonly #rows = new Map<number, { offset: number; name: Bytes }>();

  constructor(sys: Sys, path: Bytes) {
    this.#sys = sys;
    this.#path = path;
  }

  /** False when the file can be neither read nor made. */
  *load(): Call<boolean> {
    try {
      if (typeof this.#sys.tryStat(this.#path) === 'string') yield* this.#save();
      const text = yield* readFile(this.#sys, this.#path);
      for (const line of text.slice(HEAD.length).split('\n')) {
        const [inode, offset, name] = line.split('\t');
        if (name !== undefined) this.#rows.set(Number(inode), { offset: Number(offset), name });
      }
      return true;
    } catch (error) {
      if (error instanceof SysError) return false;
      throw error;
    }
  }

  get(inode: number): number | undefined {
    return this.#rows.get(inode)?.offset;
  }

  forget(inode: number): void {
    this.#rows.delete(inode);
  }

  *set(inode: number, offset: number, name: Bytes): Call<void> {
    this.#rows.set(inode, { offset, name });
    try {
      yield* this.#save();
    } catch (error) {
      // A volume that is full costs the position, not the lines.
      if (!(error instanceof SysError)) throw error;
    }
  }

  *#save(): Call<void> {
    const rows = [...this.#rows].map(([inode, row]) => `${inode}\t${row.offset}\t${row.name}\n`);
    const fd = yield* this.#sys.open(
      this.#path,
      { write: true, create: true, truncate: true },
      0o644,
    );
    yield* this.#sys.write(fd, `${HEAD}${rows.join('')}`);
    this.#sys.close(fd);
  }
}
