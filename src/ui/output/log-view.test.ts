import { describe, expect, it } from 'vitest';
import { TraceIndex } from '../store/trace-index';
import { storyRecords } from '../testdata/fixture-story';
import { type LogQuery, LogView } from './log-view';

const query = (change: Partial<LogQuery> = {}): LogQuery => ({
  pod: 'default/webserver',
  container: undefined,
  previous: false,
  filter: '',
  currentAttempt: () => 2,
  ...change,
});

function indexUntil(t: number): TraceIndex {
  const index = new TraceIndex();
  index.append(storyRecords(t));
  return index;
}

describe('LogView', () => {
  it('merges containers in order of time, or shows one', () => {
    const index = indexUntil(16_000);
    const view = new LogView();
    const all = view.rows(index, query());
    expect(new Set(all.map((row) => row.container))).toEqual(new Set(['nginx', 'log-collector']));
    expect(all.map((row) => row.t)).toEqual(all.map((row) => row.t).sort((a, b) => a - b));
    const one = view.rows(index, query({ container: 'nginx' }));
    expect(one.every((row) => row.container === 'nginx')).toBe(true);
  });

  it('shows the instance before the current one', () => {
    const rows = new LogView().rows(
      indexUntil(16_000),
      query({ container: 'log-collector', previous: true }),
    );
    expect(rows).toHaveLength(2);
    expect(rows.every((row) => row.attempt === 1)).toBe(true);
  });

  it('filters without regard to case', () => {
    const rows = new LogView().rows(indexUntil(16_000), query({ filter: 'no files' }));
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.every((row) => row.text === 'tail: no files')).toBe(true);
  });

  it('takes up new lines, and starts over after records were taken back', () => {
    const index = indexUntil(3000);
    const view = new LogView();
    const before = view.rows(index, query()).length;
    index.append(storyRecords(16_000).slice(index.records.length));
    expect(view.rows(index, query()).length).toBeGreaterThan(before);
    index.truncate(0);
    expect(view.rows(index, query())).toEqual([]);
  });
});
