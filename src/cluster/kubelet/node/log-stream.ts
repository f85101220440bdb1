import type { ByteStream } from '../../../api/client';
import type { ContainerLog, LogEntry } from '../../../runtime/cri';
import type { LogRequest } from '../../apiserver/kubelet-endpoint';

/**
 * A container's log as the kubelet serves it: stored entries joined to lines, from where the request wants
 * them, and what comes in later if it follows. Models pkg/kubelet/kuberuntime/logs/logs.go ReadLogs.
 */
export class LogStream implements ByteStream {
  readonly #log: ContainerLog;
  readonly #request: LogRequest;
  /** Number of the next entry, counted from the log's beginning. */
  #next: number;
  #bytesLeft: number;
  #stopped = false;
  /** Whether the last entry ended a line, so that the next one gets a time of its own. */
  #atLineStart = true;

  constructor(log: ContainerLog, request: LogRequest) {
    this.#log = log;
    this.#request = request;
    this.#next = log.dropped + firstEntry(log.entries, request);
    this.#bytesLeft = request.limitBytes ?? Number.POSITIVE_INFINITY;
  }

  get changed() {
    return this.#log.changed;
  }

  get closed(): boolean {
    if (this.#ended) return true;
    const caughtUp = this.#next >= this.#log.dropped + this.#log.entries.length;
    return caughtUp && (!this.#request.follow || this.#log.closed);
  }

  take(): string | undefined {
    const { dropped, entries } = this.#log;
    let bytes = '';
    for (let i = Math.max(0, this.#next - dropped); i < entries.length; i++) {
      bytes += this.#render(entries[i] as LogEntry);
    }
    this.#next = dropped + entries.length;
    if (bytes === '' || this.#ended) return undefined;
    const taken = bytes.length > this.#bytesLeft ? bytes.slice(0, this.#bytesLeft) : bytes;
    this.#bytesLeft -= taken.length;
    return taken;
  }

  close(): void {
    this.#stopped = true;
  }

  get #ended(): boolean {
    return this.#stopped || this.#bytesLeft <= 0;
  }

  #render({ unixMs, text, full }: LogEntry): string {
    const time = this.#request.timestamps && this.#atLineStart ? `${logTime(unixMs)} ` : '';
    this.#atLineStart = full;
    return time + text + (full ? '\n' : '');
  }
}

function firstEntry(entries: readonly LogEntry[], request: LogRequest): number {
  const { sinceMs, tailLines } = request;
  const since = sinceMs === undefined ? 0 : entries.findIndex((entry) => entry.unixMs >= sinceMs);
  const from = since < 0 ? entries.length : since;
  if (tailLines === undefined) return from;
  let lines = 0;
  let at = entries.length;
  // An unfinished line at the end counts as one.
  while (at > from && lines <= tailLines) {
    const entry = entries[at - 1];
    if (entry?.full || at === entries.length) lines++;
    if (lines > tailLines) break;
    at--;
  }
  return at;
}

/** RFC 3339 with nanoseconds, as containerd stamps its log lines. */
function logTime(unixMs: number): string {
  return new Date(unixMs).toISOString().replace('Z', '000000Z');
}
