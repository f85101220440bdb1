import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  configMapKeyProblems,
  dnsLabelProblems,
  dnsSubdomainProblems,
  generateName,
  labelValueProblems,
  nameIsDnsLabel,
  portNameProblems,
  qualifiedNameProblems,
} from './names';

describe('names', () => {
  it('are labels or subdomains', () => {
    expect(dnsLabelProblems('web-1')).toEqual([]);
    expect(dnsLabelProblems('a.b')).toEqual(['must not contain dots']);
    expect(dnsSubdomainProblems('a.b')).toEqual([]);
    expect(dnsSubdomainProblems('Web')[0]).toMatch(/^a lowercase RFC 1123 subdomain must consist/);
    expect(dnsLabelProblems('a'.repeat(64))).toEqual(['must be no more than 63 characters']);
  });

  it('may end in a dash where more will follow', () => {
    expect(nameIsDnsLabel('web-', true)).toEqual([]);
    expect(nameIsDnsLabel('web-')).not.toEqual([]);
  });

  it('of labels may have a prefix', () => {
    expect(qualifiedNameProblems('app.kubernetes.io/name')).toEqual([]);
    expect(qualifiedNameProblems('a/b/c')).toHaveLength(1);
    expect(qualifiedNameProblems('/a')[0]).toMatch(/^prefix part must be non-empty/);
    expect(labelValueProblems('')).toEqual([]);
    expect(labelValueProblems('-a')).toHaveLength(1);
  });

  it('of ports and keys have rules of their own', () => {
    expect(portNameProblems('http')).toEqual([]);
    expect(portNameProblems('80')).toEqual(['must contain at least one letter (a-z)']);
    expect(configMapKeyProblems('..')).toEqual(["must not be '..'"]);
  });

  it('that are generated are labels', () => {
    const prefix = fc.stringMatching(/^[a-z][a-z0-9-]{0,80}$/);
    fc.assert(
      fc.property(prefix, fc.nat(), (start, seed) => {
        let next = seed;
        const name = generateName(start, (below) => {
          next = (next * 31 + 7) % 1_000_003;
          return next % below;
        });
        expect(dnsLabelProblems(name)).toEqual([]);
      }),
    );
  });
});
