/** Numbers as Go's strconv, fmt and encoding/json print them. */

/** A float as a JSON number. */
export function goJsonNumber(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}

/** A float as the key of a map: format 'g' in 32 bits, infinities as YAML writes them. */
export function goFloat32(value: number): string {
  if (Number.isNaN(value)) return '.nan';
  const rounded = Math.fround(value);
  if (!Number.isFinite(rounded)) return rounded > 0 ? '.inf' : '-.inf';
  let precision = 1;
  while (Math.fround(Number(rounded.toPrecision(precision))) !== rounded) precision++;
  return goGeneral(rounded, rounded.toExponential(precision - 1));
}

/** A float as fmt prints it with %v. */
export function goFloat64(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  return goGeneral(value, value.toExponential());
}

/** Format 'g' of a value whose shortest digits are given: exponents below -4 or from 6 on. */
function goGeneral(value: number, exponential: string): string {
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  const [mantissa = '', exponent = ''] = exponential.split('e');
  const power = Number(exponent);
  if (power < -4 || power >= 6) {
    const size = Math.abs(power);
    return `${mantissa}e${power < 0 ? '-' : '+'}${size < 10 ? '0' : ''}${size}`;
  }
  const sign = value < 0 ? '-' : '';
  const digits = mantissa.replace(/[-.]/g, '');
  if (power < 0) return `${sign}0.${'0'.repeat(-power - 1)}${digits}`;
  if (digits.length <= power + 1) return sign + digits.padEnd(power + 1, '0');
  return `${sign}${digits.slice(0, power + 1)}.${digits.slice(power + 1)}`;
}
