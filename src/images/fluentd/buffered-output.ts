import type { Bytes } from '../../runtime/bytes';
import type { Call } from '../../runtime/syscalls';
import { packEntry } from '../records/forward-message';
import type { LogEvent } from '../records/record';
import { child, duration, type Element, isTrue } from './config';
import { rubyTime } from './log';
import type { Output, PluginContext } from './plugin';

/** Events of one tag that are written together. */
export interface BufferChunk {
  readonly id: Bytes;
  readonly tag: Bytes;
  readonly events: LogEvent[];
  readonly sinceMs: number;
}

/** Why a write failed: Ruby's class and text. `final`: trying again is no use. */
export interface WriteFailure {
  readonly kind: Bytes;
  readonly text: Bytes;
  readonly final?: boolean;
}

export type Write = (chunk: BufferChunk) => Call<WriteFailure | undefined>;

interface RetryState {
  steps: number;
  readonly startedMs: number;
  nextMs: number;
}

/** Defaults of `<buffer>`, ms. */
const FLUSH_INTERVAL_MS = 60_000;
const RETRY_TIMEOUT_MS = 72 * 3_600_000;
const RETRY_WAIT_MS = 1000;
/** How often a flush thread looks for work, ms. */
const THREAD_INTERVAL_MS = 1000;

/**
 * An output with a buffer in memory: chunks by tag, flushed at intervals, and tried again with exponential
 * back-off. Models lib/fluent/plugin/output.rb and plugin_helper/retry_state.rb.
 */
export class BufferedOutput implements Output {
  readonly element: Element;
  readonly #context: PluginContext;
  readonly #write: Write;
  readonly #intervalMs: number;
  readonly #settings: ReadonlyMap<Bytes, Bytes>;
  readonly #staged = new Map<Bytes, BufferChunk>();
  readonly #queued: BufferChunk[] = [];
  #retry: RetryState | undefined;
  #traced = false;

