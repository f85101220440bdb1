/**
 * A deep copy of an object that is JSON: maps, lists, strings, numbers, booleans and null. Many times
 * quicker than `structuredClone`, which reads and writes a binary form of it.
 */
export function copyJson<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(copyJson) as T;
  const copy: Record<string, unknown> = {};
  for (const key in value) {
    const member = copyJson((value as Record<string, unknown>)[key]);
    if (key === '__proto__') {
      const property = { value: member, enumerable: true, configurable: true, writable: true };
      Object.defineProperty(copy, key, property);
    } else copy[key] = member;
  }
  return copy as T;
}
