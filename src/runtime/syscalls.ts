import type { Suspend, Task } from '../kernel/task';
import type { Bytes } from './bytes';
import type { Errno } from './errno';
import { SIGNAL_NUMBERS, type Signal } from './signals';

/**
 * The system calls: the only door that a program has to its world. Calls that can never wait are plain
 * methods; calls that may wait are tasks (`yield* sys.read(0, 4096)`). Both charge virtual CPU time; a
 * program gives way in `breathe` (and in every call that waits) once it has used up its slice. A call that
 * fails throws a `SysError`.
 */

/** A system call that may wait. */
export type Call<T> = Task<T>;

/** A program: started with its system calls, returns its exit code (0 to 255). */
export type Program = (sys: Sys) => Task<number>;

export type FileType = 'file' | 'directory' | 'symlink' | 'fifo' | 'socket' | 'character device';

/** stat(2). Times are Unix ms. */
export interface Stat {
  readonly type: FileType;
  /** Identifies the file within its file system. */
  readonly inode: number;
  readonly device: number;
  /** Permission bits, with setuid 04000, setgid 02000, sticky 01000. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly links: number;
  /** Bytes. */
  readonly size: number;
  readonly modifiedMs: number;
  readonly accessedMs: number;
  readonly changedMs: number;
  /** Of character devices. */
  readonly rdev?: { readonly major: number; readonly minor: number };
}

export interface OpenFlags {
  readonly read?: boolean;
  readonly write?: boolean;
  readonly append?: boolean;
  readonly create?: boolean;
  readonly exclusive?: boolean;
  readonly truncate?: boolean;
  readonly directory?: boolean;
  readonly noFollow?: boolean;
  readonly nonBlocking?: boolean;
}

/** How a child ended, or that it stopped. */
export type ExitStatus =
  | { readonly kind: 'exited'; readonly code: number }
  | { readonly kind: 'signaled'; readonly signal: Signal }
  | { readonly kind: 'stopped'; readonly signal: Signal };

/** What shells and containers show of it: 128 and the signal's number for a process that was killed. */
export function exitCodeOf(status: ExitStatus): number {
  return status.kind === 'exited' ? status.code : 128 + SIGNAL_NUMBERS[status.signal];
}

export interface ProcessInfo {
  readonly pid: number;
  readonly ppid: number;
  readonly pgid: number;
  readonly uid: number;
  readonly gid: number;
  /** Name of the program, at most 15 bytes (comm). */
  readonly name: Bytes;
  readonly argv: readonly Bytes[];
  readonly state: 'R' | 'S' | 'T' | 'Z';
  /** Virtual CPU time used, ms. */
  readonly cpuMs: number;
  readonly startedMs: number;
  readonly tty: string | undefined;
  readonly niceness: number;
  /** Memory in bytes. */
  readonly residentBytes: number;
}

export type SignalAction = 'default' | 'ignore' | 'catch';

export interface SocketAddress {
  /** Dotted IPv4, `0.0.0.0` or `::` for any. */
  readonly host: string;
  readonly port: number;
}

export interface SocketInfo {
  readonly protocol: 'tcp';
  readonly state: 'LISTEN' | 'ESTABLISHED' | 'CLOSE_WAIT' | 'TIME_WAIT' | 'FIN_WAIT2';
  readonly local: SocketAddress;
  readonly remote: SocketAddress | undefined;
  readonly pid: number | undefined;
}

/** Record types that a DNS server may be asked for. */
export type DnsQuestionType =
  | 'A'
  | 'AAAA'
  | 'PTR'
  | 'NS'
  | 'CNAME'
  | 'SOA'
  | 'MX'
  | 'TXT'
  | 'SRV'
  | 'ANY';

/** What a DNS server answers to one question. `rcode` 0 NOERROR, 2 SERVFAIL, 3 NXDOMAIN. */
export interface DnsAnswer {
  readonly rcode: number;
  readonly authoritative: boolean;
  readonly addresses: readonly string[];
  readonly canonicalName?: string;
}

export interface MountInfo {
  readonly source: string;
  readonly target: string;
  readonly type: string;
  readonly readOnly: boolean;
  readonly sizeBytes: number | undefined;
  readonly usedBytes: number;
}

export interface SpawnOptions {
  readonly argv?: readonly Bytes[];
  /** Default: the parent's. 0: a new group led by the child. */
  readonly pgid?: number;
}

/** What flock(2) takes. */
export type LockKind = 'shared' | 'exclusive';

/** What `ulimit` sets; only the first two are enforced. */
export type Resource =
  | 'fileSize'
  | 'openFiles'
  | 'processes'
  | 'addressSpace'
  | 'coreSize'
  | 'cpuSeconds'
  | 'dataSize'
  | 'lockedMemory'
  | 'residentMemory'
  | 'stackSize';

/** Bytes, or numbers; Infinity: unlimited. */
export interface ResourceLimit {
  readonly soft: number;
  readonly hard: number;
}

