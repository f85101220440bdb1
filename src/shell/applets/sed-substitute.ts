import type { Bytes } from '../../runtime/bytes';
import type { Regex, RegexMatch } from './regex';

/**
 * Replaces matches in a text: the `which`-th, or all if that is 0. Undefined if nothing was replaced. An
 * empty match right behind a match is left alone (replacing `b*` by `-` makes `-a-c-` of `abc`).
 */
export function substitute(
  text: Bytes,
  regex: Regex,
  replacement: Bytes,
  which: number,
): Bytes | undefined {
  let match = regex.find(text);
  if (!match) return undefined;
  let rest = text;
  let result = '';
  let count = 0;
  let altered = false;
  let afterEmpty = true;
  let triedAtEnd = false;
  while (match) {
    const { start, end } = match;
    count++;
    if (which !== 0 && which !== count) {
      const taken = start === end && end < rest.length ? end + 1 : end;
      result += rest.slice(0, taken);
      rest = rest.slice(taken);
    } else {
      result += rest.slice(0, start);
      if (afterEmpty || start !== 0 || start !== end) {
        result += expandReplacement(replacement, rest, match);
        altered = true;
      }
      afterEmpty = start === end;
      let taken = end;
      if (afterEmpty) {
        if (end === rest.length) triedAtEnd = true;
        else {
          result += rest[end];
          taken++;
        }
      }
      rest = rest.slice(taken);
      if (which !== 0) break;
    }
    if (rest === '') {
      if (triedAtEnd) break;
      triedAtEnd = true;
    }
    match = regex.find(rest, 0, { notStart: true });
  }
  return altered ? result + rest : undefined;
}

/** The replacement with `&` and `\1` filled in. */
export function expandReplacement(replacement: Bytes, text: Bytes, match: RegexMatch): Bytes {
  let result = '';
  for (let i = 0; i < replacement.length; i++) {
    const byte = replacement[i] as string;
    if (byte === '&') {
      result += text.slice(match.start, match.end);
    } else if (byte === '\\' && i + 1 < replacement.length) {
      const next = replacement[++i] as string;
      const group = /[0-9]/.test(next) ? match.group(Number(next)) : undefined;
      if (!/[0-9]/.test(next)) result += next;
      else if (group) result += text.slice(group.start, group.end);
    } else {
      result += byte;
    }
  }
  return result;
}
