import { goName } from './go-dump';
import { type SchemaType, type StructRef, structSchema } from './schema';

/**
 * Objects as the server holds them: every field is there, by its name in Go and in the order of the
 * server's own types, which differ a little from those of the API. Messages that show a whole object show it
 * so. Models the types of pkg/apis/core.
 */

type JsonMap = Readonly<Record<string, unknown>>;

const SPEC: StructRef = { name: 'PodSpec', group: 'core' };
const CLAIM_SPEC: StructRef = { name: 'PersistentVolumeClaimSpec', group: 'core' };

export function internalPodSpec(spec: object): JsonMap {
  return internalStruct(SPEC, spec as JsonMap);
}

export function internalClaimSpec(spec: object): JsonMap {
  return internalStruct(CLAIM_SPEC, spec as JsonMap);
}

/** Fields that stand elsewhere in the server's types: behind which one. */
const MOVED: Readonly<Record<string, readonly (readonly [field: string, behind: string])[]>> = {
  PodSpec: [
    ['setHostnameAsFQDN', 'subdomain'],
    ['preemptionPolicy', 'priority'],
    ['overhead', 'runtimeClassName'],
  ],
  PodSecurityContext: [['fsGroupChangePolicy', 'fsGroup']],
  Volume: [['quobyte', 'rbd']],
};

/** Fields of a pod's spec that the server keeps in its security context. */
const IN_CONTEXT = ['hostNetwork', 'hostPID', 'hostIPC', 'shareProcessNamespace', 'hostUsers'];
/** The old name of the service account is no field of its own. */
const GONE = ['serviceAccount', ...IN_CONTEXT];

/** Fields that the API may leave out and the server's types may not. */
const ALWAYS: Readonly<Record<string, readonly string[]>> = {
  ServiceAccountTokenProjection: ['expirationSeconds'],
};

function internalStruct(ref: StructRef, value: JsonMap): JsonMap {
  const names = structSchema(ref).fields.map(({ name }) => name);
  for (const [field, behind] of MOVED[ref.name] ?? []) {
    names.splice(names.indexOf(field), 1);
    names.splice(names.indexOf(behind) + 1, 0, field);
  }
  const entries = names.flatMap((name): [string, unknown][] => {
    if (ref === SPEC && GONE.includes(name)) return [];
    // Metadata is embedded: its fields stand among those of what it belongs to.
    if (name === 'metadata') return Object.entries((value[name] ?? {}) as JsonMap);
    const given = ref === SPEC && name === 'securityContext' ? contextOf(value) : value[name];
    return [[goName(ref.name, name), internalField(ref, name, given)]];
  });
  return Object.fromEntries(entries);
}

function internalField(ref: StructRef, name: string, given: unknown): unknown {
  const type = structSchema(ref).byName.get(name)?.type;
  if (type === undefined) return null;
  if (ref === SPEC && name === 'securityContext') return contextForm(given as JsonMap);
  const always = type.kind === 'pointer' && ALWAYS[ref.name]?.includes(name);
  return internalValue(always ? type.of : type, given);
}

function contextOf(spec: JsonMap): JsonMap {
  const moved = IN_CONTEXT.map((name) => [name, spec[name]]);
  return { ...(spec.securityContext as JsonMap | undefined), ...Object.fromEntries(moved) };
}

function contextForm(context: JsonMap): JsonMap {
  const moved = IN_CONTEXT.map((name) => {
    const isPlain = name === 'hostNetwork' || name === 'hostPID' || name === 'hostIPC';
    return [goName(SPEC.name, name), context[name] ?? (isPlain ? false : null)];
  });
  const own = internalStruct({ name: 'PodSecurityContext', group: 'core' }, context);
  return { ...Object.fromEntries(moved), ...own };
}

function internalValue(type: SchemaType, value: unknown): unknown {
  const given = value ?? undefined;
  switch (type.kind) {
    case 'pointer':
      return given === undefined ? null : internalValue(type.of, given);
    case 'list':
      return given === undefined
        ? null
        : (given as readonly unknown[]).map((item) => internalValue(type.of, item));
    case 'map':
      return given === undefined ? null : sortedMap(type, given as JsonMap);
    case 'struct':
      // Types that belong to no group are the API's own, with what is empty left out.
      if (type.struct.group === 'meta') return given ?? {};
      return internalStruct(type.struct, (given ?? {}) as JsonMap);
    case 'string':
      return given ?? '';
    case 'bool':
      return given ?? false;
    case 'quantity':
      return String(given ?? '0');
    default:
      return given ?? 0;
  }
}

function sortedMap(type: Extract<SchemaType, { kind: 'pointer' | 'list' | 'map' }>, map: JsonMap) {
  const keys = Object.keys(map).sort();
  return Object.fromEntries(keys.map((key) => [key, internalValue(type.of, map[key])]));
}
