/** RFC 3339 in UTC with whole seconds, as metav1.Time is written. `unixMs` is rounded down. */
export function formatTime(unixMs: number): string {
  const second = Math.floor(unixMs / 1000);
  if (second !== last.second) {
    last = { second, text: `${new Date(second * 1000).toISOString().slice(0, 19)}Z` };
  }
  return last.text;
}

/** Most times that are written within a run are those of one instant. */
let last = { second: 0, text: '1970-01-01T00:00:00Z' };

/** RFC 3339 in UTC with six decimals, as metav1.MicroTime is written. */
export function formatMicroTime(unixMs: number): string {
  return `${new Date(unixMs).toISOString().slice(0, 23)}000Z`;
}

/** Unix ms of an RFC 3339 time; undefined when there is none or it cannot be read. */
export function parseTime(text: string | null | undefined): number | undefined {
  if (!text) return undefined;
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? undefined : ms;
}
