import type { Bytes } from '../../runtime/bytes';

/** The line that is being edited, character by character, and the place of the cursor in it. */
export class LineBuffer {
  #characters: Bytes[] = [];
  cursor = 0;

  get text(): Bytes {
    return this.#characters.join('');
  }

  get beforeCursor(): Bytes {
    return this.#characters.slice(0, this.cursor).join('');
  }

  get length(): number {
    return this.#characters.length;
  }

  /** Replaces the whole line; the cursor goes to its end. */
  set(text: Bytes): void {
    this.#characters = splitCharacters(text);
    this.cursor = this.#characters.length;
  }

  insert(text: Bytes): void {
    const characters = splitCharacters(text);
    this.#characters.splice(this.cursor, 0, ...characters);
    this.cursor += characters.length;
  }

  move(by: number): void {
    this.cursor = Math.max(0, Math.min(this.length, this.cursor + by));
  }

  /** Removes characters between the cursor and another place. */
  removeTo(place: number): void {
    const [from, to] = place < this.cursor ? [place, this.cursor] : [this.cursor, place];
    this.#characters.splice(from, to - from);
    this.cursor = from;
  }

  /** Where the word to the left of the cursor begins. */
  get wordStart(): number {
    let at = this.cursor;
    while (at > 0 && this.#characters[at - 1] === ' ') at--;
    while (at > 0 && this.#characters[at - 1] !== ' ') at--;
    return at;
  }

  /** Where the word to the right of the cursor ends. */
  get wordEnd(): number {
    let at = this.cursor;
    while (at < this.length && this.#characters[at] === ' ') at++;
    while (at < this.length && this.#characters[at] !== ' ') at++;
    return at;
  }
}

/** Characters of a text in UTF-8; bytes that spell none stand alone. */
export function splitCharacters(text: Bytes): Bytes[] {
  return (
    text.match(
      /[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}|[\s\S]/g,
    ) ?? []
  );
}
