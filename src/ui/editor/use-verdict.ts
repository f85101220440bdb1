import { useEffect } from 'react';
import { lab } from '../store/lab';
import { update, usePage } from '../store/store';
import { LARGEST_EDITED } from './large-paste';

/** Real ms of rest after the last keystroke before the API server is asked. */
const DEBOUNCE_MS = 60;

export function isManifest(path: string): boolean {
  return /\.(ya?ml|json)$/i.test(path);
}

/** Keeps the API server's verdict about the open file: what `kubectl apply --dry-run=server` would say. */
export function useVerdict(): void {
  const path = usePage((state) => state.activePath);
  const text = usePage((state) => state.files.find((file) => file.path === path)?.text ?? '');
  const isReady = usePage((state) => state.flow === 'ready');
  const applied = usePage((state) => state.applied);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was applied may be what the text refers to.
  useEffect(() => {
    if (!isReady) return;
    if (!isManifest(path)) {
      update({ verdict: { state: 'not a manifest' } });
      return;
    }
    if (text.length > LARGEST_EDITED) {
      update({ verdict: { state: 'too large' } });
      return;
    }
    let isGone = false;
    const timer = setTimeout(async () => {
      const verdict = await lab()
        .dryRun(text)
        .catch(() => undefined);
      if (!isGone && verdict) update({ verdict: { state: 'known', path, verdict } });
    }, DEBOUNCE_MS);
    return () => {
      isGone = true;
      clearTimeout(timer);
    };
  }, [path, text, isReady, applied]);
}
