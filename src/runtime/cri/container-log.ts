import type { Kernel } from '../../kernel/kernel';
import { type Suspend, WaitQueue } from '../../kernel/task';
import { type Bytes, fromBytes } from '../bytes';
import type { ContainerLog, LogEntry, LogStreamName } from '../cri';
import { fail } from '../errno';
import { type OpenFile, unnamedStat } from '../open-file';
import type { Stat } from '../syscalls';

/** containerd stores longer lines in pieces (tag P). Bytes. */
export const LOG_LINE_BYTES = 16_384;
/** The kubelet rotates a log at this size; older lines are gone then. Bytes. */
export const LOG_BYTES = 10 * 1024 * 1024;
/** Lines a container may log at once, and then per ms: beyond, the log's pipe is full and writers wait. */
export const LOG_BURST_LINES = 20_000;
export const LOG_LINES_PER_MS = 20;
/** Lines a container may show in the trace at once, and then per ms. */
export const TRACED_BURST_LINES = 5_000;
export const TRACED_LINES_PER_MS = 1;

/** How long a writer waits before the log takes more from it, ms. */
const DRAIN_MS = 50;
/** What both streams have as their device. */
const DEVICE = 12;

/** The log of one container instance: two streams, cut into lines with the time each was complete. */
export class InstanceLog implements ContainerLog {
  closed = false;
  dropped = 0;
  readonly #kernel: Kernel;
  readonly #trace: { readonly pod: string; readonly container: string; readonly attempt: number };
  readonly #changes = new WaitQueue();
  readonly #listeners = new Set<(stream: LogStreamName, bytes: Bytes) => void>();
  #entries: LogEntry[] = [];
  #bytes = 0;
  readonly #partial: Record<LogStreamName, Bytes> = { stdout: '', stderr: '' };
  readonly #intake: Allowance;
  readonly #traced: Allowance;
  #limitSeen = false;

  constructor(kernel: Kernel, trace: { pod: string; container: string; attempt: number }) {
    this.#kernel = kernel;
    this.#trace = trace;
    this.#intake = new Allowance(kernel, LOG_BURST_LINES, LOG_LINES_PER_MS);
    this.#traced = new Allowance(kernel, TRACED_BURST_LINES, TRACED_LINES_PER_MS);
  }

  get entries(): readonly LogEntry[] {
    return this.#entries;
  }

  /** What lies in it now, bytes. */
  get sizeBytes(): number {
    return this.#bytes;
  }

  get changed(): Suspend {
    return this.#changes.wait;
  }

  /** The file that a process writes to as its stdout or stderr. */
  sink(stream: LogStreamName): OpenFile {
    return new LogSink(this, stream, this.#kernel);
  }

  get accepts(): boolean {
    return this.#intake.left > 0;
  }

  /** Hears of everything that is written, as it is written. Returns how to stop it. */
  listen(listener: (stream: LogStreamName, bytes: Bytes) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  append(stream: LogStreamName, bytes: Bytes): void {
    if (this.#listeners.size > 0) {
      for (const listener of this.#listeners) listener(stream, bytes);
    }
    let text = this.#partial[stream] + bytes;
    let newline = text.indexOf('\n');
    while (newline >= 0) {
      this.#line(stream, text.slice(0, newline));
      text = text.slice(newline + 1);
      newline = text.indexOf('\n');
    }
    while (text.length >= LOG_LINE_BYTES) {
      this.#store(stream, text.slice(0, LOG_LINE_BYTES), false);
      text = text.slice(LOG_LINE_BYTES);
    }
    this.#partial[stream] = text;
    this.#changes.wakeAll();
  }

  /** The instance has ended: what stands without a newline is stored as it is. */
  close(): void {
    for (const stream of ['stdout', 'stderr'] as const) {
      const rest = this.#partial[stream];
      if (rest !== '') this.#store(stream, rest, false);
      this.#partial[stream] = '';
    }
    this.closed = true;
    this.#changes.wakeAll();
  }

  #line(stream: LogStreamName, whole: Bytes): void {
    let line = whole.endsWith('\r') ? whole.slice(0, -1) : whole;
    while (line.length > LOG_LINE_BYTES) {
      this.#store(stream, line.slice(0, LOG_LINE_BYTES), false);
      line = line.slice(LOG_LINE_BYTES);
    }
    this.#store(stream, line, true);
  }

  #store(stream: LogStreamName, text: Bytes, full: boolean): void {
    this.#intake.take();
    this.#entries.push({ unixMs: this.#kernel.unixMs(), stream, text, full });
    this.#bytes += text.length + 1;
    if (this.#bytes > LOG_BYTES) this.#rotate();
    if (this.#traced.left > 0) {
      this.#traced.take();
      const { trace } = this.#kernel;
      const { pod, container, attempt } = this.#trace;
      const { now: t } = trace;
      trace.add({ t, type: 'log', pod, container, attempt, stream, text: fromBytes(text) });
    } else {
      this.#reportLimit('traced log lines', TRACED_BURST_LINES);
    }
  }

  #rotate(): void {
    this.#reportLimit('log bytes per container', LOG_BYTES);
    let freed = 0;
    let keepFrom = 0;
    while (freed < LOG_BYTES / 2)
      freed += (this.#entries[keepFrom++]?.text.length ?? LOG_BYTES) + 1;
    this.#entries = this.#entries.slice(keepFrom);
    this.dropped += keepFrom;
    this.#bytes -= freed;
  }

  #reportLimit(bound: string, number: number): void {
    if (this.#limitSeen) return;
    this.#limitSeen = true;
    this.#kernel.trace.emit('limit', {
      pod: this.#trace.pod,
      container: this.#trace.container,
      bound,
      number,
    });
  }
}

class LogSink implements OpenFile {
  readonly #log: InstanceLog;
  readonly #stream: LogStreamName;
  readonly #kernel: Kernel;

  constructor(log: InstanceLog, stream: LogStreamName, kernel: Kernel) {
    this.#log = log;
    this.#stream = stream;
    this.#kernel = kernel;
  }

  readonly readable = false;

  get writable(): boolean {
    return this.#log.accepts;
  }

  readonly changed: Suspend = (wake) => {
    const timer = this.#kernel.clock.after(DRAIN_MS, wake);
    return () => this.#kernel.clock.cancel(timer);
  };

  tryRead(): Bytes | undefined {
    fail('EBADF');
  }

  tryWrite(bytes: Bytes): number {
    if (!this.#log.accepts) return 0;
    this.#log.append(this.#stream, bytes);
    return bytes.length;
  }

  stat(): Stat {
    return unnamedStat('fifo', this.#stream === 'stdout' ? 1 : 2, DEVICE);
  }

  release(): void {}
}

/** A number of things allowed at once that grows back with time. */
class Allowance {
  readonly #kernel: Kernel;
  readonly #burst: number;
  readonly #perMs: number;
  #left: number;
  #countedAt: number;

  constructor(kernel: Kernel, burst: number, perMs: number) {
    this.#kernel = kernel;
    this.#burst = burst;
    this.#perMs = perMs;
    this.#left = burst;
    this.#countedAt = kernel.clock.now;
  }

  get left(): number {
    const now = this.#kernel.clock.now;
    this.#left = Math.min(this.#burst, this.#left + (now - this.#countedAt) * this.#perMs);
    this.#countedAt = now;
    return this.#left;
  }

  take(): void {
    this.#left--;
  }
}
