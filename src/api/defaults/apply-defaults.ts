import { copyJson } from '../copy-json';
import { kindStruct } from '../schema/schema';
import { type StructVisitors, walkStructs } from '../schema/walk';
import type { KubeObject } from '../types';
import type { Json } from '../yaml/read-manifests';
import { CORE_DEFAULTS } from './core';
import { DISABLED_FIELDS } from './disabled-fields';
import { WORKLOAD_DEFAULTS } from './workloads';

type JsonMap = { [key: string]: Json };

const DEFAULTS = together(CORE_DEFAULTS, WORKLOAD_DEFAULTS, DISABLED_FIELDS);

type Visitor = StructVisitors[string];

function chain(first: Visitor, second: Visitor): Visitor {
  return (value) => {
    first(value);
    second(value);
  };
}

/** Visitors of all tables; where several visit a struct, one after the other. */
function together(...tables: StructVisitors[]): StructVisitors {
  const all: Record<string, Visitor> = {};
  for (const [struct, visit] of tables.flatMap((table) => Object.entries(table))) {
    const before = all[struct];
    all[struct] = before ? chain(before, visit) : visit;
  }
  return all;
}

/**
 * Fills in what the user left out, as the server does before admission and validation. Entry for
 * the API server; takes a decoded object and returns a new one. Objects of kinds that the API does
 * not know are returned unchanged.
 */
export function applyDefaults<T extends KubeObject>(object: T): T {
  if (kindStruct(object.apiVersion, object.kind) === undefined) return object;
  const copy = copyJson(object);
  fillDefaults(copy);
  return copy;
}

/** As `applyDefaults`, into the object itself. */
export function fillDefaults(object: KubeObject): void {
  const ref = kindStruct(object.apiVersion, object.kind);
  // Decoded objects are JSON.
  if (ref !== undefined) walkStructs(object as unknown as JsonMap, ref, DEFAULTS);
}
