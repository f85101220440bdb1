import { effectiveTag } from '../image-reference';
import { parseQuantity, quantityText, roundUpQuantity } from '../quantity';
import { encodeBase64 } from '../schema/base64';
import type { StructVisitors } from '../schema/walk';
import type { Json } from '../yaml/read-manifests';
import { encodeUtf8 } from '../yaml/utf8';
import { aggregateRequests } from './pod-resources';

/**
 * Defaults of API group core/v1, by struct. Models pkg/apis/core/v1/defaults.go, the `+default`
 * marks of the types and the conversions that fill in fields.
 */

type JsonMap = { [key: string]: Json };

const MODE_0644 = 0o644;

/** Sets fields that are absent or zero. */
export function fill(value: JsonMap, defaults: JsonMap): void {
  for (const [field, preset] of Object.entries(defaults)) {
    const current = value[field];
    if (current === undefined || current === null || current === '' || current === 0) {
      value[field] = preset;
    }
  }
}

/** Sets fields that are absent; zero and false stay. */
export function fillAbsent(value: JsonMap, defaults: JsonMap): void {
  for (const [field, preset] of Object.entries(defaults)) value[field] ??= preset;
}

export function maps(value: Json | undefined): JsonMap[] {
  return Array.isArray(value) ? value.filter(isMap) : [];
}

export function isMap(value: Json | undefined): value is JsonMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Pull policy of an image that says none. */
function pullPolicy(image: Json | undefined): string {
  return effectiveTag(typeof image === 'string' ? image : '') === 'latest'
    ? 'Always'
    : 'IfNotPresent';
}

function defaultContainer(container: JsonMap): void {
  fill(container, {
    imagePullPolicy: pullPolicy(container.image),
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
  });
}

/** What containers may use at most is their limit, and that is what they request. */
function defaultLimitRange(item: JsonMap): void {
  roundLists(item, 'max', 'min', 'default', 'defaultRequest', 'maxLimitRequestRatio');
  if (item.type !== 'Container') return;
  const limits: JsonMap = { ...(isMap(item.default) ? item.default : {}) };
  const requests: JsonMap = { ...(isMap(item.defaultRequest) ? item.defaultRequest : {}) };
  if (isMap(item.max)) fillAbsent(limits, item.max);
  fillAbsent(requests, limits);
  if (isMap(item.min)) fillAbsent(requests, item.min);
  if (Object.keys(limits).length > 0) item.default = limits;
  if (Object.keys(requests).length > 0) item.defaultRequest = requests;
}

function defaultVolume(volume: JsonMap): void {
  if (Object.keys(volume).every((field) => field === 'name')) volume.emptyDir = {};
}

/** Requests that only have a limit take it over; pods with host network open their ports there. */
function defaultPod(pod: JsonMap): void {
  const spec = isMap(pod.spec) ? pod.spec : {};
  const containers = [...maps(spec.containers), ...maps(spec.initContainers)];
  for (const { resources } of containers) {
    if (!isMap(resources) || !isMap(resources.limits)) continue;
    if (Object.keys(resources.limits).length === 0) continue;
    resources.requests = {
      ...(isMap(resources.requests) ? resources.requests : {}),
      ...missing(resources.limits, resources.requests),
    };
  }
  defaultPodResources(spec);
  fillAbsent(spec, { enableServiceLinks: true });
  if (spec.hostNetwork !== true) return;
  for (const container of containers) {
    for (const port of maps(container.ports)) fill(port, { hostPort: port.containerPort ?? 0 });
  }
}

/** Members of `from` that `present` lacks. */
function missing(from: JsonMap, present: Json | undefined): JsonMap {
  const has = isMap(present) ? present : {};
  return Object.fromEntries(Object.entries(from).filter(([key]) => !Object.hasOwn(has, key)));
}

