import { APPS } from './apps';
import { AUTOSCALING } from './autoscaling';
import { BATCH } from './batch';
import { CORE_OBJECTS } from './core-objects';
import { META } from './meta';
import { NETWORKING } from './networking';
import { CORE_POD } from './pod';
import { COORDINATION, DISCOVERY, NODE, POLICY, RBAC, SCHEDULING, STORAGE } from './small-groups';
import { CORE_VOLUMES } from './volumes';

/**
 * The API's types as the server declares them, which is what its decoding errors name.
 *
 * A table has a paragraph for each struct, `Name field:Type field:Type …`, with continuation lines
 * indented. A field's name ends in `!` when it is written even if it is empty, in `?` when it is
 * left out if it is zero whatever its type. `~Type` is an embedded struct. `type Name T` gives a
 * type a name. Types are `*T`, `[]T`, `map[K]V`, a basic type, a struct, or `group.Name`.
 */
export type SchemaType =
  | { kind: 'string' | 'bool' | 'bytes' | 'raw' | 'quantity' | 'intOrString'; go: string }
  | { kind: 'time' | 'microTime'; go: string }
  | { kind: 'int'; go: string; bits: 32 | 64 }
  | { kind: 'pointer' | 'list' | 'map'; go: string; of: SchemaType }
  | { kind: 'struct'; go: string; struct: StructRef };

/** A struct by its name and group; its fields are read when they are needed. */
export interface StructRef {
  readonly name: string;
  readonly group: string;
}

export interface SchemaField {
  readonly name: string;
  readonly type: SchemaType;
  readonly whenEmpty: 'omit' | 'write' | 'omit zero';
  /** Whether nothing is written for a field that has no value: Go's omitempty, where it works. */
  readonly isLeftOut: boolean;
  /** Names of the embedded structs that lead to the field. */
  readonly embedded: readonly string[];
  /** Its place among the struct's fields. */
  readonly position: number;
}

export interface StructSchema {
  readonly name: string;
  /** `core.Probe`. */
  readonly qualifiedName: string;
  readonly fields: readonly SchemaField[];
  /** Those that are there in any case. */
  readonly written: readonly SchemaField[];
  readonly byName: ReadonlyMap<string, SchemaField>;
}

type Group = { version: string; tables: readonly string[] };

const GROUPS: Readonly<Record<string, Group>> = {
  core: { version: 'v1', tables: [CORE_POD, CORE_VOLUMES, CORE_OBJECTS] },
  meta: { version: 'v1', tables: [META] },
  apps: { version: 'v1', tables: [APPS] },
  batch: { version: 'v1', tables: [BATCH] },
  networking: { version: 'v1', tables: [NETWORKING] },
  autoscaling: { version: 'v2', tables: [AUTOSCALING] },
  policy: { version: 'v1', tables: [POLICY] },
  rbac: { version: 'v1', tables: [RBAC] },
  coordination: { version: 'v1', tables: [COORDINATION] },
  storage: { version: 'v1', tables: [STORAGE] },
  discovery: { version: 'v1', tables: [DISCOVERY] },
  scheduling: { version: 'v1', tables: [SCHEDULING] },
  node: { version: 'v1', tables: [NODE] },
};

/** Groups as apiVersions name them. */
const API_VERSIONS: Readonly<Record<string, string>> = {
  v1: 'core',
  'apps/v1': 'apps',
  'batch/v1': 'batch',
  'networking.k8s.io/v1': 'networking',
  'autoscaling/v2': 'autoscaling',
  'policy/v1': 'policy',
  'rbac.authorization.k8s.io/v1': 'rbac',
  'coordination.k8s.io/v1': 'coordination',
  'storage.k8s.io/v1': 'storage',
  'discovery.k8s.io/v1': 'discovery',
  'scheduling.k8s.io/v1': 'scheduling',
  'node.k8s.io/v1': 'node',
};

/** Types that read themselves from JSON, or are no Go struct of ours. */
const SPECIAL: Readonly<Record<string, SchemaType>> = {
  string: { kind: 'string', go: 'string' },
  bool: { kind: 'bool', go: 'bool' },
  int32: { kind: 'int', go: 'int32', bits: 32 },
  int64: { kind: 'int', go: 'int64', bits: 64 },
  Quantity: { kind: 'quantity', go: 'resource.Quantity' },
  IntOrString: { kind: 'intOrString', go: 'intstr.IntOrString' },
  Time: { kind: 'time', go: 'v1.Time' },
  MicroTime: { kind: 'microTime', go: 'v1.MicroTime' },
  Raw: { kind: 'raw', go: 'runtime.RawExtension' },
  'types.UID': { kind: 'string', go: 'types.UID' },
};

type Definitions = { structs: Map<string, string>; named: Map<string, string> };

