import { parseQuantity, quantityText, scaledValue } from '../quantity';

/** Warns of parts of bytes, which nobody can have. */
export function fractionWarnings(
  amounts: Readonly<Record<string, number | string>> | undefined,
  names: readonly string[],
  field: string,
): string[] {
  return names.flatMap((name) => {
    const amount = amounts?.[name];
    if (amount === undefined) return [];
    const quantity = parseQuantity(String(amount));
    if (scaledValue(quantity, -3) % 1000n === 0n) return [];
    const why = 'is invalid, must be an integer';
    return [
      `${field}[${name}]: fractional byte value ${JSON.stringify(quantityText(quantity))} ${why}`,
    ];
  });
}
