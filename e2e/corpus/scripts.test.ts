import { describe, expect, it } from 'vitest';
import { parseScript } from './commands-of-script';
import { needsOf } from './needs';
import { runInPod } from './run-script';
import { scriptUnits } from './script-units';

function needs(script: string) {
  const parsed = parseScript(script, 'ash');
  if (typeof parsed === 'string') throw new Error(parsed);
  return needsOf(parsed, 'ash');
}

describe('scripts of a file without separators', () => {
  it('take in the lines behind them that they need, and say which are only pieces', () => {
    const units = scriptUnits('echo a\nif true\nthen echo b\nfi\na=(1 2)\ndone\necho "c\nd"\n');
    expect(units.map(({ line, lines, dialect }) => [line, lines, dialect])).toEqual([
      [1, 1, 'ash'],
      [2, 3, 'ash'],
      [5, 1, 'bash'],
      [6, 1, undefined],
      [7, 2, 'ash'],
    ]);
  });
});

describe('what a script needs', () => {
  it('is told by its commands, within substitutions and behind others that run them', () => {
    expect(
      needs('f() { date; }; f; echo $(jq .a) | xargs -n 1 curl; sh -c "git pull"').others,
    ).toEqual(['jq', 'curl', 'git']);
    expect(needs('timeout 5 /usr/bin/env A=b wget -qO- http://x.example.com/y').hosts).toEqual([
      'x.example.com',
    ]);
    expect(needs('wget http://web; nslookup kubernetes.default.svc.cluster.local').hosts).toEqual(
      [],
    );
    expect(needs('cat a').waits).toBe(false);
    expect(needs('tail -n1 -F a').waits).toBe(true);
  });
});

describe('a run', () => {
  it('is of the text as it stands, in a container', () => {
    const run = runInPod('echo "$(echo $$)" $HOSTNAME; cat /nosuch', 'ash', 1);
    expect(run).toEqual({
      exitCode: 1,
      stdout: '1 corpus',
      stderr: "cat: can't open '/nosuch': No such file or directory",
      failure: undefined,
    });
  });
});
