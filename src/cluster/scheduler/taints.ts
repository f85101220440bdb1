import type { Taint, Toleration } from '../../api/stored-objects';

/**
 * Whether a toleration covers a taint. `comparison`: the operators Gt and Lt count (a gate that is off by
 * default). Models core/v1 Toleration.ToleratesTaint.
 */
export function toleratesTaint(toleration: Toleration, taint: Taint, comparison = false): boolean {
  const { effect, key, operator, value = '' } = toleration;
  if (effect && effect !== taint.effect) return false;
  if (key && key !== taint.key) return false;
  switch (operator ?? '') {
    case '':
    case 'Equal':
      return value === (taint.value ?? '');
    case 'Exists':
      return true;
    case 'Gt':
    case 'Lt':
      return comparison && compares(operator === 'Gt', value, taint.value ?? '');
    default:
      return false;
  }
}

const DECIMAL_INTEGER = /^(0|-?[1-9][0-9]*)$/;

function compares(greater: boolean, toleration: string, taint: string): boolean {
  if (!DECIMAL_INTEGER.test(toleration) || !DECIMAL_INTEGER.test(taint)) return false;
  const wanted = BigInt(toleration);
  const actual = BigInt(taint);
  const fits = (number: bigint) => BigInt.asIntN(64, number) === number;
  if (!fits(wanted) || !fits(actual)) return false;
  return greater ? actual > wanted : actual < wanted;
}

/** The first taint of one of these effects that nothing tolerates. */
export function firstUntoleratedTaint(
  taints: readonly Taint[],
  tolerations: readonly Toleration[],
  effects?: readonly string[],
  comparison = false,
): Taint | undefined {
  return taints.find(
    (taint) =>
      (effects === undefined || effects.includes(taint.effect)) &&
      !tolerations.some((toleration) => toleratesTaint(toleration, taint, comparison)),
  );
}
