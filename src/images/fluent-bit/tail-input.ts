import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import type { Call, Sys } from '../../runtime/syscalls';
import { expandPathnames } from '../../shell/expansion/pathnames';
import { eventTime, type LogEvent, type Value } from '../records/record';
import type { InputRun } from './input';
import type { LogParser } from './parsers';
import { isOn, property, type Section, sizeInBytes, timeInMs } from './section';
import type { TailPositions } from './tail-positions';

interface TailedFile {
  path: Bytes;
  readonly inode: number;
  readonly fd: number;
  readonly watch: number;
  readonly tag: Bytes;
  offset: number;
  /** Bytes after the last newline. */
  partial: Bytes;
  /** When it stopped being the file of that name, Unix ms. */
  rotatedMs: number | undefined;
}

/** Inotify tells the real one at once; here each file is looked at so often, ms. */
const LOOK_MS = 500;
const READ_BYTES = 65_536;

/** plugins/in_tail: follows files by name, over rotation, truncation and restarts (DB). */
export class TailInput {
  readonly #run: InputRun;
  readonly #sys: Sys;
  readonly #section: Section;
  readonly #parser: LogParser | undefined;
  readonly #positions: TailPositions | undefined;
  readonly #files = new Map<number, TailedFile>();
  readonly #skipped = new Set<number>();
  #watches = 0;

  constructor(
    run: InputRun,
    section: Section,
    parser: LogParser | undefined,
    positions: TailPositions | undefined,
  ) {
    this.#run = run;
    this.#sys = run.sys;
    this.#section = section;
    this.#parser = parser;
    this.#positions = positions;
  }

