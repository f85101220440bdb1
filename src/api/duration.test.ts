import { describe, expect, it } from 'vitest';
import { ageSince, humanDuration, shortHumanDuration } from './duration';

const SECOND = 1_000_000_000n;

describe('durations', () => {
  it('have two units as long as they are short', () => {
    const shown = [1n, 119n, 120n, 599n, 600n, 10_799n, 28_799n, 172_800n, 700_000n].map(
      (seconds) => humanDuration(seconds * SECOND),
    );
    expect(shown).toEqual(['1s', '119s', '2m', '9m59s', '10m', '179m', '7h59m', '2d', '8d']);
  });

  it('have one unit in tables of nodes and events', () => {
    expect(shortHumanDuration(90n * SECOND)).toBe('1m');
    expect(humanDuration(-5n * SECOND)).toBe('<invalid>');
  });

  it('are ages of timestamps', () => {
    const now = Date.parse('2026-01-01T00:01:30Z');
    expect(ageSince('2026-01-01T00:00:00Z', now)).toBe('90s');
    expect(ageSince(undefined, now)).toBe('<unknown>');
  });
});
