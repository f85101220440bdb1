import type { Bytes } from '../../runtime/bytes';
import type { Sys } from '../../runtime/syscalls';

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `[Thu Jan 01 00:00:00.040000 2026] [core:notice] [pid 1:tid 1] …` */
export function errorLine(sys: Sys, source: string, text: Bytes): Bytes {
  const date = new Date(sys.nowMs);
  const two = (value: number) => String(value).padStart(2, '0');
  const time = `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`;
  const micros = String(date.getUTCMilliseconds() * 1000).padStart(6, '0');
  const when = `${DAYS[date.getUTCDay()]} ${MONTHS[date.getUTCMonth()]} ${two(date.getUTCDate())} ${time}.${micros} ${date.getUTCFullYear()}`;
  return `[${when}] [${source}] [pid ${sys.pid}:tid ${sys.pid}] ${text}\n`;
}
