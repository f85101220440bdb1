import type { Bytes } from '../../runtime/bytes';
import type { Call, Sys } from '../../runtime/syscalls';

export type LogLevel = 'error' | 'warn' | 'info' | 'debug' | 'trace';

const RANKS: Readonly<Record<string, number>> = {
  off: 0,
  error: 1,
  warn: 2,
  warning: 2,
  info: 3,
  debug: 4,
  trace: 5,
};

/** `2026/01/01 00:00:04`. */
export function logTime(unixMs: number): string {
  return new Date(unixMs).toISOString().slice(0, 19).replaceAll('-', '/').replace('T', ' ');
}

/** Fluent Bit's own log on stderr. Models src/flb_log.c (4.2, where the fraction is in ns, unpadded). */
export class FluentBitLog {
  readonly #sys: Sys;
  #limit = 3;
  #waiting: Bytes[] = [];

  constructor(sys: Sys) {
    this.#sys = sys;
  }

  /** False for a level that does not exist. */
  setLevel(level: Bytes): boolean {
    const rank = RANKS[level.toLowerCase()];
    if (rank !== undefined) this.#limit = rank;
    return rank !== undefined;
  }

  /** Notes a line; `flush` writes it. */
  add(level: LogLevel, text: Bytes): void {
    if ((RANKS[level] ?? 0) > this.#limit) return;
    const { nowMs } = this.#sys;
    const nanos = String((nowMs % 1000) * 1_000_000).padStart(3, '0');
    this.#waiting.push(`[${logTime(nowMs)}.${nanos}] [${level.padStart(5)}] ${text}\n`);
  }

  *flush(): Call<void> {
    const lines = this.#waiting;
    if (lines.length === 0) return;
    this.#waiting = [];
    yield* this.#sys.write(2, lines.join(''));
  }

  *write(level: LogLevel, text: Bytes): Call<void> {
    this.add(level, text);
    yield* this.flush();
  }
}
