import { copyJson } from '../copy-json';
import { decodeObject } from '../decode';
import { computePodQOS } from '../qos';
import type { KubeObject, Pod, SecurityContext } from '../types';
import type { Json } from '../yaml/read-manifests';
import { applyDefaults, fillDefaults } from './apply-defaults';
import { isMap } from './core';

/**
 * What the registry sets when an object is created, after defaulting and admission and before
 * validation. `uid` is the object's, which jobs select their pods by. Models the PrepareForCreate of
 * pkg/registry's strategies: clients have no say in status and generation.
 */
export function prepareForCreate<T extends KubeObject>(object: T, uid = ''): T {
  const copy = copyJson(object);
  for (const field of SERVER_FIELDS) delete copy.metadata[field];
  if (object.kind === 'Job') prepareJob(copy, uid, sharesTemplateLabels(object));
  else PREPARE[object.kind]?.(copy);
  return copy;
}

/**
 * A valid object as it comes back from the store: encoding writes the fields that are never left out,
 * in their order, and what is read gets defaults again.
 */
export function asStored<T extends KubeObject>(object: T): T {
  const decoded = decodeObject(object as unknown as Json).object;
  if (decoded === undefined) return applyDefaults(object);
  fillDefaults(decoded);
  return decoded as T;
}

type JsonMap = { [key: string]: Json };

/** Metadata that a client cannot give a new object; the server sets the rest itself. */
const SERVER_FIELDS = ['selfLink', 'deletionTimestamp', 'deletionGracePeriodSeconds'] as const;

/** Init containers were annotations once; the server drops those. */
const OLD_INIT_ANNOTATIONS = [
  'pod.beta.kubernetes.io/init-containers',
  'pod.alpha.kubernetes.io/init-containers',
  'pod.beta.kubernetes.io/init-container-statuses',
  'pod.alpha.kubernetes.io/init-container-statuses',
];

function preparePod(object: KubeObject): void {
  const pod = object as Pod;
  pod.metadata.generation = 1;
  for (const name of OLD_INIT_ANNOTATIONS) delete pod.metadata.annotations?.[name];
  const { spec } = pod;
  if ((spec.terminationGracePeriodSeconds ?? 0) < 0) spec.terminationGracePeriodSeconds = 1;
  pod.status = { phase: 'Pending', qosClass: computePodQOS(pod) };
  applyAppArmorAnnotations(pod);
  if ((spec.schedulingGates ?? []).length === 0) return;
  pod.status.conditions = [
    {
      type: 'PodScheduled',
      status: 'False',
      reason: 'SchedulingGated',
      message: 'Scheduling is blocked due to non-empty scheduling gates',
    },
  ];
}

type AppArmorProfile = NonNullable<SecurityContext['appArmorProfile']>;

export const APPARMOR_ANNOTATION = 'container.apparmor.security.beta.kubernetes.io/';

/** The old annotation of a container's AppArmor profile sets the field that took its place. */
function applyAppArmorAnnotations({ metadata, spec }: Pod): void {
  if (spec.os?.name === 'windows') return;
  for (const container of [...(spec.initContainers ?? []), ...(spec.containers ?? [])]) {
    const profile = appArmorProfile(metadata.annotations?.[APPARMOR_ANNOTATION + container.name]);
    if (profile === undefined || container.securityContext?.appArmorProfile) continue;
    const { type, localhostProfile } = spec.securityContext?.appArmorProfile ?? {};
    if (profile.type === type && profile.localhostProfile === localhostProfile) continue;
    container.securityContext = { ...container.securityContext, appArmorProfile: profile };
  }
}

/** The profile that an annotation names; undefined if it names none that is valid. */
export function appArmorProfile(annotation: string | undefined): AppArmorProfile | undefined {
  if (annotation === 'unconfined') return { type: 'Unconfined' };
  if (annotation === 'runtime/default') return { type: 'RuntimeDefault' };
  const path = /^localhost\/(.+)$/.exec(annotation ?? '')?.[1];
  if (path === undefined || path.length > 4095 || path.trim() !== path) return undefined;
  return { type: 'Localhost', localhostProfile: path };
}

function firstGeneration(object: KubeObject): void {
  object.metadata.generation = 1;
}

function prepareWithStatus(object: KubeObject): void {
  object.metadata.generation = 1;
  object.status = {};
}

function prepareNamespace(object: KubeObject): void {
  object.status = { phase: 'Active' };
  const spec = (object.spec ?? {}) as JsonMap;
  const finalizers = Array.isArray(spec.finalizers) ? spec.finalizers : [];
  if (!finalizers.includes('kubernetes')) spec.finalizers = [...finalizers, 'kubernetes'];
  object.spec = spec;
}

function prepareDaemonSet(object: KubeObject): void {
  prepareWithStatus(object);
  const generation = { 'deprecated.daemonset.template.generation': '1' };
  object.metadata.annotations = { ...object.metadata.annotations, ...generation };
}

