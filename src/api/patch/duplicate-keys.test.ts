import { expect, it } from 'vitest';
import { duplicateKeys } from './duplicate-keys';

it.each([
  ['{"a":1,"b":{"a":1}}', []],
  ['{"data":{"k":"a","k":"b","k":"c"}}', ['duplicate field "data.k"']],
  ['{"a":[{"x":1},{"x":"}","x" : 2}],"a":3}', ['duplicate field "a[1].x"', 'duplicate field "a"']],
  ['["{\\"a\\":1", {"b": ":", "c": ","}]', []],
])('%s', (json, expected) => {
  expect(duplicateKeys(json)).toEqual(expected);
});
