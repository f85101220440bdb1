import { readFileSync } from 'node:fs';

const EXAMPLES = new URL('../../lessons/examples/', import.meta.url);

/** The text of `lessons/examples/NAME.yaml`. */
export function example(name: string): string {
  return readFileSync(new URL(`${name}.yaml`, EXAMPLES), 'utf8');
}
