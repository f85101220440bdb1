import { goQuote } from './golang/quote';

/** A count or a percentage, such as a rollout's maxSurge. */
export type IntOrString = number | string;

/** A value that is neither a number nor a percentage. */
export class IntOrStringError extends Error {}

/**
 * The number that a count or percentage of `total` stands for. Throws IntOrStringError. Models
 * apimachinery's intstr.GetScaledValueFromIntOrPercent.
 */
export function scaledIntOrPercent(value: IntOrString, total: number, roundUp: boolean): number {
  if (typeof value === 'number') return value;
  if (!value.endsWith('%')) fail('invalid type: string is not a percentage');
  const digits = value.slice(0, -1);
  if (!/^[-+]?[0-9]+$/.test(digits)) {
    const why = `strconv.Atoi: parsing ${goQuote(digits)}: invalid syntax`;
    fail(`invalid value ${goQuote(value)}: ${why}`);
  }
  const exact = (Number(digits) * total) / 100;
  return (roundUp ? Math.ceil(exact) : Math.floor(exact)) + 0;
}

function fail(why: string): never {
  throw new IntOrStringError(`invalid value for IntOrString: ${why}`);
}
