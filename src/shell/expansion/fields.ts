import type { Bytes } from '../../runtime/bytes';
import { ARGUMENT_END, type Marked } from './marks';

/** Characters that split fields when IFS is unset. */
export const DEFAULT_SEPARATORS: Bytes = ' \t\n';

/** A stretch of an expanded word that is split into fields. */
interface Region {
  readonly begin: number;
  readonly end: number;
  /** Only where one argument of `"$@"` ends and the next begins. */
  readonly argumentsOnly: boolean;
}

/** A word while it is being expanded. */
export class ExpandedWord {
  text: Marked = '';
  readonly #regions: Region[] = [];

  /** Notes that the text since `begin` is to be split. */
  splitSince(begin: number, argumentsOnly = false): void {
    this.#regions.push({ begin, end: this.text.length, argumentsOnly });
  }

  /** The fields of the word: none, one or more. Models ash.c ifsbreakup. */
  split(separators: Bytes): Marked[] {
    const fields: Marked[] = [];
    const { text } = this;
    let start = 0;
    let argumentsOnly = false;
    for (const region of this.#regions) {
      const afterArguments = argumentsOnly;
      argumentsOnly = region.argumentsOnly;
      const separating = codesOf(argumentsOnly ? ARGUMENT_END : separators + ARGUMENT_END);
      let blank = false;
      let at = region.begin;
      while (at < region.end) {
        if (separating[text.charCodeAt(at)] !== 1) {
          at++;
          continue;
        }
        const character = text[at] as string;
        if (!afterArguments && !argumentsOnly) blank = isBlank(character);
        // Blanks in front of a field vanish.
        if (at === start && blank) {
          start = ++at;
          continue;
        }
        fields.push(text.slice(start, at++));
        if (!argumentsOnly) {
          // Blanks and at most one other separator belong to the separator just met.
          for (; at < region.end && separating[text.charCodeAt(at)] === 1; at++) {
            if (isBlank(text[at] as string)) continue;
            if (!blank) break;
            blank = false;
          }
        }
        start = at;
      }
    }
    if (start < text.length || argumentsOnly) fields.push(text.slice(start));
    return fields;
  }
}

/** 1 at the code of each of these bytes: values of megabytes are looked at byte by byte. */
function codesOf(bytes: Bytes): Uint8Array {
  const codes = new Uint8Array(256);
  for (let i = 0; i < bytes.length; i++) codes[bytes.charCodeAt(i)] = 1;
  return codes;
}

function isBlank(character: string): boolean {
  return character === ARGUMENT_END || DEFAULT_SEPARATORS.includes(character);
}
