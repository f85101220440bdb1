import { anyOf, sleep } from '../../kernel/task';
import { OPEN_FILES_PER_PROCESS } from '../bounds';
import type { Bytes } from '../bytes';
import { type Errno, fail, SysError } from '../errno';
import type { OpenFile } from '../open-file';
import type { Call, LockKind, MountInfo, OpenFlags, Stat } from '../syscalls';
import { FileHandle } from '../vfs/file-handle';
import { DirectoryNode, type FifoNode } from '../vfs/node';
import { openPath } from '../vfs/open';
import * as operations from '../vfs/operations';
import { EXECUTE, permits } from '../vfs/permissions';
import { lookUpNode, realPath, tryLookUpNode } from '../vfs/resolve';
import { BYTES_PER_US, PATH_US, SLICE_US, SYSCALL_US } from './costs';
import { Description } from './description';
import { locksOf } from './file-locks';
import { Pipe, PipeBoth } from './pipe';
import { NEVER, PROCESS_ENDED, ProcessState } from './process-state';
import { Terminal, type Tty } from './terminal';

const PATH_CALL_US = SYSCALL_US + PATH_US;

/** The calls on files, directories and descriptors. */
export abstract class FileCalls extends ProcessState {
  get cwd(): Bytes {
    const { mount, node } = this.workingDirectory;
    if (node.links === 0) fail('ENOENT');
    return this.mountTable.pathOf(mount, node, this.root);
  }

  chdir(path: Bytes): void {
    this.spend(PATH_CALL_US);
    const { mount, node } = lookUpNode(this, path, true);
    if (!(node instanceof DirectoryNode)) fail('ENOTDIR');
    if (!permits(this.credentials, node, EXECUTE)) fail('EACCES');
    this.workingDirectory = { mount, node };
  }

  umask(mask?: number): number {
    this.spend(SYSCALL_US);
    const before = this.fileMask;
    if (mask !== undefined) this.fileMask = mask & 0o777;
    return before;
  }

  // Opening and closing ----------------------------------------------------------------------------

  *open(path: Bytes, flags: OpenFlags, mode = 0o666): Call<number> {
    this.spend(PATH_CALL_US);
    if (this.dueUs >= SLICE_US) yield* this.giveWay();
    this.freeDescriptor();
    const opened = openPath(this, path, flags, mode);
    const read = flags.read ?? false;
    const write = flags.write ?? false;
    if (opened.kind === 'shared') {
      const { shared } = opened;
      // The same pipe or log, for as long as this descriptor and the others live.
      if (shared instanceof Description) return this.table.add(shared);
      return this.table.add(new Description(shared.file, read, write));
    }
    const file = opened.kind === 'fifo' ? yield* this.#joinFifo(opened.node, flags) : opened.file;
    return this.table.add(new Description(file, read, write, flags.nonBlocking));
  }

