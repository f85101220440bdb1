import { describe, expect, it } from 'vitest';
import { runWithApplets } from './test-applets';

describe('nice', () => {
  it.each([
    ['nice nice; nice', '10\n0\n'],
    ["nice -n 5 sh -c 'nice; nice -n 3 nice; nice -2 nice'", '5\n8\n7\n'],
    ['nice -n 99 nice', '19\n'],
    ["nice -n 7 sh -c '(nice; ps -o nice | tail -n 1)'", '7\n    7\n'],
    ['nice -n -1 nice', 'nice: setpriority(-1): Permission denied\n'],
  ])('%s', (script, expected) => expect(runWithApplets('nice ps tail', script)).toBe(expected));
});

describe('flock', () => {
  it.each([
    ['(flock 9; flock -n l echo no; echo $?) 9>l; flock -n l echo yes', '1\nyes\n'],
    ['(flock -s 9; flock -n -s l echo both; flock -n l echo no) 9>l', 'both\n'],
    ['(flock 9; flock -n 8 && echo shared) 9>l 8>&9', 'shared\n'],
    ['(flock 9; flock -u 9; flock -n l echo free) 9>l', 'free\n'],
    [
      'flock l sleep 3 & sleep 1; date +%s >a; flock l date +%s >b; expr $(cat b) - $(cat a)',
      '2\n',
    ],
    ['flock -n . echo folder; flock -n 7', 'folder\nflock: Bad file descriptor\n'],
  ])('%s', (script, expected) =>
    expect(runWithApplets('cat date expr flock sleep echo', script)).toBe(expected),
  );
});
