/**
 * How strategic merge patches treat the fields of our objects: the patchStrategy and patchMergeKey tags of
 * k8s.io/api. Only fields with such tags, and the way to them, are listed; every other map is merged key by
 * key and every other list is replaced.
 */
export interface FieldSchema {
  /** Lists: elements are merged by `mergeKey`, or as a set of scalars when there is none. */
  readonly merge?: true;
  readonly mergeKey?: string;
  /** Patches of this object (or of this list's elements) name the keys that shall stay. */
  readonly retainKeys?: true;
  /** The type of the value, or of the list's elements, or of the map's values. */
  readonly type?: StructSchema;
}

export type StructSchema = () => Readonly<Record<string, FieldSchema>>;

function byKey(mergeKey: string, type?: StructSchema): FieldSchema {
  return { merge: true, mergeKey, type };
}

const conditions: FieldSchema = byKey('type');
const SCALAR_SET: FieldSchema = { merge: true };

const objectMeta: StructSchema = () => OBJECT_META;
const OBJECT_META = { ownerReferences: byKey('uid'), finalizers: SCALAR_SET };

const container: StructSchema = () => CONTAINER;
const CONTAINER = {
  ports: byKey('containerPort'),
  env: byKey('name'),
  volumeMounts: byKey('mountPath'),
  volumeDevices: byKey('devicePath'),
};

const podSpec: StructSchema = () => POD_SPEC;
const POD_SPEC: Readonly<Record<string, FieldSchema>> = {
  volumes: { merge: true, mergeKey: 'name', retainKeys: true },
  initContainers: byKey('name', container),
  containers: byKey('name', container),
  ephemeralContainers: byKey('name', container),
  imagePullSecrets: byKey('name'),
  hostAliases: byKey('ip'),
  topologySpreadConstraints: byKey('topologyKey'),
  schedulingGates: byKey('name'),
  resourceClaims: { merge: true, mergeKey: 'name', retainKeys: true },
};

const podTemplate: FieldSchema = {
  type: () => ({ metadata: { type: objectMeta }, spec: { type: podSpec } }),
};
const status: FieldSchema = { type: () => ({ conditions }) };

function kind(fields: Readonly<Record<string, FieldSchema>>): StructSchema {
  const all = { metadata: { type: objectMeta }, ...fields };
  return () => all;
}

function spec(fields: Readonly<Record<string, FieldSchema>>): FieldSchema {
  return { type: () => fields };
}

const jobSpec = { template: podTemplate };
const plain = kind({});

/** By kind: the kinds that have tagged fields beyond their metadata. */
const KINDS: Readonly<Record<string, StructSchema>> = {
  Pod: kind({
    spec: { type: podSpec },
    status: {
      type: () => ({
        conditions,
        hostIPs: byKey('ip'),
        podIPs: byKey('ip'),
        resourceClaimStatuses: { merge: true, mergeKey: 'name', retainKeys: true },
      }),
    },
  }),
  PodTemplate: kind({ template: podTemplate }),
  Service: kind({ spec: spec({ ports: byKey('port') }), status }),
  ServiceAccount: kind({ secrets: byKey('name') }),
  Node: kind({
    spec: spec({ podCIDRs: SCALAR_SET }),
    status: { type: () => ({ conditions, addresses: byKey('type') }) },
  }),
  Namespace: kind({ status }),
  PersistentVolumeClaim: kind({ status }),
  ReplicationController: kind({ spec: spec({ template: podTemplate }), status }),
  ReplicaSet: kind({ spec: spec({ template: podTemplate }), status }),
  Deployment: kind({
    spec: spec({ template: podTemplate, strategy: { retainKeys: true } }),
    status,
  }),
  StatefulSet: kind({ spec: spec({ template: podTemplate }), status }),
  DaemonSet: kind({ spec: spec({ template: podTemplate }), status }),
  Job: kind({ spec: spec(jobSpec), status }),
  CronJob: kind({
    spec: spec({
      jobTemplate: {
        type: () => ({ metadata: { type: objectMeta }, spec: spec(jobSpec) }),
      },
    }),
  }),
  PodDisruptionBudget: kind({ status }),
  MutatingWebhookConfiguration: kind({ webhooks: byKey('name') }),
  ValidatingWebhookConfiguration: kind({ webhooks: byKey('name') }),
};

/** The fields of a kind that strategic merge treats in a way of their own. */
export function patchSchemaOf(kindName: string): StructSchema {
  return KINDS[kindName] ?? plain;
}
