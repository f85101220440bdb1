import { asNumber, parseQuantity } from '../../api/quantity';
import type { ResourceRequirements } from '../../api/types';

interface ResourceFieldReference {
  readonly resource: string;
  readonly divisor?: string | number;
}

/** A container's resource as an environment variable would show it, rounded up to whole units. */
export function resourceFieldValue(
  { resource, divisor }: ResourceFieldReference,
  resources: ResourceRequirements | undefined,
): string {
  const [kind = '', name = ''] = resource.split('.');
  const list = kind === 'limits' ? resources?.limits : resources?.requests;
  const given = list?.[name];
  const unit = divisor === undefined || String(divisor) === '0' ? '1' : String(divisor);
  const value = given === undefined ? 0 : ratio(String(given), unit);
  if (value === 0 && kind === 'limits' && (name === 'cpu' || name === 'memory')) {
    return 'node allocatable';
  }
  return String(value);
}

function ratio(value: string, unit: string): number {
  return Math.ceil(asNumber(parseQuantity(value)) / asNumber(parseQuantity(unit)));
}
