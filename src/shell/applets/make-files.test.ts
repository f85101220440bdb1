import { describe, expect, it } from 'vitest';
import { runWithApplets } from './test-applets';

describe('mknod', () => {
  it.each([
    ['mknod p p; stat -c "%F %a" p', 'fifo 644\n'],
    ['mknod n c 1 3; echo x > n && cat n; stat -c "%F %t %T" n', 'character special file 1 3\n'],
    ['mknod -m 600 z c 1 5; stat -c %a z; head -c 3 z | wc -c', '600\n3\n'],
    ['mknod n c 200 1; cat n', "cat: can't open 'n': No such device or address\n"],
    ['mknod p p; mknod p c 1 3', 'mknod: p: File exists\n'],
  ])('%s', (script, expected) =>
    expect(runWithApplets('cat head mknod stat wc', script)).toBe(expected),
  );
});
