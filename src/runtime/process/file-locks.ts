import { WaitQueue } from '../../kernel/task';
import type { OpenFile } from '../open-file';
import type { LockKind } from '../syscalls';
import { PlacedHandle } from '../vfs/file-handle';

/** The advisory locks on one file, by the open file description that holds them. Models fs/locks.c flock_lock_inode. */
export class FileLocks {
  readonly changed = new WaitQueue();
  readonly #holders = new Map<object, LockKind>();

  /** Gives up what the holder has, then takes the lock if nobody else's stands against it. */
  tryTake(holder: object, kind: LockKind): boolean {
    this.release(holder);
    for (const held of this.#holders.values()) {
      if (kind === 'exclusive' || held === 'exclusive') return false;
    }
    this.#holders.set(holder, kind);
    return true;
  }

  release(holder: object): void {
    if (this.#holders.delete(holder)) this.changed.wakeAll();
  }
}

const LOCKS = new WeakMap<object, FileLocks>();

/** The locks of what has been opened: all opens of a file meet there. */
export function locksOf(file: OpenFile): FileLocks {
  const key = file instanceof PlacedHandle ? file.node : file;
  let locks = LOCKS.get(key);
  if (!locks) {
    locks = new FileLocks();
    LOCKS.set(key, locks);
  }
  return locks;
}
