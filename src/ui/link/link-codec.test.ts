import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeLink, encodeLink, type SharedLab } from './link-codec';

const lab: SharedLab = {
  version: 1,
  run: {
    seed: 7,
    epoch: '2026-01-01T00:00:00Z',
    options: {},
    inputs: [{ t: 0, op: 'apply', args: ['kind: Pod\n'] }],
  },
  at: 12_400,
  horizon: 60_000,
  files: [{ path: 'pod.yaml', text: 'kind: Pod\n# größer ▶ 100 %\n' }],
};

describe('encodeLink', () => {
  it('comes back as it was', () => {
    expect(decodeLink(encodeLink(lab))).toEqual(lab);
  });

  it('carries any text in characters that addresses may hold', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 500 }), (text) => {
        const hash = encodeLink({ ...lab, files: [{ path: 'a', text }] });
        expect(hash).toMatch(/^#lab=[\w-]+$/);
        expect(decodeLink(hash)?.files[0]?.text).toBe(text);
      }),
    );
  });

  it('packs a repetitive run small', () => {
    const inputs = Array.from({ length: 200 }, (_, t) => ({
      t,
      op: 'sh' as const,
      args: ['ls -l'],
    }));
    expect(encodeLink({ ...lab, run: { ...lab.run, inputs } }).length).toBeLessThan(2000);
  });
});

describe('decodeLink', () => {
  it.each(['', '#lab=', '#lab=!!!', '#lab=AAAA', '#other=abc', `${encodeLink(lab).slice(0, 40)}`])(
    'takes %j for no lab',
    (hash) => {
      expect(decodeLink(hash)).toBeUndefined();
    },
  );
});
