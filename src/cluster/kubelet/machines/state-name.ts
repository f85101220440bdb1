import type { StateValue } from 'xstate';

/** Where a machine stands, as a path: `running.ready`. */
export function stateName(value: StateValue): string {
  if (typeof value === 'string') return value;
  const [name, nested] = Object.entries(value)[0] ?? ['', undefined];
  return nested === undefined ? name : `${name}.${stateName(nested)}`;
}
