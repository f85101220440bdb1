import type { Bytes } from '../../runtime/bytes';
import type { ShellState } from '../interpreter/state';
import { ARGUMENT_END, type Marked } from './marks';
import { patternOf } from './pattern';

/** How `$@` and `$*` join the arguments. */
export type Joining = 'fields' | 'quoted fields' | 'text';

/** A parameter's value, undefined if it is not set. Models ash.c varvalue. */
export function parameterValue(
  shell: ShellState,
  name: Bytes,
  joining: Joining,
): Bytes | undefined {
  const { values } = shell.arguments;
  switch (name) {
    case '$':
      return String(shell.rootPid);
    case '?':
      return String(shell.status);
    case '#':
      return String(values.length);
    case '!':
      return shell.backgroundPid === 0 ? undefined : String(shell.backgroundPid);
    case '-':
      return shell.options.letters;
    case '@':
      return values.join(joining === 'quoted fields' ? ARGUMENT_END : joint(shell, joining));
    case '*':
      return values.join(joint(shell, joining === 'quoted fields' ? 'text' : joining));
    case '0':
      return shell.name;
  }
  const first = name.charCodeAt(0);
  if (first >= 48 && first <= 57) {
    const index = Number(name);
    return index === 0 ? shell.name : values[index - 1];
  }
  return shell.variables.get(name);
}

function joint(shell: ShellState, joining: Joining): Bytes {
  const { separators } = shell;
  if (separators === undefined) return ' ';
  return joining === 'fields' ? ARGUMENT_END : separators.slice(0, 1);
}

/** `${V:offset:length}`; the numbers are already evaluated. */
export function substring(value: Bytes, offset: number, length: number | undefined): Bytes {
  const start = offset < 0 ? value.length + offset : offset;
  if (start < 0 || start >= value.length) return '';
  const rest = value.length - start;
  let count = length ?? rest;
  if (count < 0) count += rest;
  if (count < 0 || count > rest) count = rest;
  return value.slice(start, start + count);
}

/** `${V#pattern}` and its kin. */
export function trim(
  value: Bytes,
  pattern: Marked,
  side: 'prefix' | 'suffix',
  longest: boolean,
): Bytes {
  if (value.includes(ARGUMENT_END)) return trimArguments(value, pattern, side, longest);
  const compiled = patternOf(pattern);
  if (side === 'prefix') {
    const end = compiled.matchEnd(value, 0, longest);
    return end < 0 ? value : value.slice(end);
  }
  const start = compiled.matchStart(value, longest);
  return start < 0 ? value : value.slice(0, start);
}

/**
 * Trims joined arguments. To ash they are one text in which a pattern sees no further than the end of an
 * argument.
 */
function trimArguments(
  value: Bytes,
  pattern: Marked,
  side: 'prefix' | 'suffix',
  longest: boolean,
): Bytes {
  const compiled = patternOf(pattern);
  const firstEnd = value.indexOf(ARGUMENT_END);
  if (side === 'prefix' && !longest) {
    const end = compiled.matchEnd(value.slice(0, firstEnd), 0, false);
    return end < 0 ? value : value.slice(end);
  }
  if (side === 'suffix' && longest) {
    const start = compiled.matchStart(value.slice(0, firstEnd), true);
    return start < 0 ? value : value.slice(0, start);
  }
  for (let at = value.length; at >= 0; at--) {
    if (side === 'prefix') {
      if (compiled.matches(value.slice(0, Math.min(at, firstEnd)))) return value.slice(at);
      continue;
    }
    const end = value.indexOf(ARGUMENT_END, at);
    if (compiled.matches(value.slice(at, end < 0 ? undefined : end))) return value.slice(0, at);
  }
  return value;
}

/** `${V/pattern/replacement}`, `${V//pattern/replacement}`: the longest match at the first place that has one. */
export function replace(value: Bytes, pattern: Marked, replacement: Bytes, all: boolean): Bytes {
  if (pattern === '') return value;
  const compiled = patternOf(pattern);
  if (compiled.literal !== undefined && compiled.literal !== '') {
    return all
      ? value.split(compiled.literal).join(replacement)
      : value.replace(compiled.literal, () => replacement);
  }
  const leadingRun = pattern.startsWith('*');
  let result = '';
  let at = 0;
  while (at <= value.length) {
    const end = compiled.matchEnd(value, at, true);
    if (end < 0) {
      // What does not match from here with a `*` in front does not match further on either.
      if (leadingRun || at >= value.length) break;
      result += value[at++];
      continue;
    }
    result += replacement;
    if (!all) return result + value.slice(end);
    if (end === at) result += value[at++] ?? '';
    else at = end;
    if (at >= value.length) break;
  }
  return result + value.slice(at);
}
