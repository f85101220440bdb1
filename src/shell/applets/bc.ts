import type { Bytes } from '../../runtime/bytes';
import type { Call } from '../../runtime/syscalls';
import { applet, Failure, type Invocation } from './applet';
import { BcMachine } from './bc-machine';
import { BcNeedsMore, BcParser, type BcStatement, BcSyntaxError } from './bc-parser';
import { ArithmeticFailure } from './decimal';
import { closeInput, openOrFail } from './files';
import { LineReader } from './lines';
import { parseOptions } from './options';

const DEFAULT_WIDTH = 70;

/** The width of a line of digits: one more than $BC_LINE_LENGTH or $DC_LINE_LENGTH. */
export function numberWidth(run: Invocation, variable: Bytes): number {
  const text = run.sys.env.get(variable);
  if (text === undefined || !/^\d+$/.test(text)) return DEFAULT_WIDTH;
  return Number(text);
}

/** Models miscutils/bc.c: what has been read is carried out line by line. */
export const bc = applet('bc', function* (run) {
  const options = parseOptions(run.args, { letters: 'qslw' });
  const machine = new BcMachine(run, {
    width: numberWidth(run, 'BC_LINE_LENGTH'),
    library: options.has('l'),
  });
  try {
    for (const file of options.operands) {
      const fd = yield* openOrFail(run, file);
      if (!(yield* carryOut(run, machine, fd))) return 0;
      closeInput(run, fd);
    }
    yield* carryOut(run, machine, 0);
    return 0;
  } catch (error) {
    if (error instanceof BcSyntaxError || error instanceof ArithmeticFailure) {
      throw new Failure(error.message, 1);
    }
    throw error;
  }
});

/** False when the program has said `quit`. */
function* carryOut(run: Invocation, machine: BcMachine, fd: number): Call<boolean> {
  const reader = new LineReader(run.sys, fd);
  let text = '';
  for (;;) {
    const line = yield* reader.next();
    text += line ?? '';
    const next = yield* carryOutWhole(machine, text, line === undefined);
    if (next === undefined) return false;
    text = text.slice(next);
    yield* run.out.flush();
    if (line === undefined) return true;
  }
}

/** Carries out the statements that are whole; where the next one begins, undefined after `quit`. */
function* carryOutWhole(
  machine: BcMachine,
  text: Bytes,
  complete: boolean,
): Call<number | undefined> {
  let at = 0;
  for (;;) {
    let statement: BcStatement | undefined;
    let parser: BcParser;
    try {
      parser = new BcParser(text, at, complete);
      statement = parser.next();
    } catch (error) {
      if (error instanceof BcNeedsMore) return at;
      throw error;
    }
    at = parser.position;
    if (!statement) return text.length;
    if (!(yield* machine.execute(statement))) return undefined;
  }
}
