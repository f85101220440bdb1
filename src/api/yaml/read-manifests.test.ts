import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limits } from './limits';
import { decodeFile, readManifestBytes, readManifests } from './read-manifests';

function error(text: string): string | undefined {
  return readManifests(text).error;
}

describe('readManifests', () => {
  it('reads every document of a file', () => {
    const read = readManifests('a: 1\n---\n# nothing\n---\nb: [x, {y: no}]\n');
    expect(read).toEqual({
      documents: [{ a: 1 }, { b: ['x', { true: false }] }],
      texts: ['{"a":1}', '{"b":["x",{"true":false}]}'],
    });
  });

  it('keeps the documents before an error and counts lines from the separator on', () => {
    const read = readManifests('a: 1\n---\nb: 2\n  c: 3\n');
    expect(read.documents).toEqual([{ a: 1 }]);
    expect(read.error).toBe(
      'error converting YAML to JSON: yaml: line 2: mapping values are not allowed in this context',
    );
    expect(read.errorLine).toBe(3);
  });

  it('says which separator is wrong', () => {
    expect(error('a: 1\n--- b\n')).toBe('invalid Yaml document separator: b');
    expect(error('--- # fine\na: 1\n')).toBeUndefined();
  });

  it('keeps large integers in the JSON text', () => {
    expect(readManifests('a: 9223372036854775807\n').texts).toEqual(['{"a":9223372036854775807}']);
  });

  it('treats __proto__ as a key', () => {
    const [document] = readManifests('__proto__: {a: 1}\n').documents;
    expect(Object.keys(document as object)).toEqual(['__proto__']);
  });

  it('lets a later merge key win over an earlier field', () => {
    expect(readManifests('b: &b {x: 1}\nv: {x: 2, <<: *b}\n').documents).toEqual([
      { b: { x: 1 }, v: { x: 1 } },
    ]);
  });

  it('reads JSON streams, and YAML behind a first JSON value', () => {
    expect(readManifests('{"a":1}{"b":2}').documents).toEqual([{ a: 1 }, { b: 2 }]);
    expect(readManifests('{"a":1}\n---\nb: 2\n').documents).toEqual([{ a: 1 }, { b: 2 }]);
    expect(error('{"a": 1 "b": 2}')).toBe(
      "json: offset 9: invalid character '\"' after object key:value pair",
    );
  });

  it('decodes byte order marks', () => {
    expect(readManifestBytes('\xff\xfea\0:\0 \x001\0').documents).toEqual([{ a: 1 }]);
    expect(decodeFile('caf\xe9')).toBe('caf\ufffd');
    expect(decodeFile('\xf0\x9f\x9a\x80')).toBe('🚀');
  });
});

describe('bounds', () => {
  it('refuses a text that is too long', () => {
    expect(error(`a: ${'x'.repeat(limits.textLength)}`)).toMatch(/Podlab reads at most 3145728$/);
  });

  it('refuses nesting that is too deep', () => {
    expect(error('['.repeat(5000))).toBe(
      'error converting YAML to JSON: yaml: exceeded max depth of 1000',
    );
    const steps = Array.from({ length: 1500 }, (_, i) => `${' '.repeat(i)}a:\n`).join('');
    expect(error(steps)).toMatch(/exceeded max depth of 1000$/);
    const json = `${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`;
    expect(readManifests(json).documents).toHaveLength(0);
  });

  it('refuses an alias bomb', () => {
    let bomb = 'a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n';
    for (let i = 1; i < 10; i++) {
      bomb += `a${i}: &a${i} [${Array(10)
        .fill(`*a${i - 1}`)
        .join(', ')}]\n`;
    }
    expect(error(bomb)).toBe(
      'error converting YAML to JSON: yaml: document contains excessive aliasing',
    );
  });

  it('never throws, whatever the text', () => {
    const pieces = fc.constantFrom(
      ...['a', ': ', '- ', '\n', '  ', '"', "'", '{', '}', '[', ']', ',', '&x ', '*x', '|', '>'],
      ...['!!int ', '---', '...', '#', '\t', '?', '%', '<<: ', '\\', '1', '~', '\0', '\ud800'],
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 40 }), (parts) => {
        const read = readManifests(parts.join(''));
        expect(read.texts).toHaveLength(read.documents.length);
      }),
      { numRuns: 2000 },
    );
  });

  it('reads back any JSON that it is given', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const text = JSON.stringify(value);
        expect(readManifests(text).documents).toEqual([JSON.parse(text)]);
      }),
      { numRuns: 200 },
    );
  });
});
