import type { Json } from '../yaml/read-manifests';
import { type SchemaType, type StructRef, structSchema } from './schema';

type JsonMap = { [key: string]: Json };

/** What to do with a struct's value; named by group and struct: `core.Probe`. */
export type StructVisitors = Readonly<Record<string, (value: JsonMap) => void>>;

/**
 * Visits an object's structs, outer ones before inner ones, as the generated defaulting functions
 * upstream do. Embedded structs are visited with the value that embeds them.
 */
export function walkStructs(value: JsonMap, ref: StructRef, visitors: StructVisitors): void {
  const { qualifiedName, byName } = structSchema(ref);
  visitors[qualifiedName]?.(value);
  for (const key in value) {
    const member = value[key];
    // Only what has an inside is gone into.
    if (typeof member !== 'object' || member === null) continue;
    const type = byName.get(key)?.type;
    if (type !== undefined) walkValue(member, type, visitors);
  }
}

function walkValue(value: Json, type: SchemaType, visitors: StructVisitors): void {
  switch (type.kind) {
    case 'pointer':
      walkValue(value, type.of, visitors);
      break;
    case 'list':
      if (Array.isArray(value)) for (const item of value) walkValue(item, type.of, visitors);
      break;
    case 'map':
      if (isMap(value)) {
        for (const member of Object.values(value)) walkValue(member, type.of, visitors);
      }
      break;
    case 'struct':
      if (isMap(value)) walkStructs(value, type.struct, visitors);
      break;
  }
}

function isMap(value: Json): value is JsonMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
