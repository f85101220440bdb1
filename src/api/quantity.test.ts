import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addQuantities,
  asNumber,
  canonicalText,
  compareQuantities,
  parseQuantity,
  QuantityError,
  quantityText,
  scaledValue,
  subtractQuantities,
} from './quantity';

const SUFFIXES = ['', 'm', 'k', 'M', 'G', 'Ki', 'Mi', 'Gi', 'e3', 'E-2'];
const texts = fc
  .tuple(fc.integer({ min: -99_999, max: 99_999 }), fc.nat(99), fc.constantFrom(...SUFFIXES))
  .map(([whole, part, suffix]) => `${whole}.${String(part).padStart(2, '0')}${suffix}`);

describe('quantities', () => {
  it('are written canonically', () => {
    const canonical = (text: string) => canonicalText(parseQuantity(text));
    expect(canonical('0.5')).toBe('500m');
    expect(canonical('1024Ki')).toBe('1Mi');
    expect(canonical('1.5Gi')).toBe('1536Mi');
    expect(canonical('1000m')).toBe('1');
    expect(canonical('12e3')).toBe('12e3');
    expect(canonical('0.0001')).toBe('100u');
  });

  it('stay as a user wrote them where they are shown', () => {
    expect(quantityText(parseQuantity('1000m'))).toBe('1');
    expect(quantityText(parseQuantity('128Mi'))).toBe('128Mi');
  });

  it('refuse what is none', () => {
    for (const text of ['', 'x', '1.2.3', '1KiB', '1 Gi', '--1']) {
      expect(() => parseQuantity(text)).toThrow(QuantityError);
    }
  });

  it('round upwards where a whole number is wanted', () => {
    expect(scaledValue(parseQuantity('1m'), 0)).toBe(1n);
    expect(scaledValue(parseQuantity('250m'), -3)).toBe(250n);
    expect(asNumber(parseQuantity('250m'))).toBe(0.25);
  });

  it('mean the same after they were written', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const quantity = parseQuantity(text);
        const again = parseQuantity(canonicalText(quantity));
        expect(compareQuantities(quantity, again)).toBe(0);
        expect(canonicalText(again)).toBe(canonicalText(quantity));
      }),
    );
  });

  it('are ordered, and adding keeps the order', () => {
    fc.assert(
      fc.property(texts, texts, texts, (a, b, c) => {
        const [x, y, z] = [a, b, c].map(parseQuantity) as [never, never, never];
        const order = compareQuantities(x, y);
        expect(compareQuantities(y, x)).toBe(order === 0 ? 0 : -order);
        expect(compareQuantities(addQuantities(x, z), addQuantities(y, z))).toBe(order);
        expect(compareQuantities(subtractQuantities(addQuantities(x, z), z), x)).toBe(0);
      }),
    );
  });
});
