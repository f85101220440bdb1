import type { Suspend } from '../../kernel/task';
import type { Bytes } from '../bytes';
import type { ExecSession, LogStreamName } from '../cri';
import type { InstanceLog } from './container-log';
import type { ContainerStreams } from './container-streams';

/** A client at a container's own streams: it sees what is written from now on, and may give input. */
export class AttachSession implements ExecSession {
  readonly #log: InstanceLog;
  readonly #exitCode: () => number | undefined;
  /** Where input goes; undefined: nowhere. */
  readonly #streams: ContainerStreams | undefined;
  readonly #stop: () => void;
  readonly #waiting: { stream: LogStreamName; bytes: Bytes }[] = [];

  constructor(
    log: InstanceLog,
    streams: ContainerStreams | undefined,
    exitCode: () => number | undefined,
  ) {
    this.#log = log;
    this.#streams = streams;
    this.#exitCode = exitCode;
    this.#stop = log.listen((stream, bytes) => this.#waiting.push({ stream, bytes }));
  }

  get changed(): Suspend {
    return this.#log.changed;
  }

  get exit(): { readonly code: number } | undefined {
    const code = this.#exitCode();
    return code === undefined ? undefined : { code };
  }

  take(): { stream: LogStreamName; bytes: Bytes } | undefined {
    this.#streams?.send();
    return this.#waiting.shift();
  }

  write(bytes: Bytes): void {
    this.#streams?.write(bytes);
  }

  closeInput(): void {
    this.#streams?.closeInput();
  }

  resize(columns: number, rows: number): void {
    this.#streams?.resize(columns, rows);
  }

  close(): void {
    this.#stop();
    this.#streams?.closeInput();
  }
}
