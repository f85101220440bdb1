import type { Bytes } from '../../runtime/bytes';

/** A line of a configuration: its words, and where it stands. */
export interface ConfigLine {
  readonly words: readonly Bytes[];
  /** `/usr/local/etc/haproxy/haproxy.cfg:12`. */
  readonly place: string;
}

export interface Section {
  readonly kind: Bytes;
  readonly name: Bytes;
  readonly place: string;
  readonly lines: readonly ConfigLine[];
}

/** What is wrong with a configuration, as haproxy prints it after `config : `. */
export interface Complaint {
  readonly severity: 'ALERT' | 'WARNING';
  readonly text: string;
}

const SECTIONS = new Set(
  'global defaults frontend backend listen peers resolvers userlist cache mailers program http-errors ring'.split(
    ' ',
  ),
);

/** Splits a configuration into sections. Models cfgparse.c readcfgfile. */
export function readSections(
  text: Bytes,
  path: Bytes,
  environment: ReadonlyMap<Bytes, Bytes>,
): { readonly sections: readonly Section[]; readonly complaints: readonly Complaint[] } {
  const sections: Section[] = [];
  const complaints: Complaint[] = [];
  let lines: ConfigLine[] | undefined;
  for (const [i, raw] of text.split('\n').entries()) {
    const words = wordsOf(raw, environment);
    const [first] = words;
    if (first === undefined) continue;
    const place = `${path}:${i + 1}`;
    if (SECTIONS.has(first)) {
      lines = [];
      sections.push({ kind: first, name: words[1] ?? '', place, lines });
    } else if (lines) {
      lines.push({ words, place });
    } else {
      const message = `parsing [${place}]: unknown keyword '${first}' out of section.`;
      complaints.push({ severity: 'ALERT', text: message });
    }
  }
  return { sections, complaints };
}

/** The words of a line: quotes group, a backslash escapes, `#` begins a comment, `"$NAME"` is replaced. */
function wordsOf(line: Bytes, environment: ReadonlyMap<Bytes, Bytes>): readonly Bytes[] {
  const words: Bytes[] = [];
  let word: Bytes | undefined;
  let quote = '';
  for (let at = 0; at < line.length; at++) {
    const character = line[at] as string;
    if (quote !== '') {
      if (character === quote) quote = '';
      else if (quote === '"' && character === '$') {
        const name = /^\$\{?(\w+)\}?/.exec(line.slice(at));
        word += environment.get(name?.[1] ?? '') ?? '';
        at += (name?.[0].length ?? 1) - 1;
      } else word += character;
    } else if (character === '#') {
      break;
    } else if (/\s/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (character === '"' || character === "'") {
      word ??= '';
      quote = character;
    } else if (character === '\\' && at + 1 < line.length) {
      word = (word ?? '') + line[++at];
    } else {
      word = (word ?? '') + character;
    }
  }
  if (word !== undefined) words.push(word);
  return words;
}

const UNITS_MS: Readonly<Record<string, number>> = {
  us: 0.001,
  ms: 1,
  '': 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** `5s`, `1m`, `500`: ms, the unit that haproxy takes without one; undefined for what is no time. */
export function parseTime(text: Bytes | undefined): number | undefined {
  const match = /^(\d+)(us|ms|s|m|h|d)?$/.exec(text ?? '');
  return match ? Number(match[1]) * (UNITS_MS[match[2] ?? ''] ?? 1) : undefined;
}
