import { useEffect } from 'react';
import { lab } from '../store/lab';
import { update, usePage } from '../store/store';
import { LARGEST_EDITED } from './large-paste';

/** Real ms of rest after a keystroke before the API server is asked: pasting and repeated keys are one change. */
const REST_MS = 12;

/** The answer that is awaited. One at a time: only the latest text counts, and the lab has other things to do. */
let answering: Promise<unknown> = Promise.resolve();

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
    if (!isReady) {
      // A lab that has ended never answers.
      answering = Promise.resolve();
      return;
    }
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
      await answering;
      if (isGone) return;
      const answer = lab()
        .dryRun(text)
        .catch(() => undefined);
      answering = answer;
      const verdict = await answer;
      if (!isGone && verdict) update({ verdict: { state: 'known', path, verdict } });
    }, REST_MS);
    return () => {
      isGone = true;
      clearTimeout(timer);
    };
  }, [path, text, isReady, applied]);
}
