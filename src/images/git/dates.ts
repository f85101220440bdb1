import { clockTime, monthName } from '../http/message';

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

/** `Thu Jan 1 00:02:00 2026 +0000`. */
export function gitDate(unixSeconds: number): string {
  const ms = unixSeconds * 1000;
  const date = new Date(ms);
  return `${DAYS[date.getUTCDay()]} ${monthName(ms)} ${date.getUTCDate()} ${clockTime(ms)} ${date.getUTCFullYear()} +0000`;
}
