import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { copyJson } from './copy-json';

describe('copyJson', () => {
  it('copies any JSON, keys in their order', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const copy = copyJson(value);
        expect(copy).toEqual(value);
        expect(JSON.stringify(copy)).toBe(JSON.stringify(value));
      }),
    );
  });

  it('shares nothing with what it copies', () => {
    const value = { list: [{ name: 'a' }], map: { key: 'b' } };
    const copy = copyJson(value);
    copy.map.key = 'changed';
    for (const item of copy.list) item.name = 'changed';
    expect(value).toEqual({ list: [{ name: 'a' }], map: { key: 'b' } });
  });

  it('keeps a member called __proto__ a member', () => {
    const value = JSON.parse('{"__proto__": {"a": 1}}');
    expect(JSON.stringify(copyJson(value))).toBe('{"__proto__":{"a":1}}');
  });
});
