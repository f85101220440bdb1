import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import type { Call } from '../../runtime/syscalls';
import type { Invocation } from './applet';
import type { Cell } from './awk-cell';
import { unescaped } from './awk-lexer';
import type { AwkProgram } from './awk-program';
import { type ReadRecord, RecordReader } from './awk-streams';
import type { AwkVariables } from './awk-variables';
import { openOrFail } from './files';

/** A variable's setting among the operands: `x=1`. Tells whether it was one. */
export function tryToAssign(program: AwkProgram, text: Bytes): boolean {
  const match = /^([A-Za-z_][A-Za-z0-9_]*)=(.*)$/s.exec(text);
  if (!match) return false;
  program.variable(match[1] as Bytes).setInput(unescaped(match[2] as Bytes));
  return true;
}

/** The files that are named as operands, one after the other, or standard input. */
export class AwkInput {
  readonly #run: Invocation;
  readonly #program: AwkProgram;
  readonly #variables: AwkVariables;
  readonly #assigns: boolean;
  #reader: RecordReader | undefined;
  #fd = 0;
  #next = 1;
  #seen = false;

  constructor(
    run: Invocation,
    program: AwkProgram,
    variables: AwkVariables,
    options: { readonly assigns: boolean },
  ) {
    this.#run = run;
    this.#program = program;
    this.#variables = variables;
    this.#assigns = options.assigns;
  }

  get isOpen(): boolean {
    return this.#reader !== undefined;
  }

  /** Goes on to the next file; false if there is none. Throws Failure if it cannot be opened. */
  *nextFile(): Call<boolean> {
    const { sys } = this.#run;
    const variables = this.#variables;
    if (this.#reader && this.#fd !== 0) sys.close(this.#fd);
    this.#reader = undefined;
    for (;;) {
      const index = this.#next++;
      let name: Bytes = '-';
      if (index >= variables.argumentCount.number) {
        if (this.#seen) return false;
        this.#fd = 0;
      } else {
        name = variables.text(variables.arguments.element(String(index)));
        if (name === '') continue;
        if (this.#assigns && tryToAssign(this.#program, name)) continue;
        this.#fd = name === '-' ? 0 : yield* openOrFail(this.#run, name, 'name only');
        variables.argumentIndex.setNumber(index);
      }
      this.#reader = new RecordReader(sys, this.#fd);
      variables.fileName.setText(name);
      this.#seen = true;
      return true;
    }
  }

  /** Reads a record into a variable: 1, 0 at the end of the file, or an error. */
  *read(into: Cell): Call<number | SysError> {
    if (!this.#reader) return 0;
    return yield* this.readFrom(this.#reader, into);
  }

  *readFrom(reader: RecordReader, into: Cell): Call<number | SysError> {
    const { recordSeparator, ignoreCase, recordTerminator } = this.#variables;
    this.#run.sys.spend(1);
    const record: ReadRecord = yield* reader.next(recordSeparator, ignoreCase);
    if (record === 'end') return 0;
    if (record instanceof SysError) {
      this.#variables.noteError(record.errno);
      return record;
    }
    into.setInput(record.text);
    recordTerminator.setText(record.terminator);
    return 1;
  }

  /** Counts a record of these files. */
  count(): void {
    const { recordNumber, fileRecordNumber } = this.#variables;
    fileRecordNumber.setNumber(fileRecordNumber.number + 1);
    recordNumber.setNumber(recordNumber.number + 1);
  }
}
