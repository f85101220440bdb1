/** Which stretch of time is shown, in virtual ms. */
export interface Viewport {
  readonly from: number;
  readonly to: number;
  /** `follow` keeps the playhead in sight, `fit` shows everything, `free` stays where it was put. */
  readonly mode: 'follow' | 'fit' | 'free';
}

export const SHORTEST_SPAN_MS = 500;
export const LONGEST_SPAN_MS = 7 * 24 * 3_600_000;
const FIRST_SPAN_MS = 40_000;
/** Where in the window a followed playhead stands. */
const FOLLOW_AT = 0.82;
/** The least that `fit` shows: a lab that has just begun is not blown up. */
const LEAST_FIT_MS = 30_000;

export const FIRST_VIEWPORT: Viewport = { from: 0, to: FIRST_SPAN_MS, mode: 'follow' };

/** The viewport for a playhead at `t` in a history known up to `horizon`. */
export function settle(viewport: Viewport, t: number, horizon: number): Viewport {
  if (viewport.mode === 'fit') {
    const to = Math.max(LEAST_FIT_MS, horizon * 1.06);
    return viewport.from === 0 && viewport.to === to ? viewport : { from: 0, to, mode: 'fit' };
  }
  if (viewport.mode === 'free') return viewport;
  const span = viewport.to - viewport.from;
  const isInSight = t >= viewport.from && t <= viewport.from + span * FOLLOW_AT;
  if (isInSight) return viewport;
  const from = Math.max(0, t - span * FOLLOW_AT);
  return from === viewport.from ? viewport : { from, to: from + span, mode: 'follow' };
}

/** Shows `factor` times as much time, keeping the instant `at` where it is. */
export function zoom(viewport: Viewport, factor: number, at: number): Viewport {
  const span = viewport.to - viewport.from;
  const next = Math.min(LONGEST_SPAN_MS, Math.max(SHORTEST_SPAN_MS, span * factor));
  const share = (at - viewport.from) / span;
  const from = Math.max(0, at - next * share);
  return { from, to: from + next, mode: viewport.mode === 'fit' ? 'free' : viewport.mode };
}

/** Moves the window by `ms`; it never goes before the start. */
export function pan(viewport: Viewport, ms: number): Viewport {
  const from = Math.max(0, viewport.from + ms);
  return { from, to: from + (viewport.to - viewport.from), mode: 'free' };
}

export function toPixel(viewport: Viewport, width: number, t: number): number {
  return ((t - viewport.from) / (viewport.to - viewport.from)) * width;
}

export function toInstant(viewport: Viewport, width: number, x: number): number {
  return viewport.from + (x / width) * (viewport.to - viewport.from);
}

const STEPS = [
  100, 200, 500, 1000, 2000, 5000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000,
  1_800_000, 3_600_000, 7_200_000, 21_600_000, 86_400_000,
];
/** Least pixels between two labelled ticks. */
const TICK_PX = 72;

/** The instants at which the axis has a label, and how far apart they are. */
export function ticks(viewport: Viewport, width: number): { at: number[]; step: number } {
  const perPixel = (viewport.to - viewport.from) / Math.max(1, width);
  const step = STEPS.find((one) => one / perPixel >= TICK_PX) ?? 86_400_000;
  const at: number[] = [];
  for (let t = Math.ceil(viewport.from / step) * step; t <= viewport.to; t += step) at.push(t);
  return { at, step };
}

/** `5 s`, `0.2 s`, `1:30`, `2:00:00`: a tick's label. */
export function tickText(t: number): string {
  if (t < 60_000) return `${t % 1000 === 0 ? t / 1000 : (t / 1000).toFixed(1)} s`;
  const seconds = Math.floor(t / 1000);
  const two = (n: number) => String(n).padStart(2, '0');
  const h = Math.floor(seconds / 3600);
  const rest = `${h > 0 ? two(Math.floor((seconds % 3600) / 60)) : Math.floor(seconds / 60)}:${two(seconds % 60)}`;
  const tenths = t % 1000 === 0 ? '' : `.${Math.floor((t % 1000) / 100)}`;
  return `${h > 0 ? `${h}:` : ''}${rest}${tenths}`;
}
