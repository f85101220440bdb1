import { describe, expect, it } from 'vitest';
import { runWithApplets } from './test-applets';

describe('output that cannot be written', () => {
  it.each([
    ['seq 1 3', '255\n'],
    ['seq 1 9000', '255\n'],
    ['/bin/pwd', '255\n'],
    ['dirname /a/b', '255\n'],
    ['whoami', '255\n'],
    ['uname', 'uname: standard output: No space left on device\n1\n'],
  ])('%s', (command, expected) => {
    const script = `${command} > /dev/full; echo $?`;
    expect(runWithApplets('dirname pwd seq uname whoami', script)).toBe(expected);
  });
});
