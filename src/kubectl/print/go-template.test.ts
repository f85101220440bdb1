import { expect, test } from 'vitest';
import { executeTemplate, parseGoTemplate } from './go-template';

const POD = {
  metadata: { name: 'web', labels: { app: 'shop' } },
  spec: { containers: [{ name: 'a' }, { name: 'b' }, { name: 'c' }] },
};

const run = (template: string, allowMissing = true) =>
  executeTemplate(parseGoTemplate(template, allowMissing), POD);

test.each([
  ['{{range .spec.containers}}{{if eq .name "b"}}{{continue}}{{end}}{{.name}}{{end}}', 'ac'],
  ['{{range .spec.containers}}{{if eq .name "b"}}{{break}}{{end}}{{.name}}{{end}}', 'a'],
  ['{{range 3}}{{.}}{{end}}', '012'],
  ['{{define "T"}}<{{.}}>{{end}}{{template "T" .metadata.name}}', '<web>'],
  ['{{html "<a>"}} {{urlquery "a b"}}', '&lt;a&gt; a+b'],
  ['{{- "a" -}}  b', 'ab'],
])('%s prints %s', (template, text) => {
  expect(run(template)).toEqual({ text });
});

test.each([
  [
    'a{{index .metadata.x 1}}',
    '1:3: executing "output" at <index .metadata.x 1>: error calling index: index of untyped nil',
  ],
  [
    'a{{.metadata.name.x}}',
    '1:12: executing "output" at <.metadata.name.x>: can\'t evaluate field x in type interface {}',
  ],
  [
    'a{{index .spec.containers 5}}',
    '1:3: executing "output" at <index .spec.containers 5>: error calling index: index out of range: 5',
  ],
  [
    'a{{range .metadata.name}}{{end}}',
    '1:18: executing "output" at <.metadata.name>: range can\'t iterate over web',
  ],
])('%s ends where Go does', (template, error) => {
  expect(run(template)).toEqual({ text: 'a', error });
});

test('a missing key is an error where that was asked for, in the line it stands in', () => {
  const error = '2:2: executing "output" at <.nope>: map has no entry for key "nope"';
  expect(run('x\n{{.nope}}', false)).toEqual({ text: 'x\n', error });
});

test.each([
  ['{{$x}}', 'undefined variable "$x"'],
  ['{{range $i, $c := .a}}{{end}}{{$i}}', 'undefined variable "$i"'],
  ['{{if}}', 'missing value for if'],
  ['{{.a b}}', 'function "b" not defined'],
  ['{{"a}}', 'unterminated quoted string'],
])('%s is refused: %s', (template, message) => {
  expect(() => parseGoTemplate(template, true)).toThrow(message);
});
