import { useEffect, useRef, useState } from 'react';
import type { LogRow } from '../store/trace-index';

/** Real ms between two announcements: a screen reader must be able to finish a sentence. */
const EVERY_MS = 3000;

interface LogAnnouncerProps {
  readonly rows: readonly LogRow[];
  readonly count: number;
}

/** Sums up new log lines for screen readers, never more often than they can be spoken. */
export function LogAnnouncer({ rows, count }: LogAnnouncerProps) {
  const [said, setSaid] = useState('');
  const latest = useRef({ rows, count });
  latest.current = { rows, count };
  useEffect(() => {
    let told = latest.current.count;
    const timer = setInterval(() => {
      const { rows: all, count: now } = latest.current;
      const last = all[now - 1];
      if (now > told && last) {
        const lines = now - told === 1 ? '1 new log line' : `${now - told} new log lines`;
        setSaid(`${lines}, last from ${last.container}: ${last.text}`);
      }
      told = now;
    }, EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  return (
    <div className="hidden-visually" role="log" aria-label="New log lines">
      {said}
    </div>
  );
}
