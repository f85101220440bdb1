import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchesFields, parseFieldSelector } from './field-selectors';
import {
  labelSelectorRequirements,
  matchesLabels,
  parseLabelSelector,
  SelectorError,
  selectorText,
  validateLabelSelector,
} from './selectors';

const WEB = { app: 'web', tier: 'front' };

function selects(text: string, labels: Record<string, string> = WEB): boolean {
  return matchesLabels(parseLabelSelector(text), labels);
}

describe('label selectors', () => {
  it('select by equality, by sets and by presence', () => {
    expect(selects('app=web')).toBe(true);
    expect(selects('app==web,tier!=back')).toBe(true);
    expect(selects('app in (web, db),!canary')).toBe(true);
    expect(selects('tier notin (front)')).toBe(false);
    expect(selects('tier')).toBe(true);
    expect(selects('size>3', { size: '4' })).toBe(true);
    expect(selects('')).toBe(true);
  });

  it('say what is wrong with them', () => {
    expect(() => parseLabelSelector('a in')).toThrow(SelectorError);
    expect(() => parseLabelSelector('=x')).toThrow(SelectorError);
    expect(() => parseLabelSelector('a=b c')).toThrow(SelectorError);
  });

  it('mean the same after they were written', () => {
    const name = fc.constantFrom('a', 'b', 'app.kubernetes.io/name');
    const value = fc.constantFrom('x', 'y', 'z-1');
    const term = fc.oneof(
      fc.tuple(name, value).map(([key, one]) => `${key}=${one}`),
      fc.tuple(name, value).map(([key, one]) => `${key}!=${one}`),
      fc.tuple(name, fc.uniqueArray(value, { minLength: 1 })).map(([k, v]) => `${k} in (${v})`),
      name,
      name.map((key) => `!${key}`),
    );
    const labels = fc.dictionary(name, value);
    fc.assert(
      fc.property(fc.array(term), labels, (terms, given) => {
        const requirements = parseLabelSelector(terms.join(','));
        const again = parseLabelSelector(selectorText(requirements));
        expect(matchesLabels(again, given)).toBe(matchesLabels(requirements, given));
      }),
    );
  });

  it('select nothing when they are missing from an object, everything when empty', () => {
    expect(labelSelectorRequirements(undefined)).toBeUndefined();
    expect(matchesLabels(labelSelectorRequirements({}) ?? [], WEB)).toBe(true);
    const errors = validateLabelSelector(
      { matchExpressions: [{ key: 'a', operator: 'In' }] },
      'spec.selector',
    );
    expect(errors.map(({ field }) => field)).toEqual(['spec.selector.matchExpressions[0].values']);
  });
});

describe('field selectors', () => {
  it('compare fields with values', () => {
    const requirements = parseFieldSelector('status.phase!=Running,spec.nodeName=node1');
    const fields = { 'status.phase': 'Pending', 'spec.nodeName': 'node1' };
    expect(matchesFields(requirements, fields)).toBe(true);
    expect(matchesFields(requirements, { ...fields, 'status.phase': 'Running' })).toBe(false);
  });
});
