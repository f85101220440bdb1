import { useState } from 'react';

/** Rows that are drawn at first, and with each wish for more. */
const STEP = 100;

/** The newest of many rows: a list of thousands would take longer to draw than anybody waits. */
export function useNewest(count: number) {
  const [wanted, setWanted] = useState(STEP);
  const left = Math.max(0, count - wanted);
  return { wanted, left, showMore: () => setWanted(wanted + STEP) };
}
