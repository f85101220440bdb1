import type { Bytes } from '../../runtime/bytes';
import type { Word, WordPart } from '../ast';

/** Collects a word's parts; runs of characters that are quoted alike become one part. */
export class WordBuilder {
  readonly parts: WordPart[] = [];
  quoted = false;
  #text = '';
  #textQuoted = false;

  add(code: number, quoted: boolean): void {
    this.addText(String.fromCharCode(code), quoted);
  }

  addText(text: Bytes, quoted: boolean): void {
    if (quoted !== this.#textQuoted) {
      this.#flush();
      this.#textQuoted = quoted;
    }
    this.#text += text;
  }

  push(part: WordPart): void {
    this.#flush();
    this.parts.push(part);
  }

  /** Marks that quotes begin here. */
  openQuote(): void {
    this.quoted = true;
    this.push({ kind: 'quote' });
  }

  /** `"${array[@]}"` yields no field at all when there are no elements: its quotes do not count. */
  dropQuoteAroundArray(): void {
    if (this.#text !== '') return;
    const last = this.parts.at(-1);
    const isArray =
      last?.kind === 'parameter' &&
      last.quoted &&
      (last.subscript === '@' || (last.name === '@' && last.operator === 'substring'));
    if (isArray && this.parts.at(-2)?.kind === 'quote') this.parts.splice(-2, 1);
  }

  /** Whether no part has been completed: what has been read so far is `text`. */
  get onlyText(): boolean {
    return this.parts.length === 0 && !this.quoted;
  }

  /** The run of characters that is being collected. */
  get text(): Bytes {
    return this.#text;
  }

  finishParts(): WordPart[] {
    this.#flush();
    return this.parts;
  }

  finish(): Word {
    return makeWord(this.finishParts(), this.quoted);
  }

  #flush(): void {
    if (this.#text === '') return;
    this.parts.push({ kind: 'text', text: this.#text, quoted: this.#textQuoted });
    this.#text = '';
  }
}

/** What an unquoted text may expand: patterns, and home directories within assignments. */
const EXPANDED = /[*?[]|:~/;

/** A word of these parts. */
export function makeWord(parts: readonly WordPart[], quoted: boolean): Word {
  const [first] = parts;
  let literal: Bytes | undefined;
  if (!quoted && parts.length === 1 && first?.kind === 'text' && !first.quoted)
    literal = first.text;
  return { parts, quoted, literal, constant: constantOf(parts) };
}

function constantOf(parts: readonly WordPart[]): Bytes | undefined {
  if (parts.length === 0) return undefined;
  let text = '';
  for (const [index, part] of parts.entries()) {
    if (part.kind === 'quote') continue;
    if (part.kind !== 'text') return undefined;
    if (!part.quoted) {
      if (EXPANDED.test(part.text) || (index === 0 && part.text.startsWith('~'))) return undefined;
    }
    text += part.text;
  }
  return text;
}
