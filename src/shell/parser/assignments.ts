import type { Bytes } from '../../runtime/bytes';
import type { Assignment, Word } from '../ast';
import { makeWord } from './word-builder';

const ASSIGNMENT = /^([A-Za-z_][A-Za-z0-9_]*)=/;
const EMPTY_WORD: Word = { parts: [], literal: undefined, constant: '', quoted: false };

/** The assignment that a word is, if it begins with an unquoted name and `=`. */
export function asAssignment(word: Word): Assignment | undefined {
  const [first, ...rest] = word.parts;
  if (first?.kind !== 'text' || first.quoted) return undefined;
  const match = ASSIGNMENT.exec(first.text);
  if (!match) return undefined;
  const value = first.text.slice(match[0].length);
  const parts = value === '' ? rest : [{ ...first, text: value }, ...rest];
  const whole = parts.length === 0 ? EMPTY_WORD : makeWord(parts, word.quoted);
  return { name: match[1] as Bytes, value: whole };
}

/** bash's assignments: also `name+=value` and `name[subscript]=value`. */
export function asBashAssignment(word: Word): Assignment | undefined {
  const plain = asAssignment(word);
  if (plain) return plain;
  const [first] = word.parts;
  if (first?.kind !== 'text' || first.quoted) return undefined;
  const head = /^([A-Za-z_][A-Za-z0-9_]*)(\[|\+=)/.exec(first.text);
  if (!head) return undefined;
  const name = head[1] ?? '';
  if (head[2] === '+=') {
    return { name, append: true, value: wordFrom(word, 0, head[0].length) };
  }
  for (const [index, part] of word.parts.entries()) {
    if (part.kind !== 'text' || part.quoted) continue;
    const match = /\](\+?)=/.exec(index === 0 ? part.text.slice(head[0].length) : part.text);
    if (!match) continue;
    const end = match.index + (index === 0 ? head[0].length : 0);
    return {
      name,
      subscript: wordBetween(word, head[0].length, index, end),
      append: match[1] === '+',
      value: wordFrom(word, index, end + match[0].length),
    };
  }
  return undefined;
}

/** The rest of a word behind some characters of one of its parts. */
function wordFrom(word: Word, index: number, at: number): Word {
  const part = word.parts[index];
  const rest = word.parts.slice(index + 1);
  const text = part?.kind === 'text' ? part.text.slice(at) : '';
  const parts = text === '' || part?.kind !== 'text' ? rest : [{ ...part, text }, ...rest];
  return parts.length === 0 ? EMPTY_WORD : makeWord(parts, word.quoted);
}

/** What stands in the first part from `from` on, up to a place in the part `index`. */
function wordBetween(word: Word, from: number, index: number, end: number): Word {
  const parts = word.parts.slice(0, index + 1).map((part, i) => {
    if (part.kind !== 'text') return part;
    const text = part.text.slice(i === 0 ? from : 0, i === index ? end : undefined);
    return { ...part, text };
  });
  const kept = parts.filter((part) => part.kind !== 'text' || part.text !== '');
  return kept.length === 0 ? EMPTY_WORD : makeWord(kept, word.quoted);
}

/** `[key]=value` within an array's literal. */
export function asKeyedElement(word: Word): { key: Word; value: Word } | undefined {
  const [first] = word.parts;
  if (first?.kind !== 'text' || first.quoted || !first.text.startsWith('[')) return undefined;
  const named: Word = makeWord(
    [{ ...first, text: `_${first.text}` }, ...word.parts.slice(1)],
    word.quoted,
  );
  const assignment = asBashAssignment(named);
  return assignment?.subscript && { key: assignment.subscript, value: assignment.value };
}
