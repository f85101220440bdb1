import { expect, test } from 'vitest';
import { goSort } from './go-sort';

/** What Go 1.26's sort.Sort made of the keys: where each place's item had stood before. */
function places(keys: readonly number[]): number[] {
  const items = keys.map((key, index) => ({ key, index }));
  return goSort(items, (a, b) => a.key < b.key).map(({ index }) => index);
}

test('equal items come in the order that Go leaves them in', () => {
  expect(places([3, 2, 0, 1, 0, 2, 3, 1, 0, 1, 2, 3, 3, 0, 1, 1, 2, 0, 3, 2, 1])).toEqual([
    13, 2, 4, 17, 8, 20, 3, 15, 7, 9, 14, 5, 10, 16, 19, 1, 12, 11, 6, 0, 18,
  ]);
});

test('a partition that went wrong shuffles what comes next, as Go does', () => {
  const keys = [...Array<number>(30).fill(0), 1, 2, 0];
  const shuffled = [16, 17, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 1, 18, 0];
  const rest = [19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 32, 30, 31];
  expect(places(keys)).toEqual([...shuffled, ...rest]);
});
