import type { Bytes } from '../../runtime/bytes';
import type { Call } from '../../runtime/syscalls';
import type { Assignment } from '../ast';
import { elementKey } from '../expansion/bash-parameters';
import { evaluate, expandFields, expandText, expandValue } from '../expansion/expand';
import type { ShellState } from './state';

/** `name+=value`, `name[key]=value`, `name=( … )`. Models bash's arrayfunc.c. */
export function* assignInBash(shell: ShellState, assignment: Assignment): Call<void> {
  const { name, value, append = false, subscript, elements } = assignment;
  const { variables } = shell;
  if (elements) return yield* assignArray(shell, assignment);
  const text = yield* expandValue(shell, value);
  const integer = variables.traits(name)?.integer === true;
  const sum = (before: Bytes | undefined) => {
    if (integer) return String(evaluate(shell, append ? `${before || 0}+(${text})` : text));
    return append ? (before ?? '') + text : text;
  };
  if (!subscript) {
    variables.set(name, sum(variables.get(name)));
    return;
  }
  const key = elementKey(shell, name, yield* expandText(shell, subscript));
  // Looking at the elements puts them in order, which a plain assignment can do without.
  const before = append ? variables.elements(name)?.get(key) : undefined;
  variables.setElement(name, key, sum(before));
}

function* assignArray(shell: ShellState, { name, append, elements = [] }: Assignment): Call<void> {
  const { variables } = shell;
  const associative = variables.traits(name)?.associative === true;
  const result = new Map<Bytes, Bytes>(append ? (variables.elements(name) ?? []) : []);
  let next = associative ? 0 : Math.max(-1, ...[...result.keys()].map(Number)) + 1;
  let pendingKey: Bytes | undefined;
  for (const { key, value } of elements) {
    if (key) {
      const text = yield* expandText(shell, key);
      const at = associative ? text : elementKey(shell, name, text);
      result.set(at, yield* expandValue(shell, value));
      next = Number(at) + 1;
      continue;
    }
    const fields: Bytes[] = [];
    yield* expandFields(shell, value, fields);
    for (const field of fields) {
      // Words of an associative array come in pairs: key, value.
      if (!associative) result.set(String(next++), field);
      else if (pendingKey === undefined) pendingKey = field;
      else {
        result.set(pendingKey, field);
        pendingKey = undefined;
      }
    }
  }
  variables.setElements(name, result, associative);
}
