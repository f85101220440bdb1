import type { Bytes } from '../../runtime/bytes';
import { compileOrFail } from './patterns';
import type { Regex, RegexMatch } from './regex';

export interface GrepRules {
  readonly fixed: boolean;
  readonly extended: boolean;
  readonly ignoreCase: boolean;
  readonly wholeLine: boolean;
  readonly wholeWord: boolean;
}

/** What was found in a line: where by an expression, or which fixed text. */
export type Found =
  | { readonly kind: 'regex'; readonly regex: Regex; readonly start: number; readonly end: number }
  | { readonly kind: 'fixed'; readonly text: Bytes };

/** Decides whether a line holds one of several patterns, as grep does with its -w and -x. */
export class GrepMatcher {
  readonly #rules: GrepRules;
  readonly #patterns: readonly Bytes[];
  readonly #regexes: (Regex | undefined)[];

  constructor(patterns: readonly Bytes[], rules: GrepRules) {
    this.#rules = rules;
    this.#patterns = patterns;
    this.#regexes = patterns.map(() => undefined);
  }

  /** The first pattern that the line holds. Patterns are compiled when they are first needed. */
  find(line: Bytes): Found | undefined {
    for (const [i, pattern] of this.#patterns.entries()) {
      const found = this.#rules.fixed ? this.#findFixed(line, pattern) : this.#findRegex(line, i);
      if (found) return found;
    }
    return undefined;
  }

  /** What -o prints of a line. */
  parts(line: Bytes, found: Found): Bytes[] {
    if (found.kind === 'fixed') return [found.text];
    const parts: Bytes[] = [];
    let { start, end } = found;
    for (;;) {
      if (end > start) parts.push(line.slice(start, end));
      if (end >= line.length) return parts;
      const from = end === start ? end + 1 : end;
      const next = found.regex.find(line.slice(from), 0, { notStart: true });
      if (!next) return parts;
      start = next.start + from;
      end = next.end + from;
    }
  }

  #findFixed(line: Bytes, text: Bytes): Found | undefined {
    const { ignoreCase, wholeLine, wholeWord } = this.#rules;
    const haystack = ignoreCase ? line.toLowerCase() : line;
    const needle = ignoreCase ? text.toLowerCase() : text;
    for (let at = haystack.indexOf(needle); at >= 0; at = haystack.indexOf(needle, at + 1)) {
      if (wholeLine) {
        return at === 0 && haystack.length === needle.length ? { kind: 'fixed', text } : undefined;
      }
      if (!wholeWord) return { kind: 'fixed', text };
      if (!isWord(line[at - 1]) && !isWord(line[at + needle.length]))
        return { kind: 'fixed', text };
      if (at >= line.length) break;
    }
    return undefined;
  }

  #findRegex(line: Bytes, index: number): Found | undefined {
    const { wholeLine, wholeWord, extended, ignoreCase } = this.#rules;
    const pattern = this.#patterns[index] as Bytes;
    this.#regexes[index] ??= compileOrFail(pattern, { extended, ignoreCase });
    const regex = this.#regexes[index] as Regex;
    let from = 0;
    let match: RegexMatch | undefined = regex.find(line);
    while (match) {
      const start = match.start + from;
      const end = match.end + from;
      const found: Found = { kind: 'regex', regex, start, end };
      if (wholeLine) return start === 0 && end === line.length ? found : undefined;
      if (!wholeWord) return found;
      if (!isWord(line[start - 1]) && !isWord(line[end])) return found;
      if (match.end === 0) return undefined;
      from = end;
      match = regex.find(line.slice(from), 0, { notStart: true });
    }
    return undefined;
  }
}

function isWord(byte: string | undefined): boolean {
  return byte !== undefined && /[0-9A-Za-z_]/.test(byte);
}
