import { describe, expect, it } from 'vitest';
import { testContainer } from '../../runtime/process/test-machine';
import { busybox } from './applets';

function calculate(name: string, program: string, ...args: string[]): string {
  const container = testContainer({
    programs: { [name]: busybox },
    files: { '/program': { kind: 'file', content: program } },
  });
  const started = container.spawn({ argv: [name, ...args, '/program'] });
  const { clock } = container.machine.kernel;
  while (started.status === undefined && clock.step());
  const { status } = started;
  const code = status?.kind === 'exited' ? status.code : 'no exit';
  return `${container.stdout.text}${container.stderr.text}${code}`;
}

describe('bc', () => {
  it.each([
    ['2^100', '1267650600228229401496703205376\n'],
    ['scale=5; sqrt(2); -7/2', '1.41421\n-3.50000\n'],
    ['-2^2; 7 % -3; 0.1 + 0.25', '4\n1\n.35\n'],
    ['obase=16; 255.5; ibase=2; 1010', 'FF.8\nA\n'],
    [
      'define f(n) {\n auto i\n if (n < 2) return 1\n return n * f(n - 1)\n}\nf(25)',
      '15511210043330985984000000\n',
    ],
    ['for (i = 0; i < 9; i++) { if (i == 1) continue; if (i > 2) break; i }', '0\n2\n'],
    ['a[2] = 5; a[1 + 1] += 1; print "a is ", a[2], "\\n"; last', 'a is 6\n6\n'],
  ])('carries out %j', (program, output) => {
    expect(calculate('bc', `${program}\nquit\n`)).toBe(`${output}0`);
  });

  it('has the functions of its library with -l', () => {
    const program = 'e(1); l(10); 4*a(1); s(1); c(1)\nquit\n';
    expect(calculate('bc', program, '-l')).toBe(
      '2.71828182845904523536\n2.30258509299404568401\n3.14159265358979323844\n.84147098480789650665\n.54030230586813971740\n0',
    );
  });

  it.each([
    ['3\n1/0', '3\nbc: divide by zero\n1'],
    ['1+\n', "bc: bad expression at ''\n1"],
    ['1 @ 2', "bc: bad character '@'\n1"],
    ['f(1)', 'bc: undefined function\n1'],
  ])('ends at what is wrong in %j', (program, output) => {
    expect(calculate('bc', program)).toBe(output);
  });
});

describe('dc', () => {
  it.each([
    ['2 k 10 3 / p c 5 d * p', '3.33\n25\n0'],
    ['1 2 3 f', '3\n2\n1\n0'],
    ['[lap1-dsa0<b]sb 3sa lbx', '3\n2\n1\n0'],
    ['16 o 255 p', 'FF\n0'],
    ['+', 'dc: stack has too few elements\n1'],
  ])('carries out %j', (program, output) => {
    expect(calculate('dc', program)).toBe(output);
  });
});
