import type { Bytes } from '../../runtime/bytes';
import { readNumber } from './awk-number';
import { AwkTable } from './awk-table';

/** Turns a number into text as CONVFMT says. */
export type NumberToText = (cell: Cell, value: number) => Bytes;

/**
 * A variable, a field, an element of an array or the value of an expression. It is a number or a text, and
 * remembers what it is as the other; it may be an array at the same time. A text from outside (a field, an
 * argument) counts as a number where it looks like one.
 */
export class Cell {
  #text: Bytes = '';
  #number = 0;
  #isNumber = false;
  #converted = false;
  #fromOutside = false;
  #everSet = false;
  #elements: AwkTable<Cell> | undefined;
  /** What a function's parameter stands for, should it be used as an array. */
  original: Cell | undefined;
  /** The value of an expression that nobody else has a hold of. */
  readonly temporary: boolean;

  constructor(temporary = false) {
    this.temporary = temporary;
  }

  static ofNumber(value: number): Cell {
    const cell = new Cell(true);
    cell.setNumber(value);
    return cell;
  }

  static ofText(text: Bytes): Cell {
    const cell = new Cell(true);
    cell.setText(text);
    return cell;
  }

  get isNumber(): boolean {
    return this.#isNumber;
  }

  get isArray(): boolean {
    return this.#elements !== undefined;
  }

  /** The array that this is; from now on it is one. */
  get elements(): AwkTable<Cell> {
    if (this.original) return this.original.elements;
    this.#elements ??= new AwkTable();
    return this.#elements;
  }

  element(key: Bytes): Cell {
    return this.elements.get(key) ?? this.elements.add(key, new Cell());
  }

  setText(text: Bytes): void {
    this.clear();
    this.#text = text;
    this.changed();
  }

  /** A text from outside, which may be a number. */
  setInput(text: Bytes): void {
    this.setText(text);
    this.#fromOutside = true;
  }

  setNumber(value: number): void {
    this.clear();
    this.#isNumber = true;
    this.#number = value;
    this.changed();
  }

  copyFrom(other: Cell): void {
    if (other !== this) {
      this.clear();
      this.#text = other.#text;
      this.#number = other.#number;
      this.#isNumber = other.#isNumber;
      this.#converted = other.#converted;
      this.#fromOutside = other.#fromOutside;
    }
    this.changed();
  }

  /** The empty text, without any effect that setting has. */
  clear(): void {
    this.#text = '';
    this.#isNumber = false;
    this.#converted = false;
    this.#fromOutside = false;
    this.#everSet = true;
  }

  /** Sets without any effect that setting has: what a record's text was split into. */
  fill(value: Bytes | number): void {
    this.clear();
    if (typeof value === 'number') {
      this.#isNumber = true;
      this.#number = value;
    } else {
      this.#text = value;
      this.#fromOutside = true;
    }
  }

  text(convert: NumberToText): Bytes {
    if (this.#isNumber && !this.#converted) {
      this.#text = convert(this, this.#number);
      this.#converted = true;
    }
    return this.#text;
  }

  get number(): number {
    if (!this.#isNumber && !this.#converted) {
      const { value, end } = readNumber(this.#text);
      this.#number = value;
      if (this.#text === '' || /[^ \t]/.test(this.#text.slice(end))) this.#fromOutside = false;
      this.#converted = true;
    }
    return this.#number;
  }

  /** A number, a text from outside that looks like one, or never set. */
  get numeric(): boolean {
    this.number;
    return this.#isNumber || this.#fromOutside || !this.#everSet;
  }

  get isTrue(): boolean {
    return this.numeric ? this.#number !== 0 : this.#text !== '';
  }

  /** Called after each setting. */
  protected changed(): void {}
}

/** A variable whose setting has effects: a field, $0, NF, FS, RS, IGNORECASE. */
export class WatchedCell extends Cell {
  readonly #watcher: () => void;

  constructor(watcher: () => void) {
    super();
    this.#watcher = watcher;
  }

  protected override changed(): void {
    this.#watcher();
  }
}
