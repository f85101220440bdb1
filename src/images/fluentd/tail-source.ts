import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import { readFile } from '../../runtime/read-file';
import type { Call, Sys } from '../../runtime/syscalls';
import { expandPathnames } from '../../shell/expansion/pathnames';
import { eventTime, type LogEvent } from '../records/record';
import { ConfigError, child, duration, type Element, isTrue, quote, required } from './config';
import { createTextParser, type TextParser } from './parsers';
import type { PluginContext, Source } from './plugin';

interface Watched {
  readonly path: Bytes;
  readonly inode: number;
  readonly fd: number;
  readonly tag: Bytes;
  offset: number;
  partial: Bytes;
  /** When to let go of it, Unix ms: it has been rotated. */
  closeAtMs: number | undefined;
}

/** fluentd looks at each file so often, ms (its stat watcher and timer). */
const LOOK_MS = 1000;

/** Checks a tail section. Throws ConfigError. */
export function checkTail(element: Element): TextParser {
  const { parameters } = element;
  const section = child(element, 'parse');
  if (!section) throw new ConfigError('<parse> section is required.');
  if (parameters.get('path') === undefined) {
    throw new ConfigError("tail: 'path' parameter is required on tail input");
  }
  required(element, 'tag');
  return createTextParser(section);
}

/** Models lib/fluent/plugin/in_tail.rb: files by name, over rotation, with a pos_file. */
export class TailSource implements Source {
  readonly #context: PluginContext;
  readonly #sys: Sys;
  readonly #element: Element;
  readonly #parse: TextParser;
  readonly #watched = new Map<Bytes, Watched>();
  readonly #rotated = new Set<Watched>();
  readonly #positions = new Map<Bytes, { offset: number; inode: number }>();

  constructor(context: PluginContext) {
    this.#context = context;
    this.#sys = context.sys;
    this.#element = context.element;
    this.#parse = checkTail(context.element);
  }

  *start(): Call<void> {
    yield* this.#loadPositions();
    yield* this.#refresh(true);
    this.#context.strands.start(this.#follow());
  }

  *#follow(): Call<void> {
    const refreshMs = duration(this.#element.parameters.get('refresh_interval'), 60_000);
    let next = this.#sys.nowMs + refreshMs;
    for (;;) {
      yield* this.#sys.sleep(LOOK_MS);
      for (const watched of [...this.#watched.values()]) yield* this.#look(watched);
      for (const watched of [...this.#rotated]) yield* this.#drain(watched);
      if (this.#sys.nowMs >= next) {
        yield* this.#refresh(false);
        next = this.#sys.nowMs + refreshMs;
      }
      yield* this.#context.log.flush();
    }
  }

  *#refresh(first: boolean): Call<void> {
    const { parameters } = this.#element;
    const patterns = (parameters.get('path') ?? '').split(',').map((part) => part.trim());
    for (const path of patterns.flatMap((pattern) => expandPathnames(this.#sys, pattern))) {
      if (!this.#watched.has(path)) {
        yield* this.#open(path, !first || isTrue(parameters.get('read_from_head')));
      }
    }
  }

  *#open(path: Bytes, fromHead: boolean): Call<void> {
    const stat = this.#sys.tryStat(path);
    if (typeof stat === 'string' || stat.type !== 'file') return;
    let fd: number;
    try {
      fd = yield* this.#sys.open(path, { read: true });
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
      const text = `${path} unreadable. It is excluded and would be examined next time.`;
      this.#context.say('warn', text);
      return;
    }
    const known = this.#positions.get(path);
    const resumes = known?.inode === stat.inode && known.offset <= stat.size;
    const tag = required(this.#element, 'tag');
    this.#context.say('info', `following tail of ${path}`);
    this.#watched.set(path, {
      path,
      inode: stat.inode,
      fd,
      tag: tag.replace('*', path.replace(/^\//, '').replaceAll('/', '.')),
      offset: resumes ? known.offset : fromHead || known !== undefined ? 0 : stat.size,
      partial: '',
      closeAtMs: undefined,
    });
    yield* this.#savePositions();
  }

  *#look(watched: Watched): Call<void> {
    yield* this.#read(watched);
    const named = this.#sys.tryStat(watched.path);
    if (typeof named !== 'string' && named.inode === watched.inode) return;
    const waitMs = duration(this.#element.parameters.get('rotate_wait'), 5000);
    this.#context.say(
      'info',
      `detected rotation of ${watched.path}; waiting ${(waitMs / 1000).toFixed(1)} seconds`,
    );
    this.#watched.delete(watched.path);
    watched.closeAtMs = this.#sys.nowMs + waitMs;
    this.#rotated.add(watched);
    if (typeof named !== 'string') yield* this.#open(watched.path, true);
  }

  *#drain(watched: Watched): Call<void> {
    yield* this.#read(watched);
    if (this.#sys.nowMs < (watched.closeAtMs ?? 0)) return;
    this.#rotated.delete(watched);
    this.#sys.close(watched.fd);
  }

  *#read(watched: Watched): Call<void> {
    const { size } = this.#sys.fstat(watched.fd);
    if (size < watched.offset) {
      watched.offset = 0;
      watched.partial = '';
    }
    const before = watched.offset;
    while (watched.offset < size) {
      this.#sys.seek(watched.fd, watched.offset, 'start');
      const bytes = yield* this.#sys.read(watched.fd, 65_536);
      if (bytes === '') break;
      watched.offset += bytes.length;
      const lines = (watched.partial + bytes).split('\n');
      watched.partial = lines.pop() ?? '';
      this.#emit(watched, lines);
      yield* this.#sys.breathe();
    }
    if (watched.offset !== before) yield* this.#savePositions();
  }

  #emit(watched: Watched, lines: readonly Bytes[]): void {
    const events: LogEvent[] = [];
    const { nowMs } = this.#sys;
    const pathKey = this.#element.parameters.get('path_key');
    for (const line of lines) {
      const parsed = this.#parse(line, nowMs);
      if (!parsed) {
        this.#context.say('warn', `pattern not matched: ${quote(line)}`);
        continue;
      }
      const record = new Map(parsed.record);
      if (pathKey !== undefined) record.set(pathKey, watched.path);
      events.push({ time: parsed.time ?? eventTime(nowMs), record });
    }
    if (events.length > 0) this.#context.emit(watched.tag, events);
  }

  *#loadPositions(): Call<void> {
    const path = this.#element.parameters.get('pos_file');
    if (path === undefined || typeof this.#sys.tryStat(path) === 'string') return;
    for (const line of (yield* readFile(this.#sys, path)).split('\n')) {
      const [name = '', offset, inode] = line.split('\t');
      if (inode === undefined) continue;
      this.#positions.set(name, {
        offset: Number.parseInt(offset ?? '', 16),
        inode: Number.parseInt(inode, 16),
      });
    }
  }

  /** A line per file: name, offset, inode. */
  *#savePositions(): Call<void> {
    const path = this.#element.parameters.get('pos_file');
    if (path === undefined) return;
    const hex = (value: number) => value.toString(16).padStart(16, '0');
    const rows = [...this.#watched.values()].map(
      ({ path: name, offset, partial, inode }) =>
        `${name}\t${hex(offset - partial.length)}\t${hex(inode)}\n`,
    );
    const fd = yield* this.#sys.open(path, { write: true, create: true, truncate: true }, 0o644);
    yield* this.#sys.write(fd, rows.join(''));
    this.#sys.close(fd);
  }
}
