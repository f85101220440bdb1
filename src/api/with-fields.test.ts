import fc from 'fast-check';
import { expect, it } from 'vitest';
import { withFields } from './with-fields';

const FIELDS = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'), fc.jsonValue());

it('gives what the literal gives, in its order, and leaves the object as it is', () => {
  fc.assert(
    fc.property(FIELDS, FIELDS, (object, fields) => {
      const before = JSON.stringify(object);
      expect(JSON.stringify(withFields(object, fields))).toBe(
        JSON.stringify({ ...object, ...fields }),
      );
      expect(JSON.stringify(object)).toBe(before);
    }),
  );
});
