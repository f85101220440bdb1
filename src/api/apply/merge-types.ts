import { kindStruct, type SchemaType, type StructRef, structSchema } from '../schema/schema';

/** How server-side apply treats a value: what it can own of it, and how two of them become one. */
export type MergeType =
  | { readonly kind: 'scalar'; readonly scalar: 'string' | 'numeric' | 'boolean' | 'untyped' }
  /** Named fields, or (`field` undefined) any keys. */
  | {
      readonly kind: 'map';
      readonly atomic: boolean;
      readonly field?: (name: string) => MergeType | undefined;
      readonly element?: () => MergeType;
    }
  | {
      readonly kind: 'list';
      readonly relation: 'atomic' | 'set' | 'keyed';
      readonly keys: readonly ListKey[];
      readonly element: () => MergeType;
    };

export interface ListKey {
  readonly name: string;
  /** What an item without the key counts as; undefined: there must be one. */
  readonly preset: string | number | undefined;
}

const UNTYPED: MergeType = { kind: 'scalar', scalar: 'untyped' };
const STRING: MergeType = { kind: 'scalar', scalar: 'string' };
const NUMERIC: MergeType = { kind: 'scalar', scalar: 'numeric' };
const BOOLEAN: MergeType = { kind: 'scalar', scalar: 'boolean' };

const CONTAINER_LISTS =
  'ports:containerPort,protocol env:name volumeMounts:mountPath volumeDevices:devicePath';

/** Lists whose items are told apart by keys: the `x-kubernetes-list-map-keys` of the API's documents. */
const KEYED_LISTS: Readonly<Record<string, string>> = {
  'core.PodSpec': `containers:name initContainers:name ephemeralContainers:name volumes:name
    imagePullSecrets:name hostAliases:ip schedulingGates:name resourceClaims:name
    topologySpreadConstraints:topologyKey,whenUnsatisfiable`,
  'core.Container': CONTAINER_LISTS,
  'core.EphemeralContainer': CONTAINER_LISTS,
  'core.ResourceRequirements': 'claims:name',
  'core.PodStatus': 'conditions:type podIPs:ip resourceClaimStatuses:name',
  'core.ContainerStatus': 'volumeMounts:mountPath allocatedResourcesStatus:name',
  'core.ResourceStatus': 'resources:resourceID',
  'core.ServiceSpec': 'ports:port,protocol',
  'core.ServiceStatus': 'conditions:type',
  'core.ServiceAccount': 'secrets:name',
  'core.NodeStatus': 'conditions:type addresses:type',
  'core.NamespaceStatus': 'conditions:type',
  'core.PersistentVolumeClaimStatus': 'conditions:type',
  'core.ReplicationControllerStatus': 'conditions:type',
  'meta.ObjectMeta': 'ownerReferences:uid',
  'apps.DeploymentStatus': 'conditions:type',
  'apps.ReplicaSetStatus': 'conditions:type',
  'apps.StatefulSetStatus': 'conditions:type',
  'apps.DaemonSetStatus': 'conditions:type',
  'autoscaling.HorizontalPodAutoscalerStatus': 'conditions:type',
  'policy.PodDisruptionBudgetStatus': 'conditions:type',
};

/** Lists of scalars that hold each value once. */
const SETS: ReadonlySet<string> = new Set([
  'meta.ObjectMeta.finalizers',
  'core.NodeSpec.podCIDRs',
  'discovery.Endpoint.addresses',
  'batch.PodFailurePolicyOnExitCodesRequirement.values',
  'batch.UncountedTerminatedPods.succeeded',
  'batch.UncountedTerminatedPods.failed',
  'core.ContainerRestartRuleOnExitCodes.values',
]);

/** Structs that are owned as a whole. */
const ATOMIC_STRUCTS: ReadonlySet<string> = new Set([
  ...['ConfigMapKeySelector', 'SecretKeySelector', 'FileKeySelector', 'LocalObjectReference'].map(
    core,
  ),
  ...['ObjectFieldSelector', 'ResourceFieldSelector', 'ObjectReference', 'SecretReference'].map(
    core,
  ),
  ...['TypedLocalObjectReference', 'NodeSelector', 'NodeSelectorTerm', 'TopologySelectorTerm'].map(
    core,
  ),
  ...['ScopeSelector', 'EndpointAddress'].map(core),
  'core.EndpointPort',
  'meta.LabelSelector',
  'meta.OwnerReference',
  'networking.ServiceBackendPort',
  'discovery.EndpointPort',
  'rbac.RoleRef',
  'rbac.Subject',
]);

