import { useLayoutEffect, useSyncExternalStore } from 'react';
import { usePage } from '../store/store';

export type ShownTheme = 'light' | 'dark' | 'contrast';

const DARK = '(prefers-color-scheme: dark)';
/** A forced palette that is light makes the ground light whatever is asked for; what is drawn must show on it. */
const LIGHT_FORCED = '(forced-colors: active) and (prefers-color-scheme: light)';
const CONTRAST = '(prefers-contrast: more), (forced-colors: active)';

function systemTheme(): ShownTheme {
  if (matchMedia(LIGHT_FORCED).matches) return 'light';
  if (matchMedia(CONTRAST).matches) return 'contrast';
  return matchMedia(DARK).matches ? 'dark' : 'light';
}

function onSystemChange(changed: () => void): () => void {
  const queries = [matchMedia(DARK), matchMedia(CONTRAST)];
  for (const query of queries) query.addEventListener('change', changed);
  return () => {
    for (const query of queries) query.removeEventListener('change', changed);
  };
}

/** The theme that is shown: the person's choice, or what the system asks for. */
export function useShownTheme(): ShownTheme {
  const chosen = usePage((state) => state.theme);
  const system = useSyncExternalStore(onSystemChange, systemTheme);
  return chosen === 'system' ? system : chosen;
}

/** Keeps the document's theme; public/theme.js sets it before the first paint from what is stored here. */
export function useDocumentTheme(): void {
  const chosen = usePage((state) => state.theme);
  const shown = useShownTheme();
  // In the layout phase: parts that read the tokens do so in effects, which come after.
  useLayoutEffect(() => {
    document.documentElement.dataset.theme = shown;
    try {
      localStorage.setItem('podlab-theme', chosen);
    } catch {
      // Storage may be forbidden; then the theme lasts as long as the page.
    }
  }, [chosen, shown]);
}
