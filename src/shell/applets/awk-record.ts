import type { Bytes } from '../../runtime/bytes';
import { Failure } from './applet';
import { type Cell, type NumberToText, WatchedCell } from './awk-cell';
import { type Separator, splitFields } from './awk-split';

/** Fields that a record may have; beyond it awk is out of memory. */
const MOST_FIELDS = 1 << 20;

/** What a record asks of its interpreter. */
export interface RecordRules {
  readonly convert: NumberToText;
  readonly fieldSeparator: () => Separator;
  readonly atNewlines: () => boolean;
  readonly ignoreCase: () => boolean;
  readonly outputSeparator: () => Bytes;
  readonly fail: (message: Bytes) => Failure;
}

/**
 * $0, its fields and NF. The record is split when a field is asked for, and joined again as soon as a field
 * or NF is set.
 */
export class AwkRecord {
  readonly whole: Cell = new WatchedCell(() => {
    this.#isSplit = false;
  });
  readonly count: Cell = new WatchedCell(() => this.#countSet());
  readonly #rules: RecordRules;
  /** $1 and on; there may be more cells than fields. */
  readonly #cells: Cell[] = [];
  #fields = 0;
  #isSplit = true;

  constructor(rules: RecordRules) {
    this.#rules = rules;
    this.count.fill(0);
  }

  /** A field's cell; `$0` for 0. */
  field(index: number): Cell {
    if (index === 0) return this.whole;
    this.split();
    if (index > this.#fields) this.#resize(index);
    return this.#cells[index - 1] as Cell;
  }

  split(): void {
    if (this.#isSplit) return;
    this.#isSplit = true;
    this.#resize(0);
    const { convert, fieldSeparator, atNewlines, ignoreCase } = this.#rules;
    const fields = splitFields(this.whole.text(convert), fieldSeparator(), {
      atNewlines: atNewlines(),
      ignoreCase: ignoreCase(),
    });
    this.#resize(fields.length);
    for (const [index, field] of fields.entries()) this.#cells[index]?.fill(field);
    this.count.fill(fields.length);
  }

  #resize(size: number): void {
    if (size > MOST_FIELDS) throw new Failure('out of memory');
    while (this.#cells.length < size) {
      const index = this.#cells.length + 1;
      const cell = new WatchedCell(() => {
        this.count.setNumber(Math.max(this.count.number, index));
      });
      cell.clear();
      this.#cells.push(cell);
    }
    for (let i = size; i < this.#fields; i++) this.#cells[i]?.clear();
    this.#fields = size;
  }

  #countSet(): void {
    const size = Math.trunc(this.count.number);
    if (size < 0) throw this.#rules.fail('NF set to negative value');
    this.#resize(size);
    const texts = this.#cells.slice(0, size).map((cell) => cell.text(this.#rules.convert));
    this.whole.setText(texts.join(this.#rules.outputSeparator()));
    this.#isSplit = true;
  }
}
