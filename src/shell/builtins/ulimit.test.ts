import { describe, expect, it } from 'vitest';
import { runWithApplets } from '../applets/test-applets';

describe('ulimit', () => {
  it.each([
    ['(ulimit -f 1; dd if=/dev/zero of=b bs=400 count=9 2>f; echo $?); wc -c b', '153\n512 b\n'],
    [
      "ulimit -f 2; sh -c 'ulimit -f; ulimit -f 3; ulimit -f 1; ulimit -f'; ulimit -f",
      '2\nsh: error setting limit: Operation not permitted\n1\n2\n',
    ],
    ['ulimit -S -n 20; sh -c "ulimit -n; ulimit -H -n"', '20\n1048576\n'],
  ])('%s', (script, expected) => expect(runWithApplets('dd wc', script)).toBe(expected));
});