export interface TerminalMode {
  /** Lines are edited by the terminal and handed over whole; off: each byte at once. */
  readonly canonical?: boolean;
  readonly echo?: boolean;
  /** Ctrl-C, Ctrl-Z, Ctrl-\ become signals to the foreground group. */
  readonly signals?: boolean;
}

export interface Sys {
  // Identity ----------------------------------------------------------------------------------------
  readonly pid: number;
  readonly ppid: number;
  readonly pgid: number;
  readonly uid: number;
  readonly gid: number;
  readonly groups: readonly number[];
  readonly argv: readonly Bytes[];
  /** The environment as the process was given it, in insertion order. */
  readonly env: ReadonlyMap<Bytes, Bytes>;
  readonly cwd: Bytes;
  readonly hostname: Bytes;
  /** Wall clock, Unix ms (virtual). */
  readonly nowMs: number;
  /** ms since the machine started. */
  readonly uptimeMs: number;
  /** A random integer in [0, bound), from the run's seed. */
  random(bound: number): number;
  chdir(path: Bytes): void;
  /** Sets the mask if one is given; returns the mask before. */
  umask(mask?: number): number;
  /** chroot(2), setuid(2) and kin; EPERM for those who may not. */
  setIds(ids: { uid?: number; gid?: number; groups?: readonly number[] }): void;
  setHostname(name: Bytes): void;
  /** Makes another directory the root of this process and its children; EPERM for those who may not. */
  chroot(path: Bytes): void;
  /** getrlimit(2), and setrlimit(2) if a limit is given: EINVAL when soft is above hard, EPERM to raise hard. */
  resourceLimit(resource: Resource, limit?: ResourceLimit): ResourceLimit;
  /**
   * getpriority(2), and setpriority(2) if a value is given (held within -20 and 19): EACCES for those who may
   * not lower it. Children inherit it. It is kept and shown; it does not change who gets the CPU.
   */
  niceness(value?: number): number;

  // Time and CPU ------------------------------------------------------------------------------------
  /** Charges virtual CPU time, in µs. */
  spend(microseconds: number): void;
  /** Gives way if the time slice is used up; loops call it on every turn. */
  breathe(): Call<void>;
  /** Resident memory beyond the program's base, in bytes; may end in an OOM kill. */
  setMemory(bytes: number): void;
  /** Waits; with `interruptible`, a caught signal ends it with EINTR. */
  sleep(ms: number, options?: { interruptible?: boolean }): Call<void>;
  /**
   * Waits for anything else that can wake a task, e.g. an API watch, at most `timeoutMs`. Wakes may come
   * without need.
   */
  wait(suspend: Suspend, timeoutMs?: number): Call<void>;

  // Processes and signals ---------------------------------------------------------------------------
  /** A child that runs `program` with copies of this process's descriptors, environment, folder, ids. */
  fork(program: Program, options?: SpawnOptions): number;
  /** Replaces this process's program; returns only by throwing. Path as given, no PATH search. */
  exec(path: Bytes, argv: readonly Bytes[], env?: ReadonlyMap<Bytes, Bytes>): Call<never>;
  /** Ends this process at once. */
  exit(code: number): Call<never>;
  /**
   * Waits for a child (pid > 0), any child (-1) or any of a group (< -1). `undefined` with `noHang` when
   * none has ended. ECHILD when there is none, or also `undefined` with `orNone`. With `interruptible`, a
   * caught signal gives EINTR.
   */
  waitpid(
    pid: number,
    options?: { noHang?: boolean; orNone?: boolean; interruptible?: boolean; stopped?: boolean },
  ): Call<{ readonly pid: number; readonly status: ExitStatus } | undefined>;
  /** kill(2): pid > 0, 0 own group, -1 all others, < -1 a group. Signal undefined: only asks. */
  kill(pid: number, signal: Signal | undefined): void;
  /** Sets what a signal does; returns what it did. Caught signals queue up for `takeSignals`. */
  signalAction(signal: Signal, action?: SignalAction): SignalAction;
  /** Caught signals that have come in, oldest first; each kind at most once. Empties the queue. */
  takeSignals(): readonly Signal[];
  /** Whether a caught signal is waiting to be taken. */
  readonly signalPending: boolean;
  setpgid(pid: number, pgid: number): void;
  setsid(): void;
  processes(): readonly ProcessInfo[];
  /** Names this process as `ps` shows it (nginx: master process …). */
  setTitle(title: Bytes): void;