  *follow(): Call<void> {
    const refreshMs = timeInMs(property(this.#section, 'refresh_interval')) ?? 60_000;
    const fromHead = isOn(property(this.#section, 'read_from_head'));
    const laterFromHead = isOn(
      property(this.#section, 'read_newly_discovered_files_from_head'),
      true,
    );
    yield* this.#scan(fromHead);
    let nextScan = this.#sys.nowMs + refreshMs;
    for (;;) {
      if (!this.#run.input.paused) {
        for (const file of [...this.#files.values()]) yield* this.#look(file);
      }
      if (this.#sys.nowMs >= nextScan) {
        yield* this.#scan(laterFromHead || fromHead);
        nextScan = this.#sys.nowMs + refreshMs;
      }
      yield* this.#run.log.flush();
      yield* this.#sys.sleep(LOOK_MS);
    }
  }

  *#scan(fromHead: boolean): Call<void> {
    const split = (key: string) =>
      (property(this.#section, key) ?? '')
        .split(',')
        .map((part) => part.trim())
        .filter((part) => part !== '');
    const excluded = new Set(
      split('exclude_path').flatMap((pattern) => expandPathnames(this.#sys, pattern)),
    );
    for (const pattern of split('path')) {
      for (const path of expandPathnames(this.#sys, pattern)) {
        if (!excluded.has(path)) yield* this.#append(path, fromHead);
      }
    }
  }

  *#append(path: Bytes, fromHead: boolean): Call<void> {
    const stat = this.#sys.tryStat(path);
    if (typeof stat === 'string' || stat.type !== 'file') return;
    if (this.#files.has(stat.inode) || this.#skipped.has(stat.inode)) return;
    let fd: number;
    try {
      fd = yield* this.#sys.open(path, { read: true });
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
      const text =
        error.errno === 'EACCES' ? `NO read access for path: ${path}` : `cannot open ${path}`;
      this.#run.say('error', text);
      return;
    }
    const known = this.#positions?.get(stat.inode);
    const file: TailedFile = {
      path,
      inode: stat.inode,
      fd,
      watch: ++this.#watches,
      tag: this.#run.tag.replace('*', path.replace(/^\//, '').replaceAll('/', '.')),
      offset: known !== undefined && known <= stat.size ? known : fromHead ? 0 : stat.size,
      partial: '',
      rotatedMs: undefined,
    };
    this.#files.set(stat.inode, file);
    this.#run.say(
      'info',
      `inotify_fs_add(): inode=${file.inode} watch_fd=${file.watch} name=${path}`,
    );
  }

  *#look(file: TailedFile): Call<void> {
    yield* this.#read(file);
    if (!this.#files.has(file.inode)) return;
    const { nowMs } = this.#sys;
    if (file.rotatedMs !== undefined) {
      const waitMs = timeInMs(property(this.#section, 'rotate_wait')) ?? 5000;
      if (nowMs - file.rotatedMs >= waitMs) this.#remove(file);
      return;
    }
    const named = this.#sys.tryStat(file.path);
    if (typeof named !== 'string' && named.inode === file.inode) return;
    if (this.#sys.fstat(file.fd).links === 0) {
      this.#remove(file);
      if (typeof named !== 'string') yield* this.#append(file.path, true);
      return;
    }
    const old = file.path;
    file.path = this.#nameOf(file);
    this.#run.say('info', `inode=${file.inode} handle rotation(): ${old} => ${file.path}`);
    file.rotatedMs = nowMs;
    if (typeof named !== 'string') yield* this.#append(old, true);
  }

  /** Where an open file lies now. */
  #nameOf(file: TailedFile): Bytes {
    try {
      return this.#sys.readlink(`/proc/self/fd/${file.fd}`);
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
      return file.path;
    }
  }

  #remove(file: TailedFile): void {
    this.#run.say('info', `inotify_fs_remove(): inode=${file.inode} watch_fd=${file.watch}`);
    this.#files.delete(file.inode);
    this.#positions?.forget(file.inode);
    this.#sys.close(file.fd);
  }

  *#read(file: TailedFile): Call<void> {
    const { size } = this.#sys.fstat(file.fd);
    if (size < file.offset) {
      file.offset = 0;
      file.partial = '';
    }
    const before = file.offset;
    const longest = sizeInBytes(property(this.#section, 'buffer_max_size')) ?? 32_768;
    while (file.offset < size && !this.#run.input.paused) {
      this.#sys.seek(file.fd, file.offset, 'start');
      const bytes = yield* this.#sys.read(file.fd, READ_BYTES);
      if (bytes === '') break;
      file.offset += bytes.length;
      const lines = (file.partial + bytes).split('\n');
      file.partial = lines.pop() ?? '';
      if (file.partial.length > longest) {
        this.#tooLong(file);
        return;
      }
      this.#emit(file, lines);
      yield* this.#sys.breathe();
    }
    if (this.#positions && file.offset !== before) {
      yield* this.#positions.set(file.inode, file.offset - file.partial.length, file.path);
    }
  }

  #tooLong(file: TailedFile): void {
    if (isOn(property(this.#section, 'skip_long_lines'))) {
      this.#run.say('warn', `file=${file.path} have long lines. Skipping long lines.`);
      file.partial = '';
      return;
    }
    this.#run.say(
      'error',
      `file=${file.path} requires a larger buffer size, lines are too long. Skipping file.`,
    );
    this.#skipped.add(file.inode);
    this.#remove(file);
  }

  #emit(file: TailedFile, lines: readonly Bytes[]): void {
    const skipEmpty = isOn(property(this.#section, 'skip_empty_lines'));
    const events: LogEvent[] = [];
    for (const raw of lines) {
      const line = raw.endsWith('\r') ? raw.slice(0, -1) : raw;
      if (line === '' && skipEmpty) continue;
      events.push(this.#event(file, line));
    }
    this.#run.emit(file.tag, events);
  }

  #event(file: TailedFile, line: Bytes): LogEvent {
    const { nowMs } = this.#sys;
    const pathKey = property(this.#section, 'path_key');
    const offsetKey = property(this.#section, 'offset_key');
    const parsed = this.#parser?.parse(line, nowMs);
    if (parsed?.problem !== undefined) this.#run.log.add('warn', parsed.problem);
    const extra = new Map<Bytes, Value>();
    if (pathKey !== undefined) extra.set(pathKey, file.path);
    if (offsetKey !== undefined) extra.set(offsetKey, file.offset);
    const record = parsed
      ? new Map([...parsed.record, ...extra])
      : extra.set(property(this.#section, 'key') ?? 'log', line);
    return { time: parsed?.time ?? eventTime(nowMs), record };
  }
}
