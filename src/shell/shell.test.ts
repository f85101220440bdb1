import { describe, expect, it } from 'vitest';
import { runScript } from './test-script';

/** Standard output, then what matters of the rest if it is not the usual. */
function outcome(script: string, options: Parameters<typeof runScript>[1] = {}): string {
  const { stdout, stderr, exitCode } = runScript(script, options);
  return stdout + (stderr && `! ${stderr}`) + (exitCode === 0 ? '' : `= ${exitCode}`);
}

describe('sh', () => {
  it('runs what comes before a syntax error', () => {
    const files = { '/w/s': 'echo one\nif true; then\n  echo two\ndone\n' };
    expect(outcome('', { argv: ['sh', 's'], files })).toBe(
      'one\n! s: line 4: syntax error: unexpected "done" (expecting "fi")\n= 2',
    );
  });

  it('replaces itself by the last command of -c', () => {
    expect(outcome("sh -c 'echo $$ $PPID'")).toBe('1 0\n');
    expect(outcome("sh -c 'echo $PPID'; :")).toBe('1\n');
  });

  it('says how it is called', () => {
    const { stderr, exitCode } = runScript('', { argv: ['sh', '--help', 'x'] });
    expect(stderr).toContain('\n\nUsage: sh [-il] [-|+Cabefmnuvx] [-|+o OPT]...');
    expect(exitCode).toBe(0);
  });

  it('streams through pipelines', () => {
    const { stdout, ms } = runScript(
      '{ echo a; sleep 5; echo b; } | while read x; do echo "$x $EPOCHSECONDS"; done',
    );
    const [first, second] = stdout.split('\n').map((line) => Number(line.split(' ')[1]));
    expect((second ?? 0) - (first ?? 0)).toBe(5);
    expect(ms).toBeLessThan(5100);
  });

  it('goes on reading standard input where the shell has stopped', () => {
    expect(
      outcome('printf "read x\\necho [\\$x]\\n" > s; sh s < f', { files: { '/w/f': 'l1\nl2\n' } }),
    ).toBe('[l1]\n');
  });

  it('runs executables without #! itself', () => {
    expect(outcome('./s a; echo $?', { files: { '/w/s': 'echo "$0 $1"; exit 3\n' } })).toBe(
      './s a\n3\n',
    );
  });

  it('keeps the environment in the order of ash', () => {
    expect(outcome('export B=1 A=2; unset SHLVL PWD; env')).toBe('A=2\nPATH=/usr/bin:/bin\nB=1\n');
  });

  it('as process 1 ignores TERM, dies of INT, and runs traps when the foreground is done', () => {
    const term = [{ at: 1000, signal: 'TERM' as const }];
    expect(outcome('sleep 2; echo done', { signals: term })).toBe('done\n');
    expect(outcome('trap "echo bye; exit 3" TERM; sleep 2; echo no', { signals: term })).toBe(
      'bye\n= 3',
    );
    const int = [{ at: 1000, signal: 'INT' as const }];
    expect(outcome('trap "echo end" EXIT; sleep 2; echo no', { signals: int })).toBe('end\n= 130');
    expect(runScript('trap "exit 4" TERM; sleep 9 & wait', { signals: term }).ms).toBeLessThan(
      1100,
    );
  });

  it('reads a script from a pipe piece by piece', () => {
    expect(outcome("printf 'read x\\nvalue\\necho $x\\n' | sh")).toBe('\n! sh: value: not found\n');
    const long = `x='${'a'.repeat(5000)}'\necho \${#x}\n`;
    expect(outcome('cat < f | sh', { files: { '/w/f': long } })).toBe('5000\n');
  });
});

describe('bounds', () => {
  it('an endless loop costs virtual time and leaves the others theirs', () => {
    const { stdout, ms } = runScript('(while true; do :; done) & sleep 1; echo awake; kill -9 $!');
    expect(stdout).toBe('awake\n');
    expect(ms).toBeGreaterThanOrEqual(1000);
    expect(ms).toBeLessThan(2000);
  });

  it('a loop of two thousand turns takes some hundredths of a second of virtual time', () => {
    const { stdout, ms } = runScript('i=0; while [ $i -lt 2000 ]; do i=$((i+1)); done; echo $i');
    expect(stdout).toBe('2000\n');
    expect(ms).toBeGreaterThan(40);
  });

  it('a fork bomb runs out of processes', () => {
    const { stderr } = runScript('f() { f | f & }; f; sleep 1', { maxMs: 5000 });
    expect(stderr).toContain("sh: can't fork: Resource temporarily unavailable\n");
  });

  it('the classic fork bomb is refused for its name', () => {
    expect(outcome(':() { :|:& }; :')).toBe('! sh: syntax error: bad function name\n= 2');
  });

  it('a doubling variable ends in a message', () => {
    const { stderr, exitCode } = runScript('s=xxxxxxxxxxxxxxxx; while :; do s=$s$s; done');
    expect(stderr).toBe('sh: out of memory\n');
    expect(exitCode).toBe(2);
  });

  it('deep recursion ends as a stack overflow does', () => {
    const { stderr, exitCode } = runScript('f() { f; }; f');
    expect(stderr).toBe('sh: commands nest more than 400 deep\n');
    expect(exitCode).toBe(139);
    expect(runScript('f() { [ $1 = 0 ] || f $(($1-1)); }; f 150; echo ok').stdout).toBe('ok\n');
  });

  it('nested syntax ends in a syntax error', () => {
    const { stderr } = runScript(`${'('.repeat(2000)}:${')'.repeat(2000)}`);
    expect(stderr).toBe('sh: syntax error: nested too deeply\n');
    expect(runScript(`echo ${'$(('.repeat(2000)}1`).stderr).toContain('syntax error');
    expect(runScript(`echo $((${'('.repeat(2000)}1${')'.repeat(2000)}))`).stderr).toContain(
      'nested too deeply',
    );
  });
});
