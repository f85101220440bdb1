import { copyJson } from '../copy-json';
import { kindStruct } from '../schema/schema';
import { walkStructs } from '../schema/walk';
import type { KubeObject } from '../types';
import type { Json } from '../yaml/read-manifests';
import { CORE_DEFAULTS } from './core';
import { WORKLOAD_DEFAULTS } from './workloads';

type JsonMap = { [key: string]: Json };

const DEFAULTS = { ...CORE_DEFAULTS, ...WORKLOAD_DEFAULTS };

/**
 * Fills in what the user left out, as the server does before admission and validation. Entry for
 * the API server; takes a decoded object and returns a new one. Objects of kinds that the API does
 * not know are returned unchanged.
 */
export function applyDefaults<T extends KubeObject>(object: T): T {
  const ref = kindStruct(object.apiVersion, object.kind);
  if (ref === undefined) return object;
  const copy = copyJson(object);
  // Decoded objects are JSON.
  const json = copy as unknown as JsonMap;
  walkStructs(json, ref, DEFAULTS);
  return copy;
}
