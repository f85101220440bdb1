import { expect, it } from 'vitest';
import { createSimulator } from '../simulator';
import { applyFiles } from './manifests';
import { CommandError } from './usage';

const pod = (name: string, more = '') =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}}\nspec:\n  containers:\n  - {name: a, image: "busybox:1.37"${more}}\n`;

it('says what became of each object, as kubectl does', () => {
  const files = [
    { path: 'a.yaml', text: `${pod('a')}---\n${pod('b')}` },
    { path: 'b.yaml', text: pod('b') },
  ];
  expect(applyFiles(createSimulator(), files)).toEqual([
    'pod/a created',
    'pod/b created',
    'pod/b unchanged',
  ]);
});

it.each([
  [
    pod('a', ', imag: b'),
    'Error from server (BadRequest): error when creating "x.yaml": Pod in version "v1" cannot be handled as a Pod: strict decoding error: unknown field "spec.containers[0].imag"',
  ],
  [pod('A'), 'The Pod "A" is invalid: metadata.name: Invalid value: "A": a lowercase RFC 1123'],
  ['a: [1', 'error: error parsing x.yaml: error converting YAML to JSON: yaml: '],
])('refuses in kubectl’s words, with the file’s name', (text, words) => {
  const apply = () => applyFiles(createSimulator(), [{ path: 'x.yaml', text }]);
  expect(apply).toThrow(CommandError);
  expect(apply).toThrow(words);
});
