import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import type { Call, Sys } from '../../runtime/syscalls';
import { DEFAULT_SEPARATORS } from '../expansion/fields';
import type { ShellState } from '../interpreter/state';
import { collectSignals, interrupt } from '../interpreter/traps';
import { OptionReader } from './builtin';
import { parseCount } from './numbers';

/** Bytes taken from a file at once; what belongs to the next line is given back. */
const BLOCK = 512;

interface Settings {
  raw: boolean;
  silent: boolean;
  prompt: Bytes | undefined;
  /** Bytes to read at most; 0: a whole line. */
  count: number;
  timeoutMs: number | undefined;
  fd: number;
  delimiter: number;
}

export function* runRead(shell: ShellState, argv: readonly Bytes[]): Call<number> {
  const options = new OptionReader(shell, argv);
  const given = new Map<string, Bytes>();
  const letters = 'p:u:rt:n:sd:';
  for (let letter = options.next(letters); letter !== ''; letter = options.next(letters)) {
    given.set(letter, options.argument);
  }
  const names = options.operands;
  for (const name of names) {
    if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) continue;
    yield* shell.writeError(`${shell.applet}: read: '${name}': bad variable name\n`);
    return 1;
  }
  const settings = settingsOf(shell, given);
  const { sys } = shell;
  if (settings.timeoutMs === 0) {
    return (yield* sys.poll([{ fd: settings.fd }], 0)) === undefined ? 1 : 0;
  }
  const terminal = isTerminal(sys, settings.fd);
  if (terminal && settings.prompt !== undefined) yield* shell.writeError(settings.prompt);
  const before = terminal ? sys.terminalMode(settings.fd) : undefined;
  if (before) {
    sys.terminalMode(settings.fd, {
      canonical: settings.count > 0 ? false : before.canonical,
      echo: settings.silent ? false : before.echo,
    });
  }
  try {
    return yield* new LineReader(shell, settings, names).run();
  } finally {
    if (before) sys.terminalMode(settings.fd, before);
  }
}

function settingsOf(shell: ShellState, given: ReadonlyMap<string, Bytes>): Settings {
  const count = parseCount(given.get('n') ?? '0');
  if (count === undefined) return shell.fail('invalid count');
  const timeoutMs = given.has('t') ? parseTimeout(given.get('t') as Bytes) : undefined;
  if (given.has('t') && timeoutMs === undefined) return shell.fail('invalid timeout');
  const fd = parseCount(given.get('u') ?? '0');
  if (fd === undefined) return shell.fail('invalid file descriptor');
  const delimiter = given.get('d');
  return {
    raw: given.has('r'),
    silent: given.has('s'),
    prompt: given.get('p'),
    count,
    timeoutMs,
    fd,
    // An empty delimiter is the NUL byte.
    delimiter: delimiter === undefined ? 10 : delimiter === '' ? 0 : delimiter.charCodeAt(0),
  };
}

function parseTimeout(text: Bytes): number | undefined {
  const match = /^([0-9]+)(?:\.([0-9]{0,3}).*)?$/s.exec(text);
  if (!match) return undefined;
  return Number(match[1]) * 1000 + Number((match[2] ?? '').padEnd(3, '0'));
}

function isTerminal(sys: Sys, fd: number): boolean {
  try {
    return sys.isatty(fd);
  } catch (error) {
    if (error instanceof SysError) return false;
    throw error;
  }
}

/** Reads one line and splits it as it comes in. Models shell_common.c shell_builtin_read. */
class LineReader {
  readonly #shell: ShellState;
  readonly #settings: Settings;
  readonly #names: readonly Bytes[];
  readonly #separators: Bytes;
  #nextName = 0;
  #buffer: number[] = [];
  /** 1: a field may begin; 2: so, and one separator that is no blank may still come first. */
  #startOfField = 1;
  #block: Bytes = '';
  #blockAt = 0;
  #seekable: boolean;

  constructor(shell: ShellState, settings: Settings, names: readonly Bytes[]) {
    this.#shell = shell;
    this.#settings = settings;
    this.#names = names;
    this.#separators = shell.separators ?? DEFAULT_SEPARATORS;
    this.#seekable = isSeekable(shell.sys, settings.fd);
  }