function defaultPodResources(spec: JsonMap): void {
  const { resources } = spec;
  if (!isMap(resources) || !isMap(resources.limits)) return;
  if (Object.keys(resources.limits).length === 0) return;
  const requests: JsonMap = isMap(resources.requests) ? { ...resources.requests } : {};
  const supported = (name: string) => /^(cpu|memory|hugepages-.*)$/.test(name);
  for (const [name, value] of Object.entries(aggregateRequests(spec))) {
    if (supported(name) && !name.startsWith('hugepages-')) requests[name] ??= value;
  }
  for (const [name, value] of Object.entries(resources.limits)) {
    if (supported(name)) requests[name] ??= value;
  }
  if (Object.keys(requests).length > 0) resources.requests = requests;
}

function defaultPodSpec(spec: JsonMap): void {
  fill(spec, {
    dnsPolicy: 'ClusterFirst',
    restartPolicy: 'Always',
    schedulerName: 'default-scheduler',
  });
  fillAbsent(spec, { securityContext: {}, terminationGracePeriodSeconds: 30 });
  roundLists(spec, 'overhead');
  // The old and the new name of one field.
  const account = spec.serviceAccountName || spec.serviceAccount;
  if (account) spec.serviceAccountName = spec.serviceAccount = account;
}

/** Quantities are kept to a thousandth. */
function roundResources(resources: JsonMap): void {
  roundLists(resources, 'requests', 'limits');
}

function roundLists(value: JsonMap, ...lists: string[]): void {
  for (const name of lists) {
    const list = value[name];
    if (!isMap(list)) continue;
    for (const [name, value] of Object.entries(list)) {
      const { result } = roundUpQuantity(parseQuantity(String(value)), -3);
      list[name] = quantityText(result);
    }
  }
}

function defaultService(service: JsonMap): void {
  const spec = isMap(service.spec) ? service.spec : {};
  fill(spec, { sessionAffinity: 'None', type: 'ClusterIP' });
  if (spec.sessionAffinity === 'None') delete spec.sessionAffinityConfig;
  if (spec.sessionAffinity === 'ClientIP') {
    const config = isMap(spec.sessionAffinityConfig) ? spec.sessionAffinityConfig : {};
    const clientIp = isMap(config.clientIP) ? config.clientIP : {};
    if (clientIp.timeoutSeconds === undefined) {
      spec.sessionAffinityConfig = { clientIP: { timeoutSeconds: 10800 } };
    }
  }
  for (const port of maps(spec.ports)) {
    fill(port, { protocol: 'TCP', targetPort: port.port ?? 0 });
  }
  const external = spec.type === 'LoadBalancer' || spec.type === 'NodePort';
  const hasIps = Array.isArray(spec.externalIPs) && spec.externalIPs.length > 0;
  if (external || (spec.type === 'ClusterIP' && hasIps)) {
    fill(spec, { externalTrafficPolicy: 'Cluster' });
  }
  if (external || spec.type === 'ClusterIP') {
    fillAbsent(spec, { internalTrafficPolicy: 'Cluster' });
  }
  if (spec.type === 'LoadBalancer') fillAbsent(spec, { allocateLoadBalancerNodePorts: true });
}

function defaultClaim(claim: JsonMap): void {
  const status = isMap(claim.status) ? claim.status : {};
  fill(status, { phase: 'Pending' });
  claim.status = status;
}

function defaultVolumeSpec(spec: JsonMap): void {
  fill(spec, { persistentVolumeReclaimPolicy: 'Retain' });
  fillAbsent(spec, { volumeMode: 'Filesystem' });
  roundLists(spec, 'capacity');
}

/** A controller without labels or selector has those of its template. */
function defaultReplicationController(controller: JsonMap): void {
  const spec = isMap(controller.spec) ? controller.spec : {};
  fillAbsent(spec, { replicas: 1 });
  const template = isMap(spec.template) ? spec.template : {};
  const { labels } = isMap(template.metadata) ? template.metadata : {};
  if (!isMap(labels)) return;
  const isEmpty = (map: Json | undefined) => !isMap(map) || Object.keys(map).length === 0;
  if (isEmpty(spec.selector)) spec.selector = { ...labels };
  const metadata = isMap(controller.metadata) ? controller.metadata : {};
  if (isEmpty(metadata.labels)) metadata.labels = { ...labels };
}

