import type { Bytes } from '../../runtime/bytes';
import type { Errno } from '../../runtime/errno';
import type { Failure } from './applet';
import { Cell, WatchedCell } from './awk-cell';
import { failAt, type Place } from './awk-lexer';
import { formatNumber } from './awk-number';
import type { AwkProgram, RegexPair } from './awk-program';
import { AwkRecord } from './awk-record';
import { type Separator, separatorFrom } from './awk-split';
import type { Regex } from './regex';

/** Numbers of the errors that opening and reading can end with. */
const ERROR_NUMBERS: Partial<Record<Errno, number>> = {
  ENOENT: 2,
  EIO: 5,
  ENXIO: 6,
  EBADF: 9,
  EACCES: 13,
  ENOTDIR: 20,
  EISDIR: 21,
  EINVAL: 22,
  EMFILE: 24,
  ENAMETOOLONG: 36,
  ELOOP: 40,
};

/** The variables that awk itself looks at, and the record. */
export class AwkVariables {
  readonly record: AwkRecord;
  readonly outputFormat = new Cell();
  readonly fieldSeparatorText: Cell;
  readonly outputSeparator = new Cell();
  readonly outputTerminator = new Cell();
  readonly recordSeparatorText: Cell;
  readonly recordTerminator = new Cell();
  readonly fileName = new Cell();
  readonly subscriptSeparator = new Cell();
  readonly argumentIndex = new Cell();
  readonly argumentCount = new Cell();
  readonly arguments = new Cell();
  readonly errorNumber = new Cell();
  readonly fileRecordNumber = new Cell();
  readonly recordNumber = new Cell();
  readonly environment = new Cell();
  readonly matchStart: Cell;
  readonly matchLength: Cell;
  fieldSeparator: Separator = ' ';
  recordSeparator: Separator = '\n';
  ignoreCase = false;
  /** What is being evaluated, for messages. */
  place: Place = { program: '', line: 1 };
  readonly #conversionFormat = new Cell();

  constructor(program: AwkProgram) {
    this.record = new AwkRecord({
      convert: this.convert,
      fieldSeparator: () => this.fieldSeparator,
      atNewlines: () => this.text(this.recordSeparatorText) === '',
      ignoreCase: () => this.ignoreCase,
      outputSeparator: () => this.text(this.outputSeparator),
      fail: (message) => this.fail(message),
    });
    this.fieldSeparatorText = new WatchedCell(() => {
      // A record is split by the separator that held when it was read.
      this.record.split();
      this.fieldSeparator = separatorFrom(this.text(this.fieldSeparatorText));
    });
    this.recordSeparatorText = new WatchedCell(() => {
      this.recordSeparator = separatorFrom(this.text(this.recordSeparatorText));
    });
    const ignoreCase = new WatchedCell(() => {
      this.ignoreCase = ignoreCase.isTrue;
    });
    this.matchStart = program.variable('RSTART');
    this.matchLength = program.variable('RLENGTH');
    const texts: readonly (readonly [Bytes, Cell, Bytes])[] = [
      ['CONVFMT', this.#conversionFormat, '%.6g'],
      ['OFMT', this.outputFormat, '%.6g'],
      ['RS', this.recordSeparatorText, '\n'],
      ['FS', this.fieldSeparatorText, ' '],
      ['OFS', this.outputSeparator, ' '],
      ['ORS', this.outputTerminator, '\n'],
      ['RT', this.recordTerminator, ''],
      ['FILENAME', this.fileName, ''],
      ['SUBSEP', this.subscriptSeparator, '\x1c'],
    ];
    for (const [name, cell, text] of texts) {
      program.define(name, cell);
      cell.setText(text);
    }
    const numbers: readonly (readonly [Bytes, Cell])[] = [
      ['ARGIND', this.argumentIndex],
      ['ARGC', this.argumentCount],
      ['ARGV', this.arguments],
      ['ERRNO', this.errorNumber],
      ['FNR', this.fileRecordNumber],
      ['NR', this.recordNumber],
      ['IGNORECASE', ignoreCase],
      ['ENVIRON', this.environment],
    ];
    for (const [name, cell] of numbers) {
      program.define(name, cell);
      cell.setNumber(0);
    }
    program.define('NF', this.record.count);
  }

  /** A value as text, a number by CONVFMT. */
  text(cell: Cell): Bytes {
    return cell.text(this.convert);
  }

  readonly convert = (cell: Cell, value: number): Bytes => {
    const own = cell === this.#conversionFormat;
    return this.format(own ? '%.6g' : this.#conversionFormat.text(this.convert), value);
  };

  /** A value as `print` shows it, a number by OFMT. */
  shown(cell: Cell): Bytes {
    return cell.isNumber ? this.format(this.text(this.outputFormat), cell.number) : this.text(cell);
  }

  /** A number as text: whole ones as they are, others by a format. */
  format(format: Bytes, value: number): Bytes {
    if (Number.isInteger(value) && value >= -(2 ** 63) && value < 2 ** 63) {
      return BigInt(value).toString();
    }
    const text = formatNumber(format, value);
    if (text === undefined) throw this.fail('Invalid format specifier');
    return text;
  }

  noteError(errno: Errno): void {
    this.errorNumber.setNumber(ERROR_NUMBERS[errno] ?? 5);
  }

  fail(message: Bytes): Failure {
    return failAt(this.place, message);
  }

  pick({ exact, ignoringCase }: RegexPair): Regex {
    return this.ignoreCase ? ignoringCase : exact;
  }
}
