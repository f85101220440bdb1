import type { Bytes } from '../../runtime/bytes';
import type { Call, Sys } from '../../runtime/syscalls';
import { quote } from './config';

export type FluentdLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal';

const RANKS: readonly FluentdLevel[] = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'];

/** Attributes behind a message: texts are quoted, numbers and times are not. */
export type Attributes = Readonly<Record<string, Bytes | number | { readonly plain: Bytes }>>;

/** `2026-01-01 00:00:04 +0000`. */
export function rubyTime(unixMs: number): Bytes {
  return `${new Date(unixMs).toISOString().slice(0, 19).replace('T', ' ')} +0000`;
}

/** fluentd's log on stdout. Models lib/fluent/log.rb. */
export class FluentdLog {
  readonly #sys: Sys;
  /** `#0 ` in the worker. */
  readonly #worker: Bytes;
  readonly #least: number;
  #waiting = '';
  /** Gets each line as an event: fluentd's own log can be collected like any other. */
  onEvent: ((level: FluentdLevel, attributes: Attributes, message: Bytes) => void) | undefined;

  constructor(sys: Sys, worker: Bytes, level: Bytes | undefined) {
    this.#sys = sys;
    this.#worker = worker;
    const rank = RANKS.indexOf((level ?? 'info') as FluentdLevel);
    this.#least = rank < 0 ? RANKS.indexOf('info') : rank;
  }

  /** Notes a line; `flush` writes it. `shared`: without the worker's number. */
  add(
    level: FluentdLevel,
    message: Bytes,
    attributes: Attributes = {},
    options: { readonly shared?: boolean; readonly id?: Bytes | undefined } = {},
  ): void {
    if (RANKS.indexOf(level) < this.#least) return;
    const parts = Object.entries(attributes).map(([key, value]) => {
      const text =
        typeof value === 'string'
          ? quote(value)
          : typeof value === 'number'
            ? String(value)
            : value.plain;
      return ` ${key}=${text}`;
    });
    const id = options.id === undefined ? '' : `[${options.id}] `;
    const text = `${id}${message}${parts.join('')}`;
    const worker = options.shared ? '' : this.#worker;
    this.#waiting += `${rubyTime(this.#sys.nowMs)} [${level}]: ${worker}${text}\n`;
    this.onEvent?.(level, attributes, text);
  }

  /** A line under the one before: where a stack trace would stand. */
  addTrace(level: FluentdLevel, text: Bytes): void {
    this.#waiting += `  ${rubyTime(this.#sys.nowMs)} [${level}]: ${this.#worker}${text}\n`;
  }

  /** What is printed as it is: events of stdout outputs. */
  addText(text: Bytes): void {
    this.#waiting += text;
  }

  *flush(): Call<void> {
    const text = this.#waiting;
    this.#waiting = '';
    if (text !== '') yield* this.#sys.write(1, text);
  }
}
