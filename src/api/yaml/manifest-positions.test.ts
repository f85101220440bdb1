import { describe, expect, it } from 'vitest';
import { findPosition, manifestPositions } from './manifest-positions';

const TEXT = `apiVersion: v1
---
spec:
  containers:
  - name: web
    image: "nginx"
  - name: side
    args:
    - a
`;

describe('manifestPositions', () => {
  it('finds values and keys in the document they stand in', () => {
    const [, pod] = manifestPositions(TEXT);
    expect(pod?.values.get('spec.containers[0].image')).toEqual({
      line: 6,
      column: 12,
      endLine: 6,
      endColumn: 19,
    });
    expect(pod?.keys.get('spec.containers[1].args')).toEqual({
      line: 8,
      column: 5,
      endLine: 8,
      endColumn: 9,
    });
    expect(pod?.values.get('spec.containers[1]')).toMatchObject({ line: 7, endLine: 9 });
  });

  it('falls back to the nearest field around a missing one', () => {
    const [, pod] = manifestPositions(TEXT);
    if (pod === undefined) throw new Error('no document');
    expect(findPosition(pod, 'spec.containers[0].ports[0]').line).toBe(5);
    expect(findPosition(pod, 'metadata.name').line).toBe(3);
  });

  it('finds fields of JSON documents on their lines', () => {
    const [, second] = manifestPositions('{"a": 1}\n{"b":\n  [true]}');
    expect(second?.values.get('b[0]')).toEqual({ line: 3, column: 4, endLine: 3, endColumn: 8 });
  });
});
