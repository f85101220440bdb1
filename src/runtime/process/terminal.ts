import { WaitQueue } from '../../kernel/task';
import { TERMINAL_BYTES } from '../bounds';
import type { Bytes } from '../bytes';
import { fail } from '../errno';
import type { OpenFile } from '../open-file';
import type { Signal } from '../signals';
import type { Stat, TerminalMode } from '../syscalls';
import { PTS_MAJOR } from '../vfs/device-files';
import type { ControllingTerminal, PidNamespace, Session } from './pid-namespace';

const CTRL_C = '\x03';
const CTRL_D = '\x04';
const CTRL_H = '\b';
const CTRL_U = '\x15';
const CTRL_W = '\x17';
const CTRL_Z = '\x1a';
const CTRL_BACKSLASH = '\x1c';
const DELETE = '\x7f';

const SIGNAL_KEYS: ReadonlyMap<Bytes, Signal> = new Map([
  [CTRL_C, 'INT'],
  [CTRL_BACKSLASH, 'QUIT'],
  [CTRL_Z, 'TSTP'],
]);

/**
 * A pseudo-terminal: a person (or a client such as kubectl) on one side, programs on the other, and the
 * line discipline between them. Models drivers/tty/n_tty.c.
 */
export class Tty implements ControllingTerminal {
  readonly number: number;
  columns: number;
  rows: number;
  foregroundGroup = 0;
  session: Session | undefined;
  /** Wakes when there is output to take. */
  readonly outputChanged = new WaitQueue();
  /** Wakes when programs may read or write. */
  readonly inputChanged = new WaitQueue();
  readonly madeMs: number;
  mode: Required<TerminalMode> = { canonical: true, echo: true, signals: true };
  hungUp = false;
  #namespace: PidNamespace | undefined;
  /** What has been typed of a line that is not finished. */
  #line: Bytes = '';
  /** Lines (pieces) ready to be read, one per read; '' is an end of file. */
  #pieces: Bytes[] = [];
  #output: Bytes = '';

  constructor(options: { number: number; columns?: number; rows?: number; madeMs: number }) {
    this.number = options.number;
    this.columns = options.columns ?? 80;
    this.rows = options.rows ?? 24;
    this.madeMs = options.madeMs;
  }

  get name(): string {
    return `pts/${this.number}`;
  }

  /** Makes it the terminal of a session, whose leader is in the foreground. */
  control(session: Session, namespace: PidNamespace): void {
    this.session = session;
    this.#namespace = namespace;
    this.foregroundGroup = session.id;
    session.terminal = this;
  }

  // The person's side ------------------------------------------------------------------------------

  /** Keys that were pressed, or bytes that were pasted. */
  input(bytes: Bytes): void {
    if (this.hungUp) return;
    for (const key of bytes) this.#key(key === '\r' ? '\n' : key);
    if (!this.mode.canonical && this.#line !== '') {
      this.#ready(this.#line);
      this.#line = '';
    }
  }

  /** Takes all output that waits. */
  takeOutput(): Bytes {
    const output = this.#output;
    if (output === '') return '';
    this.#output = '';
    this.inputChanged.wakeAll();
    return output;
  }

  get hasOutput(): boolean {
    return this.#output !== '';
  }

  resize(columns: number, rows: number): void {
    if (columns === this.columns && rows === this.rows) return;
    this.columns = columns;
    this.rows = rows;
    this.#signal('WINCH');
  }

  /** The person has gone: the session's leader and the foreground hear HUP, reads end, writes fail. */
  hangUp(): void {
    if (this.hungUp) return;
    this.hungUp = true;
    this.#pieces = [];
    this.inputChanged.wakeAll();
    this.outputChanged.wakeAll();
    const leader = this.session && this.#namespace?.processes.get(this.session.id);
    const foreground = this.foregroundGroup;
    if (leader && leader.pgid !== foreground) {
      leader.deliver('HUP', 'inside');
      leader.deliver('CONT', 'inside');
    }
    this.#signal('HUP');
    this.#signal('CONT');
  }

  // The programs' side -----------------------------------------------------------------------------

  get readable(): boolean {
    return this.#pieces.length > 0 || this.hungUp;
  }

  get writable(): boolean {
    return this.hungUp || this.#output.length < TERMINAL_BYTES;
  }

  tryRead(max: number): Bytes | undefined {
    const piece = this.#pieces[0];
    if (piece === undefined) return this.hungUp ? '' : undefined;
    if (piece.length <= max) {
      this.#pieces.shift();
      return piece;
    }
    this.#pieces[0] = piece.slice(max);
    return piece.slice(0, max);
  }

