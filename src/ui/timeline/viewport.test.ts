import { describe, expect, it } from 'vitest';
import { pan, settle, ticks, tickText, toInstant, toPixel, type Viewport, zoom } from './viewport';

const view = (from: number, to: number, mode: Viewport['mode'] = 'follow'): Viewport => ({
  from,
  to,
  mode,
});

describe('settle', () => {
  it('leaves a playhead in sight alone', () => {
    const viewport = view(0, 60_000);
    expect(settle(viewport, 30_000, 30_000)).toBe(viewport);
  });

  it('moves along before the playhead leaves', () => {
    const { from, to } = settle(view(0, 60_000), 80_000, 80_000);
    expect(to - from).toBe(60_000);
    expect(from).toBeLessThan(80_000);
    expect(to).toBeGreaterThan(80_000);
  });

  it('goes back with a playhead that was rewound out of sight', () => {
    expect(settle(view(100_000, 160_000), 5000, 160_000).from).toBe(0);
  });

  it('shows everything that is known when it fits', () => {
    const { from, to } = settle(view(50_000, 60_000, 'fit'), 10_000, 600_000);
    expect(from).toBe(0);
    expect(to).toBeGreaterThan(600_000);
  });

  it('does not move a window that was put somewhere', () => {
    const viewport = view(0, 1000, 'free');
    expect(settle(viewport, 9999, 9999)).toBe(viewport);
  });
});

describe('zoom and pan', () => {
  it('keep the instant under the pointer, and the start of time', () => {
    const viewport = view(10_000, 20_000);
    const zoomed = zoom(viewport, 0.5, 12_000);
    expect(toPixel(zoomed, 100, 12_000)).toBeCloseTo(toPixel(viewport, 100, 12_000));
    expect(pan(viewport, -50_000).from).toBe(0);
  });

  it('have toInstant as the inverse of toPixel', () => {
    const viewport = view(1234, 98_765);
    expect(toInstant(viewport, 640, toPixel(viewport, 640, 50_000))).toBeCloseTo(50_000);
  });
});

describe('ticks', () => {
  it('stand at least 72 pixels apart', () => {
    for (const span of [600, 5000, 60_000, 3_600_000, 86_400_000]) {
      const { step } = ticks(view(0, span), 700);
      expect((step / span) * 700).toBeGreaterThanOrEqual(72);
    }
  });

  it.each([
    [0, '0 s'],
    [200, '0.2 s'],
    [45_000, '45 s'],
    [90_000, '1:30'],
    [3_725_000, '1:02:05'],
  ])('%d ms reads %s', (t, text) => {
    expect(tickText(t)).toBe(text);
  });
});
