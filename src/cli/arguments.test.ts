import { describe, expect, it } from 'vitest';
import { parseCommandLine } from './arguments';
import { UsageError } from './usage';

describe('parseCommandLine', () => {
  it('reads run', () => {
    expect(parseCommandLine(['run', 'a.yaml', '-o', 'trace', 'b.yaml', '--for', '1h30m'])).toEqual({
      name: 'run',
      files: ['a.yaml', 'b.yaml'],
      forMs: 5_400_000,
      seed: 1,
      output: 'trace',
    });
    expect(parseCommandLine(['run', '-', '--seed=-7', '--for=1.5s'])).toMatchObject({
      files: ['-'],
      seed: -7,
      forMs: 1500,
      output: 'timeline',
    });
  });

  it('reads where the script of sh comes from', () => {
    const script = (...argv: string[]) => {
      const command = parseCommandLine(['sh', ...argv]);
      return command.name === 'sh' ? command.script : undefined;
    };
    expect(script('-c', 'echo -n')).toEqual({ kind: 'text', text: 'echo -n' });
    expect(script('try.sh')).toEqual({ kind: 'file', path: 'try.sh' });
    expect(script('-')).toEqual({ kind: 'stdin' });
    expect(script()).toEqual({ kind: 'stdin' });
  });

  it('reads the other options of sh', () => {
    const line = 'sh -f a.yaml -f b.yaml --load dump.json --no-control-plane -i -c true';
    expect(parseCommandLine(line.split(' '))).toMatchObject({
      apply: ['a.yaml', 'b.yaml'],
      load: 'dump.json',
      controlPlane: false,
      waitForInput: true,
      timeoutMs: 600_000,
    });
  });

  it('reads check and grade', () => {
    expect(parseCommandLine(['check'])).toEqual({ name: 'check', lessons: [] });
    expect(parseCommandLine(['grade', '01-init-order', 'pod.yaml', '-o', 'json'])).toEqual({
      name: 'grade',
      lesson: '01-init-order',
      files: ['pod.yaml'],
      output: 'json',
    });
  });

  it('knows where help is asked for', () => {
    expect(parseCommandLine(['--help'])).toEqual({ name: 'help', topic: undefined });
    expect(parseCommandLine(['help', 'sh'])).toEqual({ name: 'help', topic: 'sh' });
    expect(parseCommandLine(['run', '-h'])).toEqual({ name: 'help', topic: 'run' });
  });

  it.each([
    ['', 'a command is missing'],
    ['serve', 'unknown command "serve"'],
    ['toString', 'unknown command "toString"'],
    ['run', 'run: which file?'],
    ['run a.yaml --for soon', '--for soon: a duration is needed'],
    ['run a.yaml --for 2', '--for 2: a duration is needed'],
    ['run a.yaml --seed 1.5', '--seed 1.5: a whole number'],
    ['run a.yaml -o yaml', '-o yaml: one of timeline, events, trace, json'],
    ['run a.yaml --loud', "Unknown option '--loud'"],
    ['sh one.sh two.sh', '"two.sh" is left over'],
    ['sh -c true two.sh', '"two.sh" is left over'],
    ['grade', 'grade: which lesson?'],
    ['grade 01-init-order', 'grade: which file is the answer?'],
  ])('refuses "%s"', (line, message) => {
    const argv = line === '' ? [] : line.split(' ');
    expect(() => parseCommandLine(argv)).toThrow(UsageError);
    expect(() => parseCommandLine(argv)).toThrow(message);
  });
});
