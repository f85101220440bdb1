import type { LogRow, TraceIndex } from '../store/trace-index';

export interface LogQuery {
  /** `namespace/name`, or undefined for all pods. */
  readonly pod: string | undefined;
  readonly container: string | undefined;
  /** The instance before the current one, as `kubectl logs --previous`. */
  readonly previous: boolean;
  /** Lower case; lines must contain it. */
  readonly filter: string;
  /** For `previous`: which instance is the current one, by container. */
  readonly currentAttempt: (container: string) => number;
}

/**
 * The log lines that a query lets through, kept up to date as lines come: only new ones are looked at. It
 * starts over when the query changes or records were taken back.
 */
export class LogView {
  #query: LogQuery | undefined;
  #signature = '';
  #generation = -1;
  #seen = 0;
  #rows: LogRow[] = [];

  /** All lines known for the query, those ahead of the playhead included, ordered by time. */
  rows(index: TraceIndex, query: LogQuery): readonly LogRow[] {
    const signature = JSON.stringify([
      query.pod,
      query.container,
      query.previous,
      query.filter,
      query.previous && query.container ? query.currentAttempt(query.container) : 0,
    ]);
    if (signature !== this.#signature || index.generation !== this.#generation) {
      this.#signature = signature;
      this.#generation = index.generation;
      this.#query = query;
      this.#seen = 0;
      this.#rows = [];
    }
    const { logs } = index;
    for (; this.#seen < logs.length; this.#seen++) {
      const row = logs[this.#seen];
      if (row && this.#query && matches(row, this.#query)) this.#rows.push(row);
    }
    return this.#rows;
  }
}

function matches(row: LogRow, query: LogQuery): boolean {
  if (query.pod !== undefined && row.pod !== query.pod) return false;
  if (query.container !== undefined && row.container !== query.container) return false;
  if (query.previous && row.attempt !== query.currentAttempt(row.container) - 1) return false;
  return query.filter === '' || row.text.toLowerCase().includes(query.filter);
}
