import { labelValueProblems, qualifiedNameProblems } from '../../api/names';
import type { Taint } from '../../api/types';
import { plain, usage } from '../errors';

const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];

/** A taint to be taken away: without an effect, all of the key. */
export type TaintToRemove = Pick<Taint, 'key'> & { readonly effect: string };

/** What the command line asks for. */
export interface TaintChanges {
  readonly add: readonly Taint[];
  readonly remove: readonly TaintToRemove[];
}

/** `KEY[=VALUE]:EFFECT` and `KEY[:EFFECT]-`. Models pkg/cmd/taint/utils.go. */
export function parseTaints(specs: readonly string[], path: string): TaintChanges {
  const add: Taint[] = [];
  const remove: TaintToRemove[] = [];
  for (const spec of specs) {
    if (spec.endsWith('-')) {
      const { key, effect } = parseTaint(spec.slice(0, -1), path);
      remove.push({ key, effect });
      continue;
    }
    const { key, value, effect } = parseTaint(spec, path);
    if (effect === '') throw usage(path, `invalid taint spec: ${spec}`);
    if (add.some((one) => one.key === key && one.effect === effect)) {
      throw usage(
        path,
        `duplicated taints with the same key and effect: {${key} ${value} ${effect} <nil>}`,
      );
    }
    add.push({ key, ...(value === '' ? {} : { value }), effect } as Taint);
  }
  return { add, remove };
}

function parseTaint(spec: string, path: string): { key: string; value: string; effect: string } {
  const [pair = '', effect = '', ...more] = spec.split(':');
  if (more.length > 0) throw usage(path, `invalid taint spec: ${spec}`);
  let key = pair;
  let value = '';
  if (spec.includes(':')) {
    if (!EFFECTS.includes(effect)) {
      throw usage(path, `invalid taint effect: ${effect}, unsupported taint effect`);
    }
    const parts = pair.split('=');
    if (parts.length > 2) throw usage(path, `invalid taint spec: ${spec}`);
    key = parts[0] ?? '';
    value = parts[1] ?? '';
    refuse(spec, labelValueProblems(value), path);
  }
  refuse(spec, qualifiedNameProblems(key), path);
  return { key, value, effect };
}

function refuse(spec: string, problems: readonly string[], path: string): void {
  if (problems.length > 0) throw usage(path, `invalid taint spec: ${spec}, ${problems.join('; ')}`);
}

/** `key:NoSchedule`, `key`. */
function removalText({ key, effect }: TaintToRemove): string {
  return effect === '' ? key : `${key}:${effect}`;
}

/** Refuses changes that contradict themselves. */
export function checkContradictions({ add, remove }: TaintChanges): void {
  const both = add.flatMap(({ key, effect }) =>
    remove
      .filter((one) => one.key === key && (one.effect === '' || one.effect === effect))
      .map((one) => `${one.key}=${one.effect}`),
  );
  if (both.length === 0) return;
  throw plain(
    `can not both modify and remove the following taint(s) in the same command: ${both.join(', ')}`,
  );
}

/** A node's taints after the change, and what was done in a word. */
export function changedTaints(
  node: string,
  before: readonly Taint[],
  { add, remove }: TaintChanges,
  overwrite: boolean,
): { readonly taints: readonly Taint[]; readonly operation: string } {
  const same = (a: Taint, b: { key: string; effect: string }) =>
    a.key === b.key && a.effect === b.effect;
  if (!overwrite) {
    const there = add.filter((one) => before.some((old) => same(old, one)));
    if (there.length > 0) {
      throw plain(
        `node ${node} already has ${there.map(({ key }) => key).join(',')} taint(s) with same effect(s) and --overwrite is false`,
      );
    }
  }
  let taints: readonly Taint[] = [
    ...add,
    ...before.filter((old) => !add.some((one) => same(old, one))),
  ];
  const added = taints.length !== before.length;
  let deleted = false;
  const missing: string[] = [];
  for (const one of remove) {
    const rest = taints.filter((taint) =>
      one.effect === '' ? taint.key !== one.key : !same(taint, one),
    );
    deleted = rest.length !== taints.length;
    if (!deleted) missing.push(`taint "${removalText(one)}" not found`);
    taints = rest;
  }
  if (missing.length === 1) throw plain(missing[0] as string);
  if (missing.length > 1) throw plain(`[${missing.join(', ')}]`);
  if ((added && deleted) || overwrite) return { taints, operation: 'modified' };
  return { taints, operation: added ? 'tainted' : 'untainted' };
}
