/** Longest part of a text that names a region, in characters. */
const LONGEST = 60;

/** A name for one of several regions of a kind: what it is, and how it begins. */
export function regionName(kind: string, markdown: string): string {
  const text = markdown.replaceAll(/[`*_]/g, '').replaceAll(/\s+/g, ' ').trim();
  const start = text.length > LONGEST ? `${text.slice(0, LONGEST).trimEnd()} …` : text;
  return start === '' ? kind : `${kind}: ${start}`;
}
