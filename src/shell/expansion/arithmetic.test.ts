import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ArithmeticError, evaluateArithmetic } from './arithmetic';

function evaluate(text: string, values: Record<string, string> = {}): string {
  const variables = new Map(Object.entries(values));
  try {
    const value = evaluateArithmetic(text, {
      get: (name) => variables.get(name),
      set: (name, value) => void variables.set(name, value),
    });
    return [String(value), ...[...variables].map(([name, value]) => `${name}=${value}`)].join(' ');
  } catch (error) {
    if (error instanceof ArithmeticError) return error.message;
    throw error;
  }
}

describe('evaluateArithmetic', () => {
  it.each([
    ['1<<63', '-9223372036854775808'],
    ['1<<64', '1'],
    ['9223372036854775807+1', '-9223372036854775808'],
    ['99999999999999999999', '7766279631452241919'],
    ['-2**2', '4'],
    ['2**3**2', '512'],
    ['1?2?3:4:5', '3'],
    ['1 ? 2, 3 : 4', '3'],
    ['- - 3', '3'],
    ['--7', '7'],
    ['', '0'],
    ['64#_', '63'],
    ['7 % -3', '1'],
    ['-7 / 2', '-3'],
    ['0?1/0:6', '6'],
    ['1/0', 'divide by zero'],
    ['08', 'arithmetic syntax error'],
    ['1 2', 'arithmetic syntax error'],
    ['1:2', 'malformed ?: operator'],
    ['1?2', 'arithmetic syntax error'],
    ['5=3', 'arithmetic syntax error'],
    ['2**-1', 'exponent less than 0'],
  ])('%s is %s', (text, expected) => {
    expect(evaluate(text)).toBe(expected);
  });

  it('evaluates both sides of || and &&', () => {
    expect(evaluate('1||(a=9)')).toBe('1 a=9');
    expect(evaluate('0&&a++', { a: '1' })).toBe('0 a=2');
  });

  it('evaluates what variables hold, and notices loops', () => {
    expect(evaluate('c*2', { c: '1+2' })).toBe('6 c=1+2');
    expect(evaluate('a', { a: 'b', b: 'a' })).toBe('expression recursion loop detected');
  });

  it('agrees with 64-bit arithmetic', () => {
    const integer = fc.bigInt({ min: -(2n ** 63n) + 1n, max: 2n ** 63n - 1n });
    fc.assert(
      fc.property(
        integer,
        integer,
        fc.constantFrom('+', '-', '*', '&', '|', '^'),
        (a, b, operator) => {
          const exact = { '+': a + b, '-': a - b, '*': a * b, '&': a & b, '|': a | b, '^': a ^ b }[
            operator
          ];
          expect(evaluate(`${a} ${operator} ${b}`)).toBe(String(BigInt.asIntN(64, exact)));
        },
      ),
    );
  });

  it('ends on any text, with a value or a message', () => {
    const token = fc.constantFrom(
      ...'0 1 9 x a b + - * / % ( ) ? : , = < > ! ~ & | ^ # @ _ 0x'.split(' '),
      ' ',
    );
    fc.assert(
      fc.property(fc.array(token, { maxLength: 60 }), (tokens) => {
        expect(typeof evaluate(tokens.join(''), { a: 'b+1', b: '(' })).toBe('string');
      }),
      { numRuns: 500 },
    );
  });
});