  *#joinFifo(node: FifoNode, flags: OpenFlags): Call<OpenFile> {
    if (!(node.pipe instanceof Pipe)) {
      node.pipe = new Pipe({
        inode: node.inode,
        device: node.owner.device,
        madeMs: node.owner.nowMs,
      });
    }
    const pipe = node.pipe as Pipe;
    if (flags.read && flags.write) return new PipeBoth(pipe);
    if (flags.write) {
      if (flags.nonBlocking && pipe.readers === 0) fail('ENXIO');
      const end = pipe.openWriter();
      const before = pipe.readerOpens;
      this.#opening = end;
      while (pipe.readers === 0 && pipe.readerOpens === before) yield pipe.changed.wait;
      this.#opening = undefined;
      return end;
    }
    const end = pipe.openReader();
    const before = pipe.writerOpens;
    this.#opening = end;
    while (!flags.nonBlocking && pipe.writers === 0 && pipe.writerOpens === before) {
      yield pipe.changed.wait;
    }
    this.#opening = undefined;
    return end;
  }

  /** A fifo's end that waits for the other one; it goes when the process ends meanwhile. */
  #opening: OpenFile | undefined = undefined;

  protected closeAllFiles(): void {
    this.#opening?.release();
    this.#opening = undefined;
    this.table.closeAll();
  }

  /** EMFILE, with a trace of the bound, when there is no room for one more. */
  protected freeDescriptor(least = 0): number {
    try {
      return this.table.free(least);
    } catch (error) {
      if (this.table.limit === OPEN_FILES_PER_PROCESS) {
        this.around.machine.limit('open files per process', OPEN_FILES_PER_PROCESS, this.actor);
      }
      throw error;
    }
  }

  close(fd: number): void {
    this.spend(SYSCALL_US);
    this.table.close(fd);
  }

  // Reading and writing ----------------------------------------------------------------------------

  *read(fd: number, max: number, options?: { interruptible?: boolean }): Call<Bytes> {
    this.spend(SYSCALL_US);
    if (this.dueUs >= SLICE_US) yield* this.giveWay();
    const description = this.table.get(fd);
    if (!description.readable) fail('EBADF');
    const { file } = description;
    for (;;) {
      if (file instanceof Terminal && this.inBackgroundOf(file.tty)) {
        yield* this.#waitForForeground(file.tty);
      }
      const bytes = file.tryRead(max);
      if (bytes !== undefined) {
        this.spend(bytes.length / BYTES_PER_US);
        return bytes;
      }
      if (description.nonBlocking) fail('EAGAIN');
      if (options?.interruptible && this.caught.length > 0) fail('EINTR');
      yield file.changed;
    }
  }

  readNow(fd: number, max: number): Bytes | undefined {
    const description = this.table.find(fd);
    if (!description?.readable || !(description.file instanceof FileHandle)) return undefined;
    if (this.dueUs + SYSCALL_US >= SLICE_US) return undefined;
    const bytes = description.file.tryRead(max);
    this.spend(SYSCALL_US + bytes.length / BYTES_PER_US);
    return bytes;
  }

  *write(fd: number, bytes: Bytes): Call<void> {
    this.spend(SYSCALL_US + bytes.length / BYTES_PER_US);
    if (this.dueUs >= SLICE_US) yield* this.giveWay();
    const description = this.table.get(fd);
    if (!description.writable) fail('EBADF');
    const { file } = description;
    const sizeLimit = this.resourceLimits?.get('fileSize')?.soft;
    let rest = bytes;
    for (;;) {
      let taken: number;
      try {
        taken = file.tryWrite(sizeLimit === undefined ? rest : this.#cut(file, rest, sizeLimit));
      } catch (error) {
        if (!(error instanceof SysError) || error.errno !== 'EPIPE') throw error;
        this.deliver('PIPE', 'inside');
        if (this.ended) yield NEVER;
        throw error;
      }
      // A write to memory-backed files may have met the container's memory limit.
      if (this.ended) yield NEVER;
      if (taken >= rest.length) return;
      rest = rest.slice(taken);
      if (taken > 0) continue;
      if (description.nonBlocking) fail('EAGAIN');
      yield file.changed;
    }
  }

  /** As much as the process may still add to a file (RLIMIT_FSIZE); XFSZ, then EFBIG, when that is nothing. */
  #cut(file: OpenFile, bytes: Bytes, sizeLimit: number): Bytes {
    if (!(file instanceof FileHandle)) return bytes;
    const room = sizeLimit - file.writePosition;
    if (bytes.length <= room) return bytes;
    if (room > 0) return bytes.slice(0, room);
    this.deliver('XFSZ', 'inside');
    if (this.ended) throw PROCESS_ENDED;
    return fail('EFBIG');
  }

  seek(fd: number, offset: number, from: 'start' | 'current' | 'end'): number {
    this.spend(SYSCALL_US);
    const { file } = this.table.get(fd);
    if (!file.seek) fail('ESPIPE');
    return file.seek(offset, from);
  }

  truncate(fd: number, size: number): void {
    this.spend(SYSCALL_US);
    const { file, writable } = this.table.get(fd);
    if (!writable || !file.truncate) fail('EINVAL');
    file.truncate(size);
  }

  *poll(
    fds: readonly { readonly fd: number; readonly write?: boolean }[],
    timeoutMs?: number,
  ): Call<number | undefined> {
    this.spend(SYSCALL_US);
    if (this.dueUs >= SLICE_US) yield* this.giveWay();
    const { clock } = this.around.machine.kernel;
    const until = timeoutMs === undefined ? Number.POSITIVE_INFINITY : clock.now + timeoutMs;
    for (;;) {
      for (const { fd, write } of fds) {
        const { file } = this.table.get(fd);
        if (write ? file.writable : file.readable) return fd;
      }
      if (clock.now >= until) return undefined;
      if (this.caught.length > 0) fail('EINTR');
      const waits = fds.map(({ fd }) => this.table.get(fd).file.changed);
      if (until !== Number.POSITIVE_INFINITY) waits.push(sleep(clock, until - clock.now));
      yield waits.length === 1 && waits[0] ? waits[0] : anyOf(...waits);
    }
  }

  // Descriptors ------------------------------------------------------------------------------------

  dup(fd: number, least = 0): number {
    this.spend(SYSCALL_US);
    const description = this.table.get(fd);
    this.freeDescriptor(least);
    return this.table.add(description, least);
  }

  dup2(fd: number, target: number): void {
    this.spend(SYSCALL_US);
    const description = this.table.get(fd);
    if (fd !== target) this.table.set(target, description);
  }

  descriptors(): readonly number[] {
    return this.table.numbers();
  }

  closeOnExec(fd: number, on: boolean): void {
    this.spend(SYSCALL_US);
    this.table.markCloseOnExec(fd, on);
  }

  pipe(): readonly [number, number] {
    this.spend(SYSCALL_US);
    this.freeDescriptor();
    const pipe = this.around.machine.newPipe();
    const reader = this.table.add(new Description(pipe.openReader(), true, false));
    const writer = this.table.add(new Description(pipe.openWriter(), false, true));
    return [reader, writer];
  }

  *flock(fd: number, kind: LockKind | undefined, options?: { noWait?: boolean }): Call<void> {
    this.spend(SYSCALL_US);
    const description = this.table.get(fd);
    if (kind === undefined) {
      description.locks?.release(description);
      return;
    }
    description.locks ??= locksOf(description.file);
    const { locks } = description;
    while (!locks.tryTake(description, kind)) {
      if (options?.noWait) fail('EAGAIN');
      if (this.caught.length > 0) fail('EINTR');
      yield locks.changed.wait;
    }
  }

  fstat(fd: number): Stat {
    this.spend(SYSCALL_US);
    return this.table.get(fd).file.stat();
  }

  // Names ------------------------------------------------------------------------------------------

  stat(path: Bytes): Stat {
    this.spend(PATH_CALL_US);
    return operations.statPath(this, path, true);
  }

  tryStat(path: Bytes): Stat | Errno {
    this.spend(PATH_CALL_US);
    const found = tryLookUpNode(this, path, true);
    return typeof found === 'string' ? found : (found.shared?.file ?? found.node).stat();
  }

  lstat(path: Bytes): Stat {
    this.spend(PATH_CALL_US);
    return operations.statPath(this, path, false);
  }

  readdir(path: Bytes): readonly Bytes[] {
    this.spend(PATH_CALL_US);
    const names = operations.listDirectory(this, path);
    this.spend(names.length / 10);
    return names;
  }

  access(path: Bytes, mode: { read?: boolean; write?: boolean; execute?: boolean }): void {
    this.spend(PATH_CALL_US);
    operations.checkAccess(this, path, mode);
  }

  mkdir(path: Bytes, mode: number): void {
    this.spend(PATH_CALL_US);
    operations.makeDirectory(this, path, mode);
  }

  rmdir(path: Bytes): void {
    this.spend(PATH_CALL_US);
    operations.removeDirectory(this, path);
  }

  unlink(path: Bytes): void {
    this.spend(PATH_CALL_US);
    operations.removeFile(this, path);
  }

  rename(from: Bytes, to: Bytes): void {
    this.spend(2 * PATH_CALL_US);
    operations.renamePath(this, from, to);
  }

  link(from: Bytes, to: Bytes): void {
    this.spend(2 * PATH_CALL_US);
    operations.makeHardLink(this, from, to);
  }

  symlink(target: Bytes, path: Bytes): void {
    this.spend(PATH_CALL_US);
    operations.makeSymlink(this, target, path);
  }

  readlink(path: Bytes): Bytes {
    this.spend(PATH_CALL_US);
    return operations.readLink(this, path);
  }

  mkfifo(path: Bytes, mode: number): void {
    this.spend(PATH_CALL_US);
    operations.makeFifo(this, path, mode);
  }

  mknod(path: Bytes, mode: number, major: number, minor: number): void {
    this.spend(PATH_CALL_US);
    operations.makeDevice(this, path, mode, major, minor);
  }

  chmod(path: Bytes, mode: number): void {
    this.spend(PATH_CALL_US);
    operations.changeMode(this, path, mode);
  }

  chown(
    path: Bytes,
    uid: number | undefined,
    gid: number | undefined,
    options?: { noFollow?: boolean },
  ): void {
    this.spend(PATH_CALL_US);
    operations.changeOwner(this, path, uid, gid, options?.noFollow ?? false);
  }

  utimes(
    path: Bytes,
    accessedMs: number,
    modifiedMs: number,
    options?: { noFollow?: boolean },
  ): void {
    this.spend(PATH_CALL_US);
    operations.changeTimes(this, path, accessedMs, modifiedMs, options?.noFollow ?? false);
  }

  realpath(path: Bytes): Bytes {
    this.spend(PATH_CALL_US);
    return realPath(this, path);
  }

  mounts(): readonly MountInfo[] {
    return this.mountTable.list();
  }

  protected inBackgroundOf(tty: Tty): boolean {
    return this.session.terminal === tty && this.pgid !== tty.foregroundGroup;
  }

  /** A background process that reads from its terminal is stopped by TTIN. */
  *#waitForForeground(tty: Tty): Call<void> {
    while (this.inBackgroundOf(tty)) {
      if (this.ignored.has('TTIN')) fail('EIO');
      this.around.namespace.signalGroup(this.pgid, 'TTIN');
      if (this.ended) yield NEVER;
      if (this.caught.length > 0) fail('EINTR');
      if (!this.stopped) fail('EIO');
      yield NEVER;
    }
  }
}
