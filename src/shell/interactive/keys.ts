import type { Bytes } from '../../runtime/bytes';

/** What a key does in the line editor. */
export type Key =
  | { readonly kind: 'text'; readonly text: Bytes }
  | { readonly kind: 'action'; readonly action: Action };

export type Action =
  | 'accept'
  | 'interrupt'
  | 'end or delete'
  | 'left'
  | 'right'
  | 'word left'
  | 'word right'
  | 'start'
  | 'end'
  | 'up'
  | 'down'
  | 'delete'
  | 'backspace'
  | 'kill to end'
  | 'kill to start'
  | 'kill word'
  | 'kill word right'
  | 'clear'
  | 'complete'
  | 'nothing';

const CONTROL: Readonly<Record<number, Action>> = {
  1: 'start',
  2: 'left',
  3: 'interrupt',
  4: 'end or delete',
  5: 'end',
  6: 'right',
  8: 'backspace',
  9: 'complete',
  10: 'accept',
  11: 'kill to end',
  12: 'clear',
  13: 'accept',
  14: 'down',
  16: 'up',
  21: 'kill to start',
  23: 'kill word',
  127: 'backspace',
};

/** What follows ESC. */
const SEQUENCES: ReadonlyMap<Bytes, Action> = new Map([
  ['[A', 'up'],
  ['[B', 'down'],
  ['[C', 'right'],
  ['[D', 'left'],
  ['OA', 'up'],
  ['OB', 'down'],
  ['OC', 'right'],
  ['OD', 'left'],
  ['[H', 'start'],
  ['[F', 'end'],
  ['OH', 'start'],
  ['OF', 'end'],
  ['[1~', 'start'],
  ['[7~', 'start'],
  ['[4~', 'end'],
  ['[8~', 'end'],
  ['[3~', 'delete'],
  ['[1;5C', 'word right'],
  ['[1;5D', 'word left'],
  ['[1;3C', 'word right'],
  ['[1;3D', 'word left'],
  ['b', 'word left'],
  ['f', 'word right'],
  ['d', 'kill word right'],
  ['\x7f', 'kill word'],
]);

/** Puts the bytes that a terminal sends together to keys. */
export class KeyReader {
  #sequence: Bytes | undefined;
  #character: Bytes = '';
  #missing = 0;

  /** The key that a byte completes, undefined if more bytes belong to it. */
  take(byte: Bytes): Key | undefined {
    const code = byte.charCodeAt(0);
    if (this.#sequence !== undefined) return this.#continueSequence(this.#sequence + byte);
    if (this.#missing > 0) {
      this.#character += byte;
      if (--this.#missing > 0) return undefined;
      const text = this.#character;
      this.#character = '';
      return { kind: 'text', text };
    }
    if (code === 27) {
      this.#sequence = '';
      return undefined;
    }
    const action = CONTROL[code];
    if (action) return { kind: 'action', action };
    if (code < 32) return { kind: 'action', action: 'nothing' };
    // Bytes of one character in UTF-8 are one key.
    if (code >= 0xc2 && code < 0xf5) {
      this.#character = byte;
      this.#missing = code < 0xe0 ? 1 : code < 0xf0 ? 2 : 3;
      return undefined;
    }
    return { kind: 'text', text: byte };
  }

  #continueSequence(sequence: Bytes): Key | undefined {
    const action = SEQUENCES.get(sequence);
    // A sequence with `[` ends with a letter or `~`, one with `O` with one more character.
    const complete = /^(\[[0-9;?]*[A-Za-z~]|O.|[^[O])$/s.test(sequence);
    if (action === undefined && !complete && sequence.length < 12) {
      this.#sequence = sequence;
      return undefined;
    }
    this.#sequence = undefined;
    return { kind: 'action', action: action ?? 'nothing' };
  }
}
