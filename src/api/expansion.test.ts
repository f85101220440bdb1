import { describe, expect, it } from 'vitest';
import { expand, expandInOrder } from './expansion';

describe('$(VAR)', () => {
  const lookup = (name: string) => (name === 'A' ? '1' : undefined);

  it('stands for the value, where there is one', () => {
    expect(expand('$(A)-$(B)-$A', lookup)).toBe('1-$(B)-$A');
    expect(expand('$$(A) $$$(A) $(A', lookup)).toBe('$(A) $1 $(A');
    expect(expand('$$$$', lookup)).toBe('$$');
  });

  it('sees the variables before it', () => {
    const expanded = expandInOrder([
      { name: 'A', value: '$(B)' },
      { name: 'B', value: 'b' },
      { name: 'C', value: '$(A)$(B)' },
    ]);
    expect(expanded).toEqual({ A: '$(B)', B: 'b', C: '$(B)b' });
  });
});