  tryWrite(bytes: Bytes): number {
    if (this.hungUp) fail('EIO');
    const room = TERMINAL_BYTES - this.#output.length;
    if (room <= 0) return 0;
    const taken = bytes.length <= room ? bytes : bytes.slice(0, room);
    this.#print(taken.includes('\n') ? taken.replaceAll('\n', '\r\n') : taken);
    return taken.length;
  }

  setMode(mode: TerminalMode): void {
    const canonical = this.mode.canonical;
    this.mode = { ...this.mode, ...mode };
    if (canonical && !this.mode.canonical) {
      // What was typed so far can be read at once; ends of file mean nothing any more.
      const typed = this.#pieces.join('') + this.#line;
      this.#line = '';
      this.#pieces = [];
      if (typed !== '') this.#ready(typed);
    }
  }

  #key(key: Bytes): void {
    const signal = this.mode.signals ? SIGNAL_KEYS.get(key) : undefined;
    if (signal) {
      this.#line = '';
      this.#pieces = [];
      this.#echo(key);
      this.#signal(signal);
      return;
    }
    if (!this.mode.canonical) {
      this.#line += key;
      this.#echo(key);
      return;
    }
    if (key === '\n') {
      this.#echo(key);
      this.#ready(`${this.#line}\n`);
      this.#line = '';
    } else if (key === CTRL_D) {
      this.#ready(this.#line);
      this.#line = '';
    } else if (key === DELETE || key === CTRL_H) this.#erase(1);
    else if (key === CTRL_U) this.#erase(this.#line.length);
    else if (key === CTRL_W) this.#eraseWord();
    else if (this.#line.length < 4095) {
      this.#line += key;
      this.#echo(key);
    }
  }

  #eraseWord(): void {
    const kept = this.#line.trimEnd();
    const start = kept.lastIndexOf(' ') + 1;
    this.#erase(this.#line.length - start);
  }

  /** Takes back characters; one of several bytes (UTF-8) counts as one on the screen. */
  #erase(bytes: number): void {
    let left = bytes;
    while (left > 0 && this.#line !== '') {
      let size = 1;
      while (size < this.#line.length && isContinuation(this.#line.at(-size))) size++;
      const shown = isControl(this.#line.at(-size) ?? '') ? 2 : 1;
      this.#line = this.#line.slice(0, -size);
      left -= bytes === 1 ? 1 : size;
      if (this.mode.echo) this.#print('\b \b'.repeat(shown));
    }
  }

  #echo(key: Bytes): void {
    if (!this.mode.echo) return;
    if (key === '\n') this.#print('\r\n');
    else if (isControl(key) && key !== '\t') {
      this.#print(`^${String.fromCharCode(key.charCodeAt(0) ^ 0x40)}`);
    } else this.#print(key);
  }

  #ready(piece: Bytes): void {
    const waiting = this.#pieces.reduce((sum, other) => sum + other.length, 0);
    if (waiting + piece.length > TERMINAL_BYTES) return;
    this.#pieces.push(piece);
    this.inputChanged.wakeAll();
  }

  #print(bytes: Bytes): void {
    this.#output += bytes;
    this.outputChanged.wakeAll();
  }

  #signal(signal: Signal): void {
    this.#namespace?.signalGroup(this.foregroundGroup, signal);
  }
}

function isControl(key: Bytes): boolean {
  return key < ' ' || key === DELETE;
}

function isContinuation(byte: Bytes | undefined): boolean {
  return byte !== undefined && (byte.charCodeAt(0) & 0xc0) === 0x80;
}

/** A terminal as programs hold it open. */
export class Terminal implements OpenFile {
  readonly tty: Tty;

  constructor(tty: Tty) {
    this.tty = tty;
  }

  get readable(): boolean {
    return this.tty.readable;
  }

  get writable(): boolean {
    return this.tty.writable;
  }

  get changed() {
    return this.tty.inputChanged.wait;
  }

  get path(): Bytes {
    return `/dev/${this.tty.name}`;
  }

  tryRead(max: number): Bytes | undefined {
    return this.tty.tryRead(max);
  }

  tryWrite(bytes: Bytes): number {
    return this.tty.tryWrite(bytes);
  }

  release(): void {}

  stat(): Stat {
    const { number, madeMs } = this.tty;
    return {
      type: 'character device',
      inode: number + 3,
      device: PTS_MAJOR,
      mode: 0o620,
      uid: 0,
      gid: 5,
      links: 1,
      size: 0,
      modifiedMs: madeMs,
      accessedMs: madeMs,
      changedMs: madeMs,
      rdev: { major: PTS_MAJOR, minor: number },
    };
  }
}
