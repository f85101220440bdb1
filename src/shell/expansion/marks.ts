import type { Bytes } from '../../runtime/bytes';

/**
 * While a word is being expanded, some of its characters must remember that they were quoted. Bytes use the
 * codes 0 to 255, so the codes above are free for that: code + 256 is the same byte, quoted.
 */
export type Marked = string;

const QUOTED = 0x100;

/** Stands where quotes began; keeps a field alive that is empty otherwise. */
export const QUOTE_MARK = '\u0200';

/** Separates arguments of `$@`; no value can hold it. */
export const ARGUMENT_END = '\0';

const SPECIAL = /[*?[\]\\!^-]/;
const ALL_SPECIAL = /[*?[\]\\!^-]/g;

/** Marks those characters of a quoted text that have a meaning in patterns. */
export function markQuoted(text: Bytes): Marked {
  if (!SPECIAL.test(text)) return text;
  return text.replace(ALL_SPECIAL, (character) =>
    String.fromCharCode(character.charCodeAt(0) + QUOTED),
  );
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: bytes are the codes 0 to 255.
const UNMARKED = /^[\x00-\xff]*$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: bytes are the codes 0 to 255.
const ALL_MARKED = /[^\x00-\xff]/g;

/** Takes all marks out: the plain bytes. */
export function unmark(text: Marked): Bytes {
  if (UNMARKED.test(text)) return text;
  return text.replace(ALL_MARKED, (character) =>
    character === QUOTE_MARK ? '' : String.fromCharCode(character.charCodeAt(0) - QUOTED),
  );
}
