import type { Bytes } from '../../runtime/bytes';
import type { TextPart, Word, WordPart } from '../ast';
import { makeWord } from './word-builder';

/** Words that one brace expansion may yield. */
const MOST_WORDS = 100_000;

/** Longer words are left as they are. */
const MOST_PIECES = 5000;

/** A character of a word, or one of its other parts as a whole. */
type Piece = { readonly character: string } | { readonly part: WordPart };

/** bash's `{a,b}` and `{1..5}`: the words that a word stands for. Models bash's braces.c. */
export function expandBraces(word: Word): readonly Word[] {
  const candidate = word.parts.some(
    (part) => part.kind === 'text' && !part.quoted && part.text.includes('{'),
  );
  if (!candidate) return [word];
  const pieces = word.parts.flatMap((part): Piece[] =>
    part.kind === 'text' && !part.quoted
      ? [...part.text].map((character) => ({ character }))
      : [{ part }],
  );
  if (pieces.length > MOST_PIECES) return [word];
  const expanded = expand(pieces);
  if (expanded.length === 1) return [word];
  return expanded.map((one) => makeWord(joined(one), word.quoted));
}

function joined(pieces: readonly Piece[]): WordPart[] {
  const parts: WordPart[] = [];
  for (const piece of pieces) {
    const last = parts.at(-1);
    if ('part' in piece) parts.push(piece.part);
    else if (last?.kind === 'text' && !last.quoted) {
      parts[parts.length - 1] = { ...last, text: last.text + piece.character } satisfies TextPart;
    } else parts.push({ kind: 'text', text: piece.character, quoted: false });
  }
  return parts;
}

function characterAt(pieces: readonly Piece[], index: number): string | undefined {
  const piece = pieces[index];
  return piece !== undefined && 'character' in piece ? piece.character : undefined;
}

function expand(pieces: readonly Piece[]): readonly (readonly Piece[])[] {
  for (let open = 0; open < pieces.length; open++) {
    if (characterAt(pieces, open) !== '{') continue;
    const found = alternatives(pieces, open);
    if (!found) continue;
    const before = pieces.slice(0, open);
    const rests = expand(pieces.slice(found.end));
    if (found.choices.length * rests.length > MOST_WORDS) return [pieces];
    return found.choices.flatMap((choice) => rests.map((rest) => [...before, ...choice, ...rest]));
  }
  return [pieces];
}

/** What the brace at `open` offers, and where it ends; undefined if it is just a brace. */
function alternatives(
  pieces: readonly Piece[],
  open: number,
): { choices: readonly (readonly Piece[])[]; end: number } | undefined {
  const commas: number[] = [];
  let depth = 0;
  for (let at = open + 1; at < pieces.length; at++) {
    const character = characterAt(pieces, at);
    if (character === '{') depth++;
    else if (character === '}' && depth-- === 0) {
      const end = at + 1;
      if (commas.length === 0) {
        const choices = sequence(pieces.slice(open + 1, at));
        return choices && { choices, end };
      }
      const bounds = [open, ...commas, at];
      const choices = bounds
        .slice(1)
        .flatMap((to, i) => expand(pieces.slice((bounds[i] ?? 0) + 1, to)));
      return { choices, end };
    } else if (character === ',' && depth === 0) commas.push(at);
  }
  return undefined;
}

/** `1..5`, `01..10`, `a..e`, `1..9..2`. */
function sequence(pieces: readonly Piece[]): readonly (readonly Piece[])[] | undefined {
  let text: Bytes = '';
  for (const piece of pieces) {
    if ('part' in piece) return undefined;
    text += piece.character;
  }
  const match = /^(-?\d+|[A-Za-z])\.\.(-?\d+|[A-Za-z])(?:\.\.(-?\d+))?$/.exec(text);
  if (!match) return undefined;
  const [, from = '', to = '', by] = match;
  const letters = /^[A-Za-z]$/.test(from);
  if (letters !== /^[A-Za-z]$/.test(to)) return undefined;
  const start = letters ? from.charCodeAt(0) : Number(from);
  const stop = letters ? to.charCodeAt(0) : Number(to);
  const step = Math.max(1, Math.abs(Number(by ?? 1)));
  if (Math.abs(stop - start) / step > MOST_WORDS) return undefined;
  const padded = [from, to].some((number) => /^-?0\d/.test(number));
  const width = padded ? Math.max(from.length, to.length) : 0;
  const words: Piece[][] = [];
  for (let i = 0; i <= Math.abs(stop - start); i += step) {
    const value = start + (stop < start ? -i : i);
    const shown = letters
      ? String.fromCharCode(value)
      : `${value < 0 ? '-' : ''}${String(Math.abs(value)).padStart(width - (value < 0 ? 1 : 0), '0')}`;
    words.push([...shown].map((character) => ({ character })));
  }
  return words;
}
