import type { Bytes } from '../../runtime/bytes';
import type { Directive } from './config';

/** Directives that apply at a place, from the innermost block outwards. */
export type Scope = readonly (readonly Directive[])[];

/** The values of a directive at its innermost occurrence; undefined when it is nowhere. */
export function argsOf(scope: Scope, name: string): readonly Bytes[] | undefined {
  return allOf(scope, name)[0]?.args;
}

/** All occurrences at the innermost level that has any (nginx inherits arrays whole or not at all). */
export function allOf(scope: Scope, name: string): readonly Directive[] {
  for (const level of scope) {
    const found = level.filter((directive) => directive.name === name);
    if (found.length > 0) return found;
  }
  return [];
}
