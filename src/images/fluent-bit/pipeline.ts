import type { Bytes } from '../../runtime/bytes';
import type { Call, Sys } from '../../runtime/syscalls';
import { packEntry } from '../records/forward-message';
import type { LogEvent } from '../records/record';
import type { Strands } from '../strands';
import type { Filter } from './filters';
import type { FluentBitLog } from './log';

export type FlushResult = 'ok' | 'retry' | 'error';

/** Events of one tag that came in together. */
export interface Chunk {
  /** `1-1767225604.123000000.flb`. */
  readonly name: Bytes;
  readonly tag: Bytes;
  readonly events: LogEvent[];
  /** As MessagePack. */
  bytes: number;
}

export interface InputInstance {
  /** `tail.0`, or its alias. */
  readonly name: Bytes;
  /** `tail`. */
  readonly plugin: Bytes;
  /** Bytes; undefined: unlimited. */
  readonly memBufLimit: number | undefined;
  readonly pending: Chunk[];
  readonly tasks: Set<FlushTask>;
  paused: boolean;
  bufferedBytes: number;
  records: number;
  bytes: number;
}

export interface OutputInstance {
  readonly name: Bytes;
  readonly plugin: Bytes;
  readonly matches: (tag: Bytes) => boolean;
  /** How often a chunk is tried again; Infinity, or 'none': not even once. */
  readonly retryLimit: number | 'none';
  readonly flush: (chunk: Chunk) => Call<FlushResult>;
  readonly counters: OutputCounters;
}

export interface OutputCounters {
  procRecords: number;
  procBytes: number;
  errors: number;
  retries: number;
  retriesFailed: number;
  retriedRecords: number;
  droppedRecords: number;
}

export interface FilterInstance {
  readonly name: Bytes;
  readonly matches: (tag: Bytes) => boolean;
  readonly apply: Filter;
  dropped: number;
  added: number;
}

export interface FlushTask {
  readonly id: number;
  readonly chunk: Chunk;
  readonly input: InputInstance;
  readonly routes: Set<OutputInstance>;
}

/** A chunk is closed once it is this big, bytes (FLB_INPUT_CHUNK_FS_MAX_SIZE). */
const CHUNK_BYTES = 2_048_000;

export interface RetrySettings {
  /** Seconds. */
  readonly base: number;
  readonly cap: number;
}

/**
 * What lies between inputs and outputs: filters, chunks in memory, tasks, retries. Models
 * src/flb_engine.c, flb_task.c and flb_scheduler.c.
 */
export class Pipeline {
  readonly inputs: InputInstance[] = [];
  readonly filters: FilterInstance[] = [];
  readonly outputs: OutputInstance[] = [];
  readonly #sys: Sys;
  readonly #strands: Strands;
  readonly #log: FluentBitLog;
  readonly #retry: RetrySettings;
  readonly #taskIds = new Set<number>();
  #stopping = false;
  #lastChunkName: Bytes = '';

  constructor(sys: Sys, strands: Strands, log: FluentBitLog, retry: RetrySettings) {
    this.#sys = sys;
    this.#strands = strands;
    this.#log = log;
    this.#retry = retry;
  }

  get runningTasks(): number {
    return this.#taskIds.size;
  }

  /** Takes events in. Filters work at once, so that what they drop is never buffered. */
  ingest(input: InputInstance, tag: Bytes, incoming: readonly LogEvent[]): void {
    let events = incoming;
    for (const filter of this.filters) {
      if (!filter.matches(tag)) continue;
      const before = events.length;
      events = events.map(filter.apply).filter((event) => event !== undefined);
      filter.dropped += before - events.length;
    }
    if (events.length === 0) return;
    let chunk = input.pending.find((open) => open.tag === tag && open.bytes < CHUNK_BYTES);
    if (!chunk) {
      chunk = { name: this.#chunkName(), tag, events: [], bytes: 0 };
      input.pending.push(chunk);
    }
    let bytes = 0;
    for (const event of events) bytes += packEntry(event).length;
    chunk.events.push(...events);
    chunk.bytes += bytes;
    input.records += events.length;
    input.bytes += bytes;
    input.bufferedBytes += bytes;
    this.#account();
    const limit = input.memBufLimit;
    if (limit !== undefined && input.bufferedBytes > limit && !input.paused) {
      input.paused = true;
      this.#log.add(
        'warn',
        `[input] ${input.name} paused (mem buf overlimit - event of size ${bytes}B exceeded limit ${limit} to ${input.bufferedBytes}B)`,
      );
    }
  }