const UID_LABEL = 'batch.kubernetes.io/controller-uid';

/**
 * A job selects its pods by its own uid, unless the user manages the selector. Labels that the user has
 * set stay; validation refuses the job if they are wrong.
 */
function prepareJob(object: KubeObject, uid: string, sharesLabels: boolean): void {
  prepareWithStatus(object);
  const spec = object.spec as JsonMap;
  if (spec.manualSelector === true) return;
  const name = object.metadata.name ?? '';
  const generated = {
    [UID_LABEL]: uid,
    'batch.kubernetes.io/job-name': name,
    'controller-uid': uid,
    'job-name': name,
  };
  const template = mapOf(spec.template);
  const metadata = mapOf(template.metadata);
  const labels = sorted({ ...generated, ...mapOf(metadata.labels) });
  spec.template = { ...template, metadata: { ...metadata, labels } };
  if (sharesLabels) object.metadata.labels = { ...(labels as Record<string, string>) };
  const selector = mapOf(spec.selector);
  const matchLabels = sorted({ [UID_LABEL]: uid, ...mapOf(selector.matchLabels) });
  spec.selector = { ...selector, matchLabels };
}

/** Maps are shown with their keys in order. */
function sorted(map: JsonMap): JsonMap {
  return Object.fromEntries(Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * Whether a job has its labels from its template. In the server the two are then one map, so that what is
 * added to the template's labels is added to the job's, too.
 */
function sharesTemplateLabels({ metadata, spec }: KubeObject): boolean {
  const { template } = (spec ?? {}) as { template?: { metadata?: { labels?: unknown } } };
  return metadata.labels !== undefined && metadata.labels === template?.metadata?.labels;
}

function mapOf(value: Json | undefined): JsonMap {
  return isMap(value) ? value : {};
}

function prepareClaim(object: KubeObject): void {
  object.status = { phase: 'Pending' };
  protect(object, 'kubernetes.io/pvc-protection');
  normalizeDataSources(mapOf(object.spec as Json | undefined));
}

function prepareVolume(object: KubeObject): void {
  const { creationTimestamp } = object.metadata;
  object.status = {
    phase: 'Pending',
    ...(creationTimestamp && { lastPhaseTransitionTime: creationTimestamp }),
  };
  protect(object, 'kubernetes.io/pv-protection');
}

/** Nobody asks for a limit range by its name: without one it gets an identifier. */
function prepareLimitRange({ metadata }: KubeObject): void {
  if (!metadata.name && metadata.uid) metadata.name = metadata.uid;
}

/** Models the StorageObjectInUseProtection admission. */
function protect({ metadata }: KubeObject, finalizer: string): void {
  const finalizers = metadata.finalizers ?? [];
  if (!finalizers.includes(finalizer)) metadata.finalizers = [...finalizers, finalizer];
}

/**
 * A claim's source under its old and its new name. Under the old one, kinds but claims and snapshots are
 * dropped. Models EnforceDataSourceBackwardsCompatibility and NormalizeDataSources.
 */
export function normalizeDataSources(spec: JsonMap): void {
  if (spec.dataSourceRef === undefined && isMap(spec.dataSource)) {
    const { kind, apiGroup } = spec.dataSource;
    const isSnapshot = kind === 'VolumeSnapshot' && apiGroup === 'snapshot.storage.k8s.io';
    const isClaim = kind === 'PersistentVolumeClaim' && !apiGroup;
    if (isSnapshot || isClaim) spec.dataSourceRef = { ...spec.dataSource };
    else delete spec.dataSource;
  } else if (spec.dataSource === undefined && isMap(spec.dataSourceRef)) {
    spec.dataSource = { ...spec.dataSourceRef };
  }
}

/** What load balancers say of themselves comes later. */
function prepareBalanced(object: KubeObject): void {
  object.status = { loadBalancer: {} };
}

const PREPARE: Readonly<Record<string, (object: KubeObject) => void>> = {
  Service: prepareBalanced,
  Ingress: prepareBalanced,
  HorizontalPodAutoscaler: (object) => {
    object.status = { desiredReplicas: 0, currentMetrics: null };
  },
  PersistentVolumeClaim: prepareClaim,
  NetworkPolicy: firstGeneration,
  IngressClass: firstGeneration,
  PriorityClass: firstGeneration,
  PodTemplate: firstGeneration,
  PersistentVolume: prepareVolume,
  LimitRange: prepareLimitRange,
  ReplicationController: prepareWithStatus,
  PodDisruptionBudget: prepareWithStatus,
  Pod: preparePod,
  Namespace: prepareNamespace,
  Deployment: prepareWithStatus,
  ReplicaSet: prepareWithStatus,
  StatefulSet: prepareWithStatus,
  DaemonSet: prepareDaemonSet,
  CronJob: prepareWithStatus,
};
