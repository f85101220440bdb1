import { describe, expect, it } from 'vitest';
import { runWithApplets } from './test-applets';

describe('nice', () => {
  it.each([
    ['nice nice; nice', '10\n0\n'],
    ["nice -n 5 sh -c 'nice; nice -n 3 nice; nice -2 nice'", '5\n8\n7\n'],
    ['nice -n 99 nice', '19\n'],
    ["nice -n 7 sh -c '(nice; ps -o nice | tail -n 1)'", '7\n    7\n'],
    ['nice -n -1 nice', 'nice: setpriority(-1): Permission denied\n'],
  ])('%s', (script, expected) =>
    expect(runWithApplets('nice ps tail', script)).toBe(expected),
  );
});
