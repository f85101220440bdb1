/** A JSON value; objects and lists are treated as immutable. */
export type Json = null | boolean | number | string | JsonList | JsonObject;
export type JsonList = readonly Json[];
export interface JsonObject {
  readonly [key: string]: Json;
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isList(value: Json | undefined): value is JsonList {
  return Array.isArray(value);
}

export type JsonKind = 'null' | 'boolean' | 'number' | 'string' | 'list' | 'object';

export function kindOf(value: Json): JsonKind {
  if (value === null) return 'null';
  if (isList(value)) return 'list';
  return typeof value as JsonKind;
}

/** Equal in value, whatever the order of keys. */
export function equalJson(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true;
  if (isList(a)) {
    return isList(b) && a.length === b.length && a.every((item, i) => equalJson(item, b[i]));
  }
  if (!isObject(a) || !isObject(b)) return false;
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every((key) => key in b && equalJson(a[key], b[key]));
}

/** A value as Go's %v prints it: `map[a:1 b:[x y]]`, keys sorted. */
export function formatGo(value: Json | undefined): string {
  if (value === undefined || value === null) return '<nil>';
  if (isList(value)) return `[${value.map(formatGo).join(' ')}]`;
  if (isObject(value)) {
    const keys = Object.keys(value).sort();
    return `map[${keys.map((key) => `${key}:${formatGo(value[key])}`).join(' ')}]`;
  }
  return String(value);
}
