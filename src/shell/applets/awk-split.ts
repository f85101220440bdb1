import type { Bytes } from '../../runtime/bytes';
import type { RegexPair } from './awk-program';
import { compileOrFail } from './patterns';
import type { Regex, RegexMatch } from './regex';

/** What separates fields or records: one byte (none: every byte by itself; a blank: blanks) or a pattern. */
export type Separator = Bytes | RegexPair;

export function separatorFrom(text: Bytes): Separator {
  if (text.length < 2) return text;
  return {
    exact: compileOrFail(text, { extended: true }),
    ignoringCase: compileOrFail(text, { extended: true, ignoreCase: true }),
  };
}

/** How fields are told apart, beside their separator. */
export interface SplitRules {
  /** Newlines separate too: records are paragraphs. */
  readonly atNewlines: boolean;
  readonly ignoreCase: boolean;
}

/** Splits a text into fields. Models awk_split of editors/awk.c. */
export function splitFields(text: Bytes, separator: Separator, rules: SplitRules): Bytes[] {
  if (typeof separator !== 'string') {
    return splitAtPattern(
      text,
      rules.ignoreCase ? separator.ignoringCase : separator.exact,
      rules.atNewlines,
    );
  }
  if (text === '') return [];
  if (separator === '') return [...text];
  if (separator === ' ') return text.split(/[ \t\n]+/).filter((field) => field !== '');
  let unified = text;
  if (rules.ignoreCase && separator.toLowerCase() !== separator.toUpperCase()) {
    unified = unified.replaceAll(separator.toUpperCase(), separator.toLowerCase());
    return splitAtBytes(unified, separator.toLowerCase(), rules.atNewlines);
  }
  return splitAtBytes(unified, separator, rules.atNewlines);
}

function splitAtBytes(text: Bytes, separator: Bytes, atNewlines: boolean): Bytes[] {
  return atNewlines
    ? text.split('\n').flatMap((line) => line.split(separator))
    : text.split(separator);
}

function splitAtPattern(text: Bytes, pattern: Regex, atNewlines: boolean): Bytes[] {
  const fields: Bytes[] = [];
  let count = text === '' ? 0 : 1;
  let rest = text;
  while (rest !== '') {
    const newline = atNewlines ? rest.indexOf('\n') : -1;
    const line = newline < 0 ? rest.length : newline;
    const match = findNotEmpty(pattern, rest);
    if (match && match.start <= line) {
      fields.push(rest.slice(0, match.start));
      rest = rest.slice(match.end);
      count++;
      // A separator at the very end has an empty field behind it.
      if (rest === '') fields.push('');
    } else {
      fields.push(rest.slice(0, line));
      rest = rest.slice(line + 1);
    }
  }
  // Newlines separate fields but are not counted, so that many fields at the end are lost.
  return fields.slice(0, count);
}

/** The first match that does not end where the text begins. */
function findNotEmpty(pattern: Regex, text: Bytes): Pick<RegexMatch, 'start' | 'end'> | undefined {
  const match = pattern.find(text);
  if (!match || match.end > 0) return match;
  for (let offset = 1; offset < text.length; offset++) {
    const later = pattern.find(text.slice(offset));
    if (later && later.end > 0) return { start: later.start + offset, end: later.end + offset };
  }
  return undefined;
}
