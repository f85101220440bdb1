import type { Bytes } from '../../runtime/bytes';
import { charactersOf, codePointOf } from './characters';

/** Code points above this one are shown as `?` (CONFIG_LAST_SUPPORTED_WCHAR). */
const LAST_SUPPORTED = 767;

/** A name as `ls` shows it: a question mark for every character that busybox does not know or show. */
export function printable(name: Bytes): { readonly text: Bytes; readonly width: number } {
  let text = '';
  let width = 0;
  for (const character of charactersOf(name)) {
    const point = codePointOf(character);
    const shown =
      point !== undefined &&
      point >= 32 &&
      point !== 127 &&
      !(point >= 128 && point < 160) &&
      point <= LAST_SUPPORTED &&
      !isCombining(point);
    text += shown ? character : '?';
    width++;
  }
  return { text, width };
}

function isCombining(point: number): boolean {
  return point === 0xad;
}
