import { describe, expect, it } from 'vitest';
import { formatFloat, formatInteger, parseConversion } from './c-format';
import { exponentialDigits, fixedDigits, generalDigits } from './float-format';

describe('digits of a double', () => {
  it('are rounded to the even neighbour when exactly between two', () => {
    expect(fixedDigits(2.25, 1)).toBe('2.2');
    expect(fixedDigits(0.5, 0)).toBe('0');
    expect(fixedDigits(1.5, 0)).toBe('2');
    expect(fixedDigits(1.005, 2)).toBe('1.00');
  });

  it('are those of the exact value, however many', () => {
    expect(fixedDigits(0.1, 20)).toBe('0.10000000000000000555');
    expect(fixedDigits(1e22, 0)).toBe('10000000000000000000000');
  });

  it('have an exponent of at least two digits', () => {
    expect(exponentialDigits(12345.678, 6)).toBe('1.234568e+04');
    expect(exponentialDigits(9.9999999, 2)).toBe('1.00e+01');
    expect(exponentialDigits(0, 1)).toBe('0.0e+00');
  });

  it('lose zeros at the end with %g, never those of the exponent', () => {
    expect(generalDigits(1e20, 6)).toBe('1e+20');
    expect(generalDigits(0.0001, 6)).toBe('0.0001');
    expect(generalDigits(1.5e-10, 6)).toBe('1.5e-10');
    expect(generalDigits(100000, 6)).toBe('100000');
  });
});

describe('conversions', () => {
  const shown = (text: string, value: number) => {
    const conversion = parseConversion(text);
    if (!conversion) throw new Error(text);
    return 'diouxX'.includes(conversion.letter)
      ? formatInteger(conversion, BigInt(value))
      : formatFloat(conversion, value);
  };

  it('put zeros behind the sign and blanks before it', () => {
    expect(shown('%06.1f', -2.5)).toBe('-002.5');
    expect(shown('%6.1f', -2.5)).toBe('  -2.5');
    expect(shown('%+d', 5)).toBe('+5');
    expect(shown('%#x', 255)).toBe('0xff');
    expect(shown('%.3d', 5)).toBe('005');
  });
});
