import { useLayoutEffect, useRef, useState } from 'react';

/** Lines drawn above and below what is in sight. */
const MARGIN_LINES = 12;

/**
 * A list that follows its end until the person scrolls up, and again when they scroll back down. Says which
 * lines need drawing.
 */
export function useTail(count: number, linePx: number) {
  const ref = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  const [height, setHeight] = useState(400);
  const [isFollowing, setFollowing] = useState(true);

  useLayoutEffect(() => {
    const element = ref.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setHeight(element.clientHeight));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: every new line moves the end.
  useLayoutEffect(() => {
    const element = ref.current;
    if (element && isFollowing) {
      element.scrollTop = element.scrollHeight;
      setTop(element.scrollTop);
    }
  }, [count, isFollowing, height]);
  const onScroll = () => {
    const element = ref.current;
    if (!element) return;
    setTop(element.scrollTop);
    const left = element.scrollHeight - element.scrollTop - element.clientHeight;
    setFollowing(left < linePx * 1.5);
  };
  const first = Math.max(0, Math.min(count, Math.floor(top / linePx)) - MARGIN_LINES);
  const shown = Math.ceil(height / linePx) + 2 * MARGIN_LINES;
  return { ref, first, shown, isFollowing, follow: () => setFollowing(true), onScroll };
}