function core(name: string): string {
  return `core.${name}`;
}

/** Maps that are owned as a whole. */
const ATOMIC_MAPS: ReadonlySet<string> = new Set([
  'core.PodSpec.nodeSelector',
  'core.ServiceSpec.selector',
  'core.ReplicationControllerSpec.selector',
  'node.Scheduling.nodeSelector',
]);

/** Fields of which parts are owned although their struct is owned as a whole elsewhere. */
const GRANULAR_FIELDS: ReadonlySet<string> = new Set(['core.PersistentVolumeSpec.claimRef']);

const keyedLists = new Map<string, ReadonlyMap<string, readonly string[]>>();

function keysOf(struct: string, field: string): readonly string[] | undefined {
  let lists = keyedLists.get(struct);
  if (!lists) {
    const words = (KEYED_LISTS[struct] ?? '').split(/\s+/).filter((word) => word !== '');
    lists = new Map(
      words.map((word) => {
        const [name = '', keys = ''] = word.split(':');
        return [name, keys.split(',').sort()];
      }),
    );
    keyedLists.set(struct, lists);
  }
  return lists.get(field);
}

const structTypes = new Map<string, MergeType>();

/** The type of a kind's objects, or undefined when the server does not know their fields. */
export function mergeTypeOf(apiVersion: string, kind: string): MergeType | undefined {
  const ref = kindStruct(apiVersion, kind);
  if (!ref) return undefined;
  const type = structType(ref);
  if (type.kind !== 'map') return undefined;
  const typeMeta: Readonly<Record<string, MergeType>> = { apiVersion: STRING, kind: STRING };
  return { ...type, field: (name) => typeMeta[name] ?? type.field?.(name) };
}

function structType(ref: StructRef): MergeType {
  const schema = structSchema(ref);
  const known = structTypes.get(schema.qualifiedName);
  if (known) return known;
  const fields = new Map<string, MergeType>();
  const type: MergeType = {
    kind: 'map',
    atomic: ATOMIC_STRUCTS.has(schema.qualifiedName),
    field(name) {
      let found = fields.get(name);
      const field = schema.byName.get(name);
      if (!found && field) {
        found = fieldType(field.type, schema.qualifiedName, name);
        fields.set(name, found);
      }
      return found;
    },
  };
  structTypes.set(schema.qualifiedName, type);
  return type;
}

function fieldType(type: SchemaType, struct: string, field: string): MergeType {
  switch (type.kind) {
    case 'pointer':
      return fieldType(type.of, struct, field);
    case 'string':
    case 'bytes':
    case 'time':
    case 'microTime':
      return STRING;
    case 'bool':
      return BOOLEAN;
    case 'int':
      return NUMERIC;
    case 'quantity':
    case 'intOrString':
    case 'raw':
      return UNTYPED;
    case 'struct': {
      const whole = structType(type.struct);
      const granular = whole.kind === 'map' && GRANULAR_FIELDS.has(`${struct}.${field}`);
      return granular ? { ...whole, atomic: false } : whole;
    }
    case 'map': {
      const { of } = type;
      const atomic = ATOMIC_MAPS.has(`${struct}.${field}`);
      return { kind: 'map', atomic, element: () => fieldType(of, struct, '') };
    }
    case 'list': {
      const { of } = type;
      const element = () => fieldType(of, struct, '');
      const keys = keysOf(struct, field);
      if (keys) return { kind: 'list', relation: 'keyed', keys: presets(of, keys), element };
      const relation = SETS.has(`${struct}.${field}`) ? 'set' : 'atomic';
      return { kind: 'list', relation, keys: [], element };
    }
  }
}

/** Keys that are required have their zero value as default in the API's documents, protocols TCP. */
function presets(item: SchemaType, keys: readonly string[]): ListKey[] {
  const struct = item.kind === 'pointer' ? item.of : item;
  const fields = struct.kind === 'struct' ? structSchema(struct.struct).byName : undefined;
  return keys.map((name) => {
    const field = fields?.get(name);
    let preset: string | number | undefined;
    if (name === 'protocol') preset = 'TCP';
    else if (field?.whenEmpty === 'write') preset = field.type.kind === 'int' ? 0 : '';
    else if (name === 'name' && struct.go === 'v1.LocalObjectReference') preset = '';
    return { name, preset };
  });
}
