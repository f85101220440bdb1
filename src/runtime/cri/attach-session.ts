import type { Suspend } from '../../kernel/task';
import type { Bytes } from '../bytes';
import type { ContainerLog, ExecSession, LogStreamName } from '../cri';

/**
 * A client that watches a container's output from now on. Its input goes nowhere: containers here read
 * /dev/null, as those whose spec does not say `stdin: true`.
 */
export class AttachSession implements ExecSession {
  readonly #log: ContainerLog;
  readonly #exitCode: () => number | undefined;
  #next: number;

  constructor(log: ContainerLog, exitCode: () => number | undefined) {
    this.#log = log;
    this.#exitCode = exitCode;
    this.#next = log.dropped + log.entries.length;
  }

  get changed(): Suspend {
    return this.#log.changed;
  }

  get exit(): { readonly code: number } | undefined {
    const code = this.#exitCode();
    return code === undefined ? undefined : { code };
  }

  take(): { stream: LogStreamName; bytes: Bytes } | undefined {
    const entry = this.#log.entries[Math.max(0, this.#next - this.#log.dropped)];
    if (!entry) return undefined;
    this.#next = Math.max(this.#next, this.#log.dropped) + 1;
    return { stream: entry.stream, bytes: entry.full ? `${entry.text}\n` : entry.text };
  }

  write(): void {}

  closeInput(): void {}

  resize(): void {}

  close(): void {}
}
