/**
 * Ages and durations as kubectl and the API server print them. Models apimachinery's util/duration
 * and the timestamp cells of the server's tables. Durations are in nanoseconds: Go truncates them.
 */

const SECOND = 1_000_000_000n;
const MINUTE = 60n * SECOND;
const HOUR = 60n * MINUTE;

/** A duration of at most two units: `90s`, `3m5s`, `2d4h`. `<invalid>` below -1 s. */
export function humanDuration(nanoseconds: bigint): string {
  const negative = negativeText(nanoseconds);
  if (negative !== undefined) return negative;
  const seconds = nanoseconds / SECOND;
  if (seconds < 120n) return `${seconds}s`;
  const minutes = nanoseconds / MINUTE;
  if (minutes < 10n) return twoUnits(minutes, 'm', seconds % 60n, 's');
  if (minutes < 180n) return `${minutes}m`;
  const hours = nanoseconds / HOUR;
  if (hours < 8n) return twoUnits(hours, 'h', minutes % 60n, 'm');
  if (hours < 48n) return `${hours}h`;
  const days = hours / 24n;
  if (days < 8n) return twoUnits(days, 'd', hours % 24n, 'h');
  if (days < 2n * 365n) return `${days}d`;
  if (days < 8n * 365n) return twoUnits(days / 365n, 'y', days % 365n, 'd');
  return `${days / 365n}y`;
}

/** A duration in its largest unit: `59s`, `3m`, `2d`. Counted in doubles, as upstream counts. */
export function shortHumanDuration(nanoseconds: bigint): string {
  const negative = negativeText(nanoseconds);
  if (negative !== undefined) return negative;
  const seconds = Math.trunc(inUnits(nanoseconds, SECOND));
  if (seconds < 60) return `${seconds}s`;
  const minutes = Math.trunc(inUnits(nanoseconds, MINUTE));
  if (minutes < 60) return `${minutes}m`;
  const hours = inUnits(nanoseconds, HOUR);
  if (Math.trunc(hours) < 24) return `${Math.trunc(hours)}h`;
  if (Math.trunc(hours) < 24 * 365) return `${Math.trunc(Math.trunc(hours) / 24)}d`;
  return `${Math.trunc(hours / 24 / 365)}y`;
}

/** Go's Duration.Hours and the like: the fraction is added in double precision. */
function inUnits(nanoseconds: bigint, unit: bigint): number {
  return Number(nanoseconds / unit) + Number(nanoseconds % unit) / Number(unit);
}

/** What is printed for the future: clocks that differ by up to a second are forgiven. */
function negativeText(nanoseconds: bigint): string | undefined {
  const seconds = Math.trunc(inUnits(nanoseconds, SECOND));
  if (seconds < -1) return '<invalid>';
  return seconds < 0 ? '0s' : undefined;
}

function twoUnits(large: bigint, unit: string, small: bigint, smallUnit: string): string {
  return small === 0n ? `${large}${unit}` : `${large}${unit}${small}${smallUnit}`;
}

/** Age of a timestamp (RFC 3339) as a table shows it; `nowMs` is milliseconds since 1970. */
export function ageSince(timestamp: string | undefined | null, nowMs: number): string {
  const then = parseTimestamp(timestamp);
  if (then === undefined) return '<unknown>';
  return humanDuration(BigInt(Math.round(nowMs * 1e6)) - BigInt(Math.round(then * 1e6)));
}

/** Time left until a timestamp. */
export function timeUntil(timestamp: string | undefined | null, nowMs: number): string {
  const then = parseTimestamp(timestamp);
  if (then === undefined) return '<unknown>';
  return humanDuration(BigInt(Math.round(then * 1e6)) - BigInt(Math.round(nowMs * 1e6)));
}

function parseTimestamp(timestamp: string | undefined | null): number | undefined {
  const parsed = timestamp == null || timestamp === '' ? Number.NaN : Date.parse(timestamp);
  return Number.isNaN(parsed) ? undefined : parsed;
}
