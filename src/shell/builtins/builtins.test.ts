import { describe, expect, it } from 'vitest';
import { runScript } from '../test-script';
import { formatEcho } from './echo';
import { parseMode } from './file-mode';
import { formatPrintf } from './printf';

describe('formatEcho', () => {
  it.each([
    [['-n', 'a', 'b'], 'a b'],
    [['-e', 'a\\tb\\cx'], 'a\tb'],
    [['-x', 'a'], '-x a\n'],
    [['-ne', '\\0101\\x42\\z'], 'AB\\z'],
    [[], '\n'],
  ])('%j', (args, expected) => {
    expect(formatEcho(args)).toBe(expected);
  });
});

describe('formatPrintf', () => {
  it.each([
    [['%5s|%-5s|%.1s\n', 'ab', 'cd', 'ef'], '   ab|cd   |e\n'],
    [['%d %05d %+d %x\n', '-7', '42', '5', '-1'], '-7 00042 +5 ffffffffffffffff\n'],
    [['%s-', 'a', 'b'], 'a-b-'],
    [['%e %g %.2f', '12345.678', '0.0001', '2.005'], '1.234568e+04 0.0001 2.00'],
    [['%*d|%-*d|', '4', '1', '4', '2'], '   1|2   |'],
    [['%b', 'a\\0101\\cb'], 'aA'],
    [['\\101%%'], 'A%'],
  ])('%j', (args, expected) => {
    expect(formatPrintf(args)).toMatchObject({ output: expected, status: 0 });
  });

  it('complains and goes on', () => {
    expect(formatPrintf(['%d,%d', '1x', '2'])).toEqual({
      output: '0,2',
      complaints: ["invalid number '1x'"],
      status: 1,
    });
    expect(formatPrintf(['a%q', 'x'])).toMatchObject({ output: 'a', status: 1 });
  });
});

describe('parseMode', () => {
  it.each([
    ['755', 0o755],
    ['u=rwx,g+w', 0o764],
    ['a-x', 0o644],
    ['o=u', 0o646],
    ['+x', 0o755],
  ])('%s', (text, expected) => {
    expect(parseMode(text, 0o644, 0o022)).toBe(expected);
  });

  it('refuses what is none', () => {
    expect(parseMode('z+r', 0, 0)).toBeUndefined();
    expect(parseMode('9', 0, 0)).toBeUndefined();
  });
});

describe('read', () => {
  it.each([
    ['IFS=: read a b c <<\'E\'\nx::y:z\nE\necho "[$a][$b][$c]"', '[x][][y:z]\n'],
    ['read a b <<\'E\'\n  x   y z  \nE\necho "[$a][$b]"', '[x][y z]\n'],
    ['read -r a <<\'E\'\nx\\ny\nE\necho "[$a]"', '[x\\ny]\n'],
    ["{ read a; read b; } <<'E'\n1\n2\nE\necho $b$a", '21\n'],
    ['printf abc | { read -n 2 a; read b; echo $a $b; }', 'ab c\n'],
    ['read -t 0.5 a < /dev/null; echo $?', '1\n'],
  ])('%s', (script, expected) => {
    expect(runScript(script).stdout).toBe(expected);
  });

  it('leaves the rest of a file to whoever reads next', () => {
    const files = { '/w/f': `${'x'.repeat(300)}\nsecond\nthird\n` };
    expect(runScript('{ read a; cat; } < f', { files }).stdout).toBe('second\nthird\n');
  });

  it('waits no longer than it is told to', () => {
    const { stdout, ms } = runScript('sleep 9 | { read -t 1.5 x; echo $?; kill -9 -1; }', {
      maxMs: 20_000,
    });
    expect(stdout).toBe('1\n');
    expect(ms).toBeLessThan(2000);
  });
});

describe('read -n', () => {
  it.each([
    ['printf \'  a b\\n\' | { read -n 2 x; echo "[$x]"; }', '[]\n'],
    ['printf \'  a b\\n\' | { read -n 3 x; echo "[$x]"; }', '[a]\n'],
    ['printf \'a\\\\bc\\n\' | { read -n 2 x; echo "[$x]"; }', '[a]\n'],
  ])('%s counts every byte that is read', (script, expected) => {
    expect(runScript(script).stdout).toBe(expected);
  });
});
