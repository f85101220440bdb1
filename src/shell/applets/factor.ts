import type { Bytes } from '../../runtime/bytes';
import type { Call } from '../../runtime/syscalls';
import { applet, type Invocation, UsageFailure } from './applet';
import { LineReader } from './lines';

const LARGEST = 0xffffffffffffffffn;
/** Divisors tried between two looks at the clock. */
const STEP = 10_000;

/** Models coreutils/factor.c. */
export const factor = applet('factor', function* (run) {
  const args = run.args[0] === '--' ? run.args.slice(1) : run.args;
  if (args[0]?.startsWith('-') && args[0] !== '-') {
    throw new UsageFailure(`invalid option -- '${args[0][1]}'`);
  }
  if (args.length > 0) {
    for (const text of args) yield* show(run, text);
    return 0;
  }
  const reader = new LineReader(run.sys, 0);
  for (let line = yield* reader.next(); line !== undefined; line = yield* reader.next()) {
    for (const word of line.split(/[ \t\n]+/)) if (word !== '') yield* show(run, word);
  }
  return 0;
});

function* show(run: Invocation, text: Bytes): Call<void> {
  if (!/^\+?[0-9]+$/.test(text) || BigInt(text) > LARGEST) throw new UsageFailure();
  let rest = BigInt(text);
  let line = `${rest}:`;
  let steps = 0;
  // Small numbers need no long arithmetic.
  for (let divisor = 2n; rest > 1n && divisor * divisor <= rest; ) {
    if (rest <= BigInt(Number.MAX_SAFE_INTEGER)) {
      const small = yield* factorsOf(run, Number(rest), Number(divisor));
      line += small.map((each) => ` ${each}`).join('');
      rest = 1n;
      break;
    }
    while (rest % divisor === 0n) {
      line += ` ${divisor}`;
      rest /= divisor;
    }
    divisor += divisor === 2n ? 1n : 2n;
    if (++steps % STEP === 0) yield* pause(run);
  }
  if (rest > 1n) line += ` ${rest}`;
  yield* run.out.write(`${line}\n`);
}

function* factorsOf(run: Invocation, value: number, from: number): Call<number[]> {
  const factors: number[] = [];
  let rest = value;
  let steps = 0;
  for (let divisor = from; divisor * divisor <= rest; divisor += divisor === 2 ? 1 : 2) {
    while (rest % divisor === 0) {
      factors.push(divisor);
      rest /= divisor;
    }
    if (++steps % STEP === 0) yield* pause(run);
  }
  if (rest > 1) factors.push(rest);
  return factors;
}

function* pause(run: Invocation): Call<void> {
  run.sys.spend(STEP / 100);
  yield* run.sys.breathe();
}