  constructor(context: PluginContext, write: Write) {
    this.#context = context;
    this.element = context.element;
    this.#write = write;
    this.#settings = child(context.element, 'buffer')?.parameters ?? new Map();
    const outer = context.element.parameters.get('flush_interval');
    const mode = this.#settings.get('flush_mode');
    this.#intervalMs =
      mode === 'immediate'
        ? 0
        : duration(this.#settings.get('flush_interval') ?? outer, FLUSH_INTERVAL_MS);
  }

  take(tag: Bytes, events: readonly LogEvent[]): void {
    let chunk = this.#staged.get(tag);
    if (!chunk) {
      chunk = { id: this.#chunkId(), tag, events: [], sinceMs: this.#context.sys.nowMs };
      this.#staged.set(tag, chunk);
    }
    chunk.events.push(...events);
    for (const event of events) this.#context.account(packEntry(event).length);
    if (this.#intervalMs === 0) this.#enqueue(() => true);
  }

  start(): void {
    this.#context.strands.start(this.#flushThread());
  }

  *stop(): Call<void> {
    if (!isTrue(this.#settings.get('flush_at_shutdown'), true)) return;
    this.#enqueue(() => true);
    for (const chunk of [...this.#queued]) yield* this.#tryFlush(chunk);
    yield* this.#context.log.flush();
  }

  *#flushThread(): Call<void> {
    const { sys, log } = this.#context;
    for (;;) {
      yield* sys.sleep(Math.min(THREAD_INTERVAL_MS, Math.max(100, this.#intervalMs)));
      const { nowMs } = sys;
      this.#enqueue((chunk) => nowMs - chunk.sinceMs >= this.#intervalMs);
      while (this.#queued[0] && (!this.#retry || sys.nowMs >= this.#retry.nextMs)) {
        yield* this.#tryFlush(this.#queued[0]);
      }
      yield* log.flush();
    }
  }

  #enqueue(isDue: (chunk: BufferChunk) => boolean): void {
    for (const [tag, chunk] of this.#staged) {
      if (!isDue(chunk)) continue;
      this.#staged.delete(tag);
      this.#queued.push(chunk);
    }
  }

  *#tryFlush(chunk: BufferChunk): Call<void> {
    const failure = yield* this.#write(chunk);
    if (!failure) {
      this.#remove(chunk);
      if (this.#retry) {
        this.#retry = undefined;
        this.#context.say('warn', 'retry succeeded.', { chunk_id: chunk.id });
      }
      return;
    }
    const error = { error_class: { plain: failure.kind }, error: failure.text };
    if (failure.final) {
      this.#context.say('warn', 'got unrecoverable error in primary and no secondary', error);
      this.#remove(chunk);
      return;
    }
    this.#scheduleRetry();
    const retry = this.#retry;
    if (!retry) return;
    if (this.#isAtLimit(retry)) {
      const records = this.#queued.reduce((sum, { events }) => sum + events.length, 0);
      this.#context.say(
        'error',
        'Hit limit for retries. dropping all chunks in the buffer queue.',
        { retry_times: retry.steps, records, ...error },
      );
      for (const queued of [...this.#queued]) this.#remove(queued);
      this.#retry = undefined;
      return;
    }
    this.#context.say('warn', 'failed to flush the buffer.', {
      retry_times: retry.steps,
      next_retry_time: { plain: rubyTime(Math.round(retry.nextMs / 1000) * 1000) },
      chunk: chunk.id,
      ...error,
    });
    if (this.#traced) this.#context.log.addTrace('warn', 'suppressed same stacktrace');
    this.#traced = true;
  }

  #scheduleRetry(): void {
    const { nowMs } = this.#context.sys;
    const retry = this.#retry;
    if (!retry) {
      this.#retry = { steps: 0, startedMs: nowMs, nextMs: nowMs + this.#waitMs(0) };
      return;
    }
    if (nowMs >= retry.nextMs) retry.steps++;
    retry.nextMs = nowMs + this.#waitMs(retry.steps);
  }

  /** retry_wait × base^steps, at most retry_max_interval, give or take an eighth. */
  #waitMs(steps: number): number {
    const first = duration(this.#settings.get('retry_wait'), RETRY_WAIT_MS);
    const base = Number(this.#settings.get('retry_exponential_backoff_base') ?? 2);
    const most = duration(this.#settings.get('retry_max_interval'), Number.POSITIVE_INFINITY);
    const periodic = this.#settings.get('retry_type') === 'periodic';
    const wait = Math.min(most, periodic ? first : first * base ** Math.min(steps, 40));
    if (!isTrue(this.#settings.get('retry_randomize'), true)) return wait;
    return wait * (0.875 + this.#context.sys.random(251) / 1000);
  }

  #isAtLimit(retry: RetryState): boolean {
    if (isTrue(this.#settings.get('retry_forever'))) return false;
    const times = this.#settings.get('retry_max_times');
    if (times !== undefined && retry.steps >= Number(times)) return true;
    const timeout = duration(this.#settings.get('retry_timeout'), RETRY_TIMEOUT_MS);
    return retry.nextMs >= retry.startedMs + timeout;
  }

  #remove(chunk: BufferChunk): void {
    const at = this.#queued.indexOf(chunk);
    if (at >= 0) this.#queued.splice(at, 1);
    for (const event of chunk.events) this.#context.account(-packEntry(event).length);
  }

  /** 16 bytes in hex; the first half is the time. */
  #chunkId(): Bytes {
    const { sys } = this.#context;
    const micros = BigInt(sys.nowMs) * 1000n;
    let id = ((micros << 12n) | BigInt(sys.random(4096))).toString(16).padStart(16, '0');
    for (let i = 0; i < 4; i++) id += sys.random(65_536).toString(16).padStart(4, '0');
    return id;
  }
}
