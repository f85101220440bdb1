import { useCallback, useMemo, useRef } from 'react';
import { seek } from '../store/lab';
import { update, usePage } from '../store/store';

/** Real ms between two moments that the lab is asked to show while the playhead is dragged. */
const ASK_EVERY_MS = 80;

/**
 * Dragging the playhead: lanes and logs follow at once, because the page knows the trace; the picture follows
 * as fast as the lab replays. Letting go always ends at the exact place.
 */
export function useScrub() {
  const target = useRef<number | undefined>(undefined);
  const askedAt = useRef(0);

  const scrubTo = useCallback((t: number) => {
    const { horizon, scrub } = usePage.getState();
    const to = Math.round(Math.max(0, Math.min(horizon, t)));
    target.current = to;
    const now = performance.now();
    if (now - askedAt.current >= ASK_EVERY_MS) {
      askedAt.current = now;
      seek(to);
    } else {
      update({ scrub: { t: to, seek: scrub?.seek ?? Number.POSITIVE_INFINITY } });
    }
  }, []);
  const endScrub = useCallback(() => {
    if (target.current !== undefined) seek(target.current);
    target.current = undefined;
  }, []);
  return useMemo(() => ({ scrubTo, endScrub }), [scrubTo, endScrub]);
}