  *run(): Call<number> {
    const { raw, delimiter, timeoutMs } = this.#settings;
    const { sys } = this.#shell;
    const until = timeoutMs === undefined ? undefined : sys.uptimeMs + timeoutMs;
    let left = this.#settings.count;
    let escaped = false;
    let status = 0;
    for (;;) {
      const code = yield* this.#nextByte(until);
      if (code === 'timeout') return 1;
      if (code === 'signal') return 1;
      if (code === 'end') {
        status = 1;
        break;
      }
      // -n counts every byte that is read, also those that are no part of a value.
      if (!raw && escaped) {
        escaped = false;
        if (code !== 10) this.#put(code);
      } else if (!raw && code === 92) {
        escaped = true;
      } else {
        if (code === delimiter) break;
        if (code !== 0 && this.#split(code)) this.#put(code);
      }
      if (--left === 0) break;
    }
    this.#giveBack();
    this.#assignRest();
    return status;
  }

  #put(code: number): void {
    this.#buffer.push(code);
  }

  #isSeparator(code: number | undefined): boolean {
    return code !== undefined && this.#separators.includes(String.fromCharCode(code));
  }

  /** Looks whether a byte ends or precedes a field; true if it belongs to the field. */
  #split(code: number): boolean {
    if (this.#names.length === 0) return true;
    const separator = this.#isSeparator(code);
    if (this.#startOfField > 0 && separator) {
      if (isSpace(code)) return false;
      if (--this.#startOfField === 1) return false;
    }
    this.#startOfField = 0;
    if (!separator || this.#nextName + 1 >= this.#names.length) return true;
    this.#assign(String.fromCharCode(...this.#buffer));
    this.#buffer = [];
    this.#startOfField = isSpace(code) ? 2 : 1;
    return false;
  }

  #assign(value: Bytes): void {
    this.#shell.variables.set(this.#names[this.#nextName++] as Bytes, value);
  }

  /** The last variable gets what remains, without separators at its end. */
  #assignRest(): void {
    const buffer = this.#buffer;
    if (this.#names.length === 0) {
      this.#shell.variables.set('REPLY', bytesOf(buffer));
      return;
    }
    let end = buffer.length;
    const endsInBlank = () => isSpace(buffer[end - 1] ?? 0) && this.#isSeparator(buffer[end - 1]);
    while (end > 0 && endsInBlank()) end--;
    if (end > 0 && this.#isSeparator(buffer[end - 1])) {
      const whole = end;
      end--;
      while (end > 0 && endsInBlank()) end--;
      // More than one field is left: then the separator at the end belongs to them.
      const first = buffer.findIndex((code) => this.#isSeparator(code));
      if (first >= 0 && first < end) end = whole;
    }
    this.#assign(bytesOf(buffer.slice(0, end)));
    while (this.#nextName < this.#names.length) this.#assign('');
  }

  *#nextByte(until: number | undefined): Call<number | 'end' | 'timeout' | 'signal'> {
    if (this.#blockAt < this.#block.length) return this.#block.charCodeAt(this.#blockAt++);
    const shell = this.#shell;
    const { sys } = shell;
    const { fd } = this.#settings;
    for (;;) {
      try {
        if (until !== undefined) {
          const rest = until - sys.uptimeMs;
          if (rest <= 0 || (yield* sys.poll([{ fd }], rest)) === undefined) return 'timeout';
        }
        this.#block = yield* sys.read(fd, this.#seekable ? BLOCK : 1, { interruptible: true });
        this.#blockAt = 1;
        return this.#block === '' ? 'end' : this.#block.charCodeAt(0);
      } catch (error) {
        if (!(error instanceof SysError)) throw error;
        if (error.errno !== 'EINTR') return 'end';
        if (collectSignals(shell)) yield* interrupt(shell);
        if (shell.pendingSignal !== 0) return 'signal';
      }
    }
  }

  #giveBack(): void {
    const unread = this.#block.length - this.#blockAt;
    if (unread > 0) this.#shell.sys.seek(this.#settings.fd, -unread, 'current');
  }
}

function bytesOf(codes: readonly number[]): Bytes {
  let bytes = '';
  for (const code of codes) bytes += String.fromCharCode(code);
  return bytes;
}

function isSpace(code: number): boolean {
  return code === 32 || (code >= 9 && code <= 13);
}

function isSeekable(sys: Sys, fd: number): boolean {
  try {
    if (sys.fstat(fd).type !== 'file') return false;
    sys.seek(fd, 0, 'current');
    return true;
  } catch (error) {
    if (error instanceof SysError) return false;
    throw error;
  }
}