  /** Makes a task of each chunk and starts its flushes. */
  flush(): void {
    for (const input of this.inputs) {
      for (const chunk of input.pending.splice(0)) {
        const routes = this.outputs.filter((output) => output.matches(chunk.tag));
        const task: FlushTask = { id: this.#newTaskId(), chunk, input, routes: new Set(routes) };
        if (routes.length === 0) {
          this.#end(task);
          continue;
        }
        input.tasks.add(task);
        for (const output of routes) this.#strands.start(this.#deliver(task, output));
      }
    }
  }

  /** From now on nothing waits long before it is tried again. */
  stop(): void {
    this.#stopping = true;
  }

  reportRunning(): void {
    for (const input of this.inputs) {
      this.#log.add(
        'info',
        `[task] ${input.plugin}/${input.name} has ${input.tasks.size} pending task(s):`,
      );
      for (const { id, routes } of input.tasks) {
        const names = [...routes].map((output) => `${output.plugin}/${output.name} `).join('');
        this.#log.add('info', `[task]   task_id=${id} still running on route(s): ${names}`);
      }
    }
  }

  *#deliver(task: FlushTask, output: OutputInstance): Call<void> {
    const { chunk, input } = task;
    const { counters } = output;
    const outputId = this.outputs.indexOf(output);
    const place = `task_id=${task.id}, input=${input.name} > output=${output.name}`;
    for (let attempts = 0; ; ) {
      const result = yield* output.flush(chunk);
      if (result === 'ok') {
        counters.procRecords += chunk.events.length;
        counters.procBytes += chunk.bytes;
        if (attempts > 0) {
          this.#log.add(
            'info',
            `[engine] flush chunk '${chunk.name}' succeeded at retry ${attempts}: ${place} (out_id=${outputId})`,
          );
        }
        break;
      }
      if (result === 'error') {
        counters.errors++;
        counters.droppedRecords += chunk.events.length;
        break;
      }
      if (output.retryLimit === 'none') {
        counters.droppedRecords += chunk.events.length;
        this.#log.add(
          'info',
          `[engine] chunk '${chunk.name}' is not retried (no retry config): ${place} (out_id=${outputId})`,
        );
        break;
      }
      if (attempts >= output.retryLimit) {
        counters.retriesFailed++;
        counters.droppedRecords += chunk.events.length;
        this.#log.add('error', `[engine] chunk '${chunk.name}' cannot be retried: ${place}`);
        break;
      }
      attempts++;
      counters.retries++;
      counters.retriedRecords += chunk.events.length;
      const seconds = this.#waitSeconds(attempts);
      yield* this.#log.write(
        'warn',
        `[engine] failed to flush chunk '${chunk.name}', retry in ${seconds} seconds: ${place} (out_id=${outputId})`,
      );
      yield* this.#pause(seconds);
    }
    task.routes.delete(output);
    if (task.routes.size === 0) this.#end(task);
    yield* this.#log.flush();
  }

  /** 'Backoff full jitter': between the base and base × 2ⁿ (at most the cap), and a second more. */
  #waitSeconds(attempts: number): number {
    if (this.#stopping) return 1;
    const { base, cap } = this.#retry;
    const most = Math.min(cap, base * 2 ** attempts);
    return base + this.#sys.random(most - base + 1) + 1;
  }

  /** Ends early when the service stops: retries are then tried at once. */
  *#pause(seconds: number): Call<void> {
    const until = this.#sys.nowMs + seconds * 1000;
    while (this.#sys.nowMs < until && !this.#stopping) {
      yield* this.#sys.sleep(Math.min(1000, until - this.#sys.nowMs));
    }
    if (this.#stopping) yield* this.#sys.sleep(1000);
  }

  #end(task: FlushTask): void {
    const { input, chunk } = task;
    this.#taskIds.delete(task.id);
    input.tasks.delete(task);
    input.bufferedBytes -= chunk.bytes;
    this.#account();
    const limit = input.memBufLimit;
    if (input.paused && limit !== undefined && input.bufferedBytes < limit && !this.#stopping) {
      input.paused = false;
      this.#log.add('info', `[input] resume ${input.name}`);
      this.#log.add(
        'info',
        `[input] ${input.name} resume (mem buf overlimit - buf size ${input.bufferedBytes}B now below limit ${limit}B)`,
      );
    }
  }

  #account(): void {
    let bytes = 0;
    for (const input of this.inputs) bytes += input.bufferedBytes;
    this.#sys.setMemory(bytes);
  }

  #newTaskId(): number {
    let id = 0;
    while (this.#taskIds.has(id)) id++;
    this.#taskIds.add(id);
    return id;
  }

  #chunkName(): Bytes {
    const { nowMs, pid } = this.#sys;
    const seconds = Math.floor(nowMs / 1000);
    let nanos = (nowMs % 1000) * 1_000_000 + this.#sys.random(1_000_000);
    let name: Bytes = '';
    do {
      name = `${pid}-${seconds}.${String(nanos++).padStart(4)}.flb`;
    } while (name === this.#lastChunkName);
    this.#lastChunkName = name;
    return name;
  }
}

/** A Match pattern: `*` stands for any text. */
export function matcher(pattern: Bytes | undefined, regex: RegExp | undefined) {
  if (regex) return (tag: Bytes) => regex.test(tag);
  if (pattern === undefined) return () => false;
  const source = pattern
    .split('*')
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('.*');
  const compiled = new RegExp(`^${source}$`, 's');
  return (tag: Bytes) => compiled.test(tag);
}
