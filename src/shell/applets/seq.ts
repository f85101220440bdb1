import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import { applet, UsageFailure } from './applet';
import { parseOptions } from './options';

/** Models coreutils/seq.c. */
export const seq = applet('seq', function* (run) {
  // A negative number ends the options.
  const negative = run.args.findIndex((arg) => /^-[.0-9]/.test(arg));
  const cut = negative < 0 ? run.args.length : negative;
  const options = parseOptions(run.args.slice(0, cut), { letters: '+ws:' });
  const operands = [...options.operands, ...run.args.slice(cut)];
  if (operands.length < 1 || operands.length > 3) throw new UsageFailure();
  const numbers = operands.map(parseNumber);
  const last = numbers.at(-1) as number;
  const first = numbers.length > 1 ? (numbers[0] as number) : 1;
  const increment = numbers.length > 2 ? (numbers[1] as number) : 1;
  const digits = Math.max(0, ...operands.slice(0, -1).map(fractionDigits));
  const whole = Math.max(...operands.map((operand) => operand.split('.')[0]?.length ?? 0));
  const width = options.has('w') ? whole + (digits > 0 ? digits + 1 : 0) : 0;
  const separator = options.value('s') ?? '\n';
  let value = first;
  try {
    for (let n = 0; increment >= 0 ? value <= last : value >= last; ) {
      yield* run.out.write(`${n > 0 ? separator : ''}${formatNumber(value, digits, width)}`);
      n++;
      value = first + n * increment;
      if (!(increment >= 0 ? value <= last : value >= last)) yield* run.out.write('\n');
    }
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    run.out.discard();
    return 255;
  }
  return yield* run.flushAll();
});

function parseNumber(text: Bytes): number {
  const value = Number(text.trim() === '' ? 'none' : text);
  if (Number.isNaN(value)) throw new UsageFailure();
  return value;
}

function fractionDigits(text: Bytes): number {
  const dot = text.indexOf('.');
  return dot < 0 ? 0 : text.length - dot - 1;
}

function formatNumber(value: number, digits: number, width: number): Bytes {
  const text = Math.abs(value).toFixed(digits);
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  return sign + text.padStart(width - sign.length, '0');
}