/** What is written as plain text is kept with the rest, in base64. */
function defaultSecret(secret: JsonMap): void {
  fill(secret, { type: 'Opaque' });
  const { stringData } = secret;
  if (!isMap(stringData)) return;
  const data = isMap(secret.data) ? secret.data : {};
  for (const [key, text] of Object.entries(stringData)) {
    data[key] = encodeBase64(encodeUtf8(String(text)));
  }
  secret.data = data;
  delete secret.stringData;
}

function defaultNamespace(namespace: JsonMap): void {
  const metadata = isMap(namespace.metadata) ? namespace.metadata : {};
  const { name } = metadata;
  if (typeof name !== 'string' || name === '') return;
  const labels = isMap(metadata.labels) ? metadata.labels : {};
  metadata.labels = { ...labels, 'kubernetes.io/metadata.name': name };
}

export const CORE_DEFAULTS: StructVisitors = {
  'core.LimitRangeItem': defaultLimitRange,
  'core.ResourceQuotaSpec': (spec) => roundLists(spec, 'hard'),
  'core.PersistentVolumeSpec': defaultVolumeSpec,
  'core.NodeStatus': (status) => roundLists(status, 'capacity', 'allocatable'),
  'core.Pod': defaultPod,
  'core.PodSpec': defaultPodSpec,
  'core.Volume': defaultVolume,
  'core.Container': defaultContainer,
  'core.EphemeralContainer': defaultContainer,
  'core.ContainerPort': (port) => fill(port, { protocol: 'TCP' }),
  'core.Probe': (probe) =>
    fill(probe, { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 }),
  'core.HTTPGetAction': (action) => fill(action, { path: '/', scheme: 'HTTP' }),
  'core.GRPCAction': (action) => fillAbsent(action, { service: '' }),
  'core.ResourceRequirements': roundResources,
  'core.VolumeResourceRequirements': roundResources,
  'core.SecretVolumeSource': (source) => fillAbsent(source, { defaultMode: MODE_0644 }),
  'core.ConfigMapVolumeSource': (source) => fillAbsent(source, { defaultMode: MODE_0644 }),
  'core.DownwardAPIVolumeSource': (source) => fillAbsent(source, { defaultMode: MODE_0644 }),
  'core.ProjectedVolumeSource': (source) => fillAbsent(source, { defaultMode: MODE_0644 }),
  'core.ServiceAccountTokenProjection': (source) => fillAbsent(source, { expirationSeconds: 3600 }),
  'core.HostPathVolumeSource': (source) => fillAbsent(source, { type: '' }),
  'core.ObjectFieldSelector': (selector) => fill(selector, { apiVersion: 'v1' }),
  'core.FileKeySelector': (selector) => fillAbsent(selector, { optional: false }),
  'core.ImageVolumeSource': (source) => fill(source, { pullPolicy: pullPolicy(source.reference) }),
  'core.ISCSIVolumeSource': (source) => fill(source, { iscsiInterface: 'default' }),
  'core.RBDVolumeSource': (source) =>
    fill(source, { pool: 'rbd', user: 'admin', keyring: '/etc/ceph/keyring' }),
  'core.AzureDiskVolumeSource': (source) =>
    fillAbsent(source, {
      cachingMode: 'ReadWrite',
      fsType: 'ext4',
      readOnly: false,
      kind: 'Shared',
    }),
  'core.ScaleIOVolumeSource': (source) =>
    fill(source, { storageMode: 'ThinProvisioned', fsType: 'xfs' }),
  'core.PersistentVolumeClaim': defaultClaim,
  'core.PersistentVolumeClaimSpec': (spec) => fillAbsent(spec, { volumeMode: 'Filesystem' }),
  'core.Service': defaultService,
  'core.Namespace': defaultNamespace,
  'core.ReplicationController': defaultReplicationController,
  'core.EndpointPort': (port) => fill(port, { protocol: 'TCP' }),
  'core.Secret': defaultSecret,
};
