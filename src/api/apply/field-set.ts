import { isObject, type Json, type JsonObject } from '../patch/json-value';

/**
 * A set of paths into an object. A step of a path is written as in managedFields: `f:` and a field's name,
 * `k:` and a list item's keys as JSON, `v:` and a set's value as JSON. Models structured-merge-diff
 * fieldpath.Set.
 */
export class FieldSet {
  /** Whether the path that leads here is in the set. */
  member = false;
  readonly children = new Map<string, FieldSet>();

  get isEmpty(): boolean {
    if (this.member) return false;
    for (const child of this.children.values()) if (!child.isEmpty) return false;
    return true;
  }

  insert(path: readonly string[]): void {
    let node: FieldSet = this;
    for (const step of path) node = node.child(step);
    node.member = true;
  }

  child(step: string): FieldSet {
    let child = this.children.get(step);
    if (!child) {
      child = new FieldSet();
      this.children.set(step, child);
    }
    return child;
  }

  union(other: FieldSet): FieldSet {
    return combine(this, other, (a, b) => a || b);
  }

  intersection(other: FieldSet): FieldSet {
    return combine(this, other, (a, b) => a && b);
  }

  difference(other: FieldSet): FieldSet {
    return combine(this, other, (a, b) => a && !b);
  }

  /** Without these paths and everything below them. */
  without(other: FieldSet): FieldSet {
    const result = new FieldSet();
    if (other.member) return result;
    result.member = this.member;
    for (const [step, child] of this.children) {
      const removed = other.children.get(step);
      const kept = removed ? child.without(removed) : child;
      if (!kept.isEmpty) result.children.set(step, kept);
    }
    return result;
  }

  equals(other: FieldSet): boolean {
    return this.difference(other).isEmpty && other.difference(this).isEmpty;
  }

  /** All paths, parents first, steps in order. */
  paths(): string[][] {
    const found: string[][] = [];
    const visit = (node: FieldSet, path: readonly string[]): void => {
      if (node.member) found.push([...path]);
      for (const step of [...node.children.keys()].sort()) {
        visit(node.children.get(step) as FieldSet, [...path, step]);
      }
    };
    visit(this, []);
    return found;
  }

  /** As in managedFields' fieldsV1. */
  toFieldsV1(): JsonObject {
    const fields: { [step: string]: Json } = {};
    for (const step of [...this.children.keys()].sort()) {
      const child = this.children.get(step) as FieldSet;
      if (child.isEmpty) continue;
      const inner = child.toFieldsV1();
      const isBranch = Object.keys(inner).length > 0;
      fields[step] = isBranch && child.member ? { '.': {}, ...inner } : inner;
    }
    return fields;
  }
}

function combine(
  a: FieldSet,
  b: FieldSet,
  decide: (inA: boolean, inB: boolean) => boolean,
): FieldSet {
  const result = new FieldSet();
  result.member = decide(a.member, b.member);
  for (const step of new Set([...a.children.keys(), ...b.children.keys()])) {
    const child = combine(a.children.get(step) ?? NOTHING, b.children.get(step) ?? NOTHING, decide);
    if (!child.isEmpty) result.children.set(step, child);
  }
  return result;
}

const NOTHING = new FieldSet();

export function fieldSetOf(paths: readonly (readonly string[])[]): FieldSet {
  const set = new FieldSet();
  for (const path of paths) set.insert(path);
  return set;
}

/** Reads fieldsV1: a field without fields of its own is in the set, others are if they hold `.`. */
export function readFieldsV1(fields: Json | undefined): FieldSet {
  const set = new FieldSet();
  if (!isObject(fields)) return set;
  for (const [step, inner] of Object.entries(fields)) {
    if (step === '.') {
      set.member = true;
      continue;
    }
    const child = readFieldsV1(inner);
    if (!isObject(inner) || Object.keys(inner).length === 0) child.member = true;
    set.children.set(step, child);
  }
  return set;
}

export function fieldStep(name: string): string {
  return `f:${name}`;
}

/** A path as messages show it: `.spec.ports[port=80,protocol="TCP"].targetPort`. */
export function pathText(path: readonly string[]): string {
  return path.map(stepText).join('');
}

export function stepText(step: string): string {
  const rest = step.slice(2);
  if (step.startsWith('f:')) return `.${rest}`;
  if (step.startsWith('v:')) return `[=${rest}]`;
  if (!step.startsWith('k:')) return `[${rest}]`;
  const keys = Object.entries(JSON.parse(rest) as Record<string, unknown>);
  return `[${keys.map(([key, value]) => `${key}=${JSON.stringify(value)}`).join(',')}]`;
}