  // Files -------------------------------------------------------------------------------------------
  open(path: Bytes, flags: OpenFlags, mode?: number): Call<number>;
  close(fd: number): void;
  /** At most `max` bytes; '' at the end of file. */
  read(fd: number, max: number, options?: { interruptible?: boolean }): Call<Bytes>;
  /**
   * What `read` would return at once from a regular file. Undefined, with nothing done or charged, for any
   * other, and when the process has to give way first.
   */
  readNow(fd: number, max: number): Bytes | undefined;
  /** Writes all of it. EPIPE (after SIGPIPE) when nobody reads. */
  write(fd: number, bytes: Bytes): Call<void>;
  /** Moves a file's position; returns the new one, in bytes from the start. */
  seek(fd: number, offset: number, from: 'start' | 'current' | 'end'): number;
  truncate(fd: number, size: number): void;
  /** Lowest free descriptor ≥ `least` for the same open file. */
  dup(fd: number, least?: number): number;
  dup2(fd: number, target: number): void;
  /** Open descriptors, ascending. */
  descriptors(): readonly number[];
  closeOnExec(fd: number, on: boolean): void;
  /** Two descriptors: [read end, write end]. */
  pipe(): readonly [number, number];
  /**
   * flock(2): takes an advisory lock for the open file behind a descriptor, which all its duplicates share, or
   * gives it up (undefined). Waits while another open of the file stands against it; EAGAIN with `noWait`. It
   * goes with the last of the descriptors.
   */
  flock(fd: number, kind: LockKind | undefined, options?: { noWait?: boolean }): Call<void>;
  stat(path: Bytes): Stat;
  /** As `stat`, for those who look in many places: gives the error back instead of throwing it. */
  tryStat(path: Bytes): Stat | Errno;
  lstat(path: Bytes): Stat;
  fstat(fd: number): Stat;
  /** Names in a directory, without `.` and `..`, in the directory's own order. */
  readdir(path: Bytes): readonly Bytes[];
  /** Whether the effective user may read, write, execute; EACCES, EROFS, ENOENT … otherwise. */
  access(path: Bytes, mode: { read?: boolean; write?: boolean; execute?: boolean }): void;
  mkdir(path: Bytes, mode: number): void;
  rmdir(path: Bytes): void;
  unlink(path: Bytes): void;
  rename(from: Bytes, to: Bytes): void;
  link(from: Bytes, to: Bytes): void;
  symlink(target: Bytes, path: Bytes): void;
  readlink(path: Bytes): Bytes;
  mkfifo(path: Bytes, mode: number): void;
  /** A character device; EPERM for those who may not. Opening it gives ENXIO if there is no such device. */
  mknod(path: Bytes, mode: number, major: number, minor: number): void;
  chmod(path: Bytes, mode: number): void;
  chown(
    path: Bytes,
    uid: number | undefined,
    gid: number | undefined,
    options?: { noFollow?: boolean },
  ): void;
  utimes(
    path: Bytes,
    accessedMs: number,
    modifiedMs: number,
    options?: { noFollow?: boolean },
  ): void;
  realpath(path: Bytes): Bytes;
  mounts(): readonly MountInfo[];
  /**
   * Waits until one of the descriptors can be read (or written); undefined when time runs out first. A
   * caught signal ends it with EINTR, as it does `accept` and `connect`.
   */
  poll(
    fds: readonly { readonly fd: number; readonly write?: boolean }[],
    timeoutMs?: number,
  ): Call<number | undefined>;

  // Terminal ----------------------------------------------------------------------------------------
  isatty(fd: number): boolean;
  terminalSize(fd: number): { readonly columns: number; readonly rows: number };
  terminalMode(fd: number, mode?: TerminalMode): Required<TerminalMode>;
  foregroundGroup(fd: number, pgid?: number): number;

  // Network -----------------------------------------------------------------------------------------
  /** A listening TCP socket; EADDRINUSE, EACCES, EADDRNOTAVAIL. Port 0 picks a free one. */
  listen(address: SocketAddress): number;
  accept(fd: number): Call<{ readonly fd: number; readonly peer: SocketAddress }>;
  /** Connects to an IP address; ECONNREFUSED, ETIMEDOUT, EHOSTUNREACH, ENETUNREACH. */
  connect(address: SocketAddress, timeoutMs?: number): Call<number>;
  shutdown(fd: number): void;
  socketName(fd: number): SocketAddress;
  peerName(fd: number): SocketAddress;
  /** All sockets of this network namespace. */
  sockets(): readonly SocketInfo[];
  /** This namespace's interfaces. */
  addresses(): readonly { readonly name: string; readonly ip: string }[];
  /** Asks a DNS server (an IP address) one question over UDP; ECONNREFUSED, ETIMEDOUT. */
  dnsQuery(server: string, name: string, type: DnsQuestionType): Call<DnsAnswer>;
  /** A UDP socket; EADDRINUSE, EADDRNOTAVAIL. Port 0 picks a free one. */
  bindDatagrams(address: SocketAddress): number;
  /**
   * From now on `write` sends to this peer and `read` receives from it alone; that nobody has its port shows
   * at the next of them (ECONNREFUSED).
   */
  connectDatagrams(fd: number, peer: SocketAddress): void;
  sendDatagram(fd: number, bytes: Bytes, to: SocketAddress): void;
  /** Waits for a datagram. */
  receiveDatagram(fd: number): Call<{ readonly bytes: Bytes; readonly from: SocketAddress }>;
}
