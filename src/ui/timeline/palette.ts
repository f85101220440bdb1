const NAMES = [
  'panel',
  'bg',
  'line',
  'line-strong',
  'ink',
  'soft',
  'faint',
  'accent',
  'run',
  'run-bar',
  'run-bg',
  'done',
  'done-bar',
  'done-bg',
  'err',
  'err-bar',
  'err-bg',
  'wait',
  'wait-bar',
  'wait-bg',
  'loop',
  'loop-bar',
  'loop-bg',
] as const;

export type Palette = Readonly<Record<(typeof NAMES)[number], string>> & { readonly font: string };

/** The theme's tokens, for a canvas. */
export function readPalette(element: Element): Palette {
  const style = getComputedStyle(element);
  const entries = NAMES.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]);
  return { ...Object.fromEntries(entries), font: style.getPropertyValue('--font').trim() };
}