const definitions = new Map<string, Definitions>();
/** By group and name. */
const structs = new Map<string, Map<string, StructSchema>>();

/** The struct of a kind, or undefined if the API has no such kind here. */
export function kindStruct(apiVersion: string, kind: string): StructRef | undefined {
  const group = Object.hasOwn(API_VERSIONS, apiVersion) ? API_VERSIONS[apiVersion] : undefined;
  if (group === undefined || !groupDefinitions(group).structs.has(kind)) return undefined;
  const ref = { name: kind, group };
  return structSchema(ref).byName.has('metadata') ? ref : undefined;
}

export const OBJECT_META: StructRef = { name: 'ObjectMeta', group: 'meta' };

export function structSchema(ref: StructRef): StructSchema {
  const known = structs.get(ref.group)?.get(ref.name);
  if (known !== undefined) return known;
  const fields = readFields(ref).map((field, position) => ({ ...field, position }));
  const written = fields.filter(({ isLeftOut }) => !isLeftOut);
  const byName = new Map(fields.map((field) => [field.name, field]));
  const qualifiedName = `${ref.group}.${ref.name}`;
  const schema = { name: ref.name, qualifiedName, fields, written, byName };
  const group = structs.get(ref.group) ?? new Map<string, StructSchema>();
  structs.set(ref.group, group.set(ref.name, schema));
  return schema;
}

function groupDefinitions(group: string): Definitions {
  let found = definitions.get(group);
  if (found === undefined) {
    found = readTables(GROUPS[group]?.tables ?? []);
    definitions.set(group, found);
  }
  return found;
}

function readTables(tables: readonly string[]): Definitions {
  const found: Definitions = { structs: new Map(), named: new Map() };
  for (const paragraph of tables.join('').split(/\n(?=\S)/)) {
    const words = paragraph.trim().split(/\s+/);
    const [first = '', second = '', third = ''] = words;
    if (first === 'type') found.named.set(second, third);
    else if (first !== '') found.structs.set(first, words.slice(1).join(' '));
  }
  return found;
}

function readFields(ref: StructRef): SchemaField[] {
  const text = groupDefinitions(ref.group).structs.get(ref.name) ?? '';
  return text
    .split(' ')
    .filter((word) => word !== '')
    .flatMap((word) => readField(word, ref.group));
}

function readField(word: string, group: string): SchemaField[] {
  if (word.startsWith('~')) {
    const type = readType(word.slice(1), group);
    if (type.kind !== 'struct') return [];
    return structSchema(type.struct).fields.map((field) => ({
      ...field,
      embedded: [type.struct.name, ...field.embedded],
    }));
  }
  const colon = word.indexOf(':');
  const name = word.slice(0, colon).replace(/[!?]$/, '');
  const mark = word.charAt(colon - 1);
  const whenEmpty = mark === '!' ? 'write' : mark === '?' ? 'omit zero' : 'omit';
  const type = readType(word.slice(colon + 1), group);
  const isLeftOut =
    whenEmpty === 'omit zero' || (whenEmpty === 'omit' && !NEVER_EMPTY.has(type.kind));
  return [{ name, type, whenEmpty, isLeftOut, embedded: [], position: 0 }];
}

/** Types that omitempty never leaves out. */
export const NEVER_EMPTY: ReadonlySet<SchemaType['kind']> = new Set([
  'struct',
  'time',
  'microTime',
  'quantity',
  'intOrString',
]);

function readType(text: string, group: string): SchemaType {
  if (text.startsWith('*')) {
    const of = readType(text.slice(1), group);
    return { kind: 'pointer', go: of.go, of };
  }
  if (text === '[]byte') return { kind: 'bytes', go: '[]uint8' };
  if (text.startsWith('[]')) {
    const of = readType(text.slice(2), group);
    return { kind: 'list', go: `[]${of.go}`, of };
  }
  const map = /^map\[([^\]]+)\](.+)$/.exec(text);
  if (map !== null) {
    const key = readType(map[1] as string, group);
    const of = readType(map[2] as string, group);
    return { kind: 'map', go: `map[${key.go}]${of.go}`, of };
  }
  const special = Object.hasOwn(SPECIAL, text) ? SPECIAL[text] : undefined;
  return special ?? readNamed(text, group);
}

function readNamed(text: string, within: string): SchemaType {
  const dot = text.indexOf('.');
  const group = dot < 0 ? within : text.slice(0, dot);
  const name = text.slice(dot + 1);
  const go = `${GROUPS[group]?.version ?? ''}.${name}`;
  const named = groupDefinitions(group).named.get(name);
  if (named !== undefined) return { ...readType(named, group), go };
  return { kind: 'struct', go, struct: { name, group } };
}
