import type { Bytes } from '../../runtime/bytes';
import type { Call } from '../../runtime/syscalls';
import type { Cell, NumberToText } from './awk-cell';
import { formatWhole, toInt } from './awk-number';
import { formatFloat, formatText, parseConversion } from './c-format';
import type { Regex, RegexMatch } from './regex';

/** What sub, gsub and gensub do to a text. */
export interface Substitution {
  readonly pattern: Regex;
  readonly replacement: Bytes;
  /** Which match to replace; 0 for all. */
  readonly which: number;
  /** Whether `\1` … `\9` stand for groups, as in gensub. */
  readonly groups: boolean;
}

/** Models awk_sub of editors/awk.c. */
export function substitute(
  text: Bytes,
  { pattern, replacement, which, groups }: Substitution,
): { readonly text: Bytes; readonly count: number } {
  let result = '';
  let at = 0;
  let count = 0;
  let notStart = false;
  for (;;) {
    const match = pattern.find(text, at, { notStart });
    if (!match) break;
    count++;
    result += text.slice(at, match.start);
    result +=
      count >= which
        ? expandReplacement(replacement, text, match, groups)
        : text.slice(match.start, match.end);
    at = match.end;
    if (count === which) break;
    if (match.end === match.start) {
      if (at >= text.length) break;
      result += text[at++];
    }
    notStart = true;
  }
  return { text: result + text.slice(at), count };
}

function expandReplacement(
  replacement: Bytes,
  text: Bytes,
  match: RegexMatch,
  groups: boolean,
): Bytes {
  let result = '';
  let quoted = false;
  for (let i = 0; i < replacement.length; i++) {
    const character = replacement[i] as string;
    if (character === '\\' && i + 1 < replacement.length) {
      quoted = !quoted;
      if (quoted) continue;
    }
    if (!quoted && character === '&') result += text.slice(match.start, match.end);
    else if (groups && quoted && /[0-9]/.test(character)) {
      const group = match.group(Number(character));
      if (group) result += text.slice(group.start, group.end);
    } else result += character;
    quoted = false;
  }
  return result;
}

/**
 * What printf and sprintf make of their arguments, the format first. Models awk_printf of editors/awk.c:
 * whole numbers have 32 bits.
 */
export function* formatAwk(
  format: Bytes,
  convert: NumberToText,
  nextArgument: () => Call<Cell>,
  refuseStar: () => never,
): Call<Bytes> {
  let result = '';
  let at = 0;
  for (;;) {
    const percent = format.indexOf('%', at);
    if (percent < 0) return result + format.slice(at);
    result += format.slice(at, percent);
    if (format[percent + 1] === '%') {
      result += '%';
      at = percent + 2;
      continue;
    }
    const directive = /^%[^a-zA-Z*]*/.exec(format.slice(percent))?.[0] ?? '';
    const end = percent + directive.length;
    if (format[end] === '*') refuseStar();
    if (end >= format.length) return result + directive;
    const letter = format[end] as string;
    result += show(directive + letter, letter, yield* nextArgument(), convert);
    at = end + 1;
  }
}

function show(directive: Bytes, letter: string, argument: Cell, convert: NumberToText): Bytes {
  const conversion = parseConversion(directive);
  if (!conversion) return directive;
  if (letter === 'c') {
    const character = argument.numeric
      ? String.fromCharCode(toInt(argument.number) & 0xff)
      : (argument.text(convert)[0] ?? '\0');
    return formatText(conversion, character);
  }
  if (letter === 's') return formatText(conversion, argument.text(convert));
  if ('diouxX'.includes(letter)) return formatWhole(directive, letter, toInt(argument.number));
  if ('eEfFgGaA'.includes(letter)) return formatFloat(conversion, argument.number);
  return directive;
}
