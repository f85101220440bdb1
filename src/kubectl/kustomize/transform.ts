import type { Json, JsonObject } from '../../api/patch/json-value';
import { at, type ImageChange, type Kustomization, type Mutable, podOf } from './kustomization';

/** Kinds that belong to no namespace. */
const CLUSTER_SCOPED = new Set(
  'Namespace Node PersistentVolume StorageClass ClusterRole ClusterRoleBinding PriorityClass IngressClass CustomResourceDefinition'.split(
    ' ',
  ),
);
const SELECTING = new Set(['Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet']);
/** Fields that hold another object's name, by the kind that it is of. */
const REFERENCES: Readonly<Record<string, readonly (readonly [parent: string, field: string])[]>> =
  {
    ConfigMap: [
      ['configMap', 'name'],
      ['configMapRef', 'name'],
      ['configMapKeyRef', 'name'],
    ],
    Secret: [
      ['secret', 'secretName'],
      ['secret', 'name'],
      ['secretRef', 'name'],
      ['secretKeyRef', 'name'],
      ['imagePullSecrets', 'name'],
    ],
    PersistentVolumeClaim: [['persistentVolumeClaim', 'claimName']],
    ServiceAccount: [
      ['spec', 'serviceAccountName'],
      ['subjects', 'name'],
    ],
    Service: [
      ['service', 'name'],
      ['spec', 'serviceName'],
    ],
    Deployment: [['scaleTargetRef', 'name']],
    Role: [['roleRef', 'name']],
    ClusterRole: [['roleRef', 'name']],
  };

/** Applies what a kustomization says of all its objects, in kustomize's order. */
export function transform(objects: readonly Mutable[], given: Kustomization): void {
  for (const object of objects) {
    const metadata = at(object, ['metadata']);
    if (given.namespace && !CLUSTER_SCOPED.has(String(object.kind))) {
      metadata.namespace = given.namespace;
    }
    setReplicas(object, given);
    addLabels(object, given.commonLabels, true, true);
    for (const { pairs, includeSelectors, includeTemplates } of given.labels ?? []) {
      const selects = includeSelectors === true;
      addLabels(object, pairs, selects, selects || includeTemplates === true);
    }
    addAnnotations(object, given.commonAnnotations);
    for (const image of given.images ?? []) setImage(object, image);
  }
  const { namePrefix = '', nameSuffix = '' } = given;
  if (namePrefix === '' && nameSuffix === '') return;
  for (const object of objects) {
    if (object.kind === 'Namespace' || object.kind === 'CustomResourceDefinition') continue;
    rename(objects, object, `${namePrefix}${nameOf(object)}${nameSuffix}`);
  }
}

export function nameOf(object: Mutable): string {
  return String((object.metadata as JsonObject | undefined)?.name ?? '');
}

/** Gives an object another name, and those that refer to it, too. */
export function rename(objects: readonly Mutable[], object: Mutable, name: string): void {
  const old = nameOf(object);
  at(object, ['metadata']).name = name;
  const fields = REFERENCES[String(object.kind)] ?? [];
  if (fields.length === 0) return;
  for (const other of objects) replaceNames(other, '', fields, old, name);
}

function replaceNames(
  value: Mutable | Mutable[] | Json,
  parent: string,
  fields: readonly (readonly [string, string])[],
  old: string,
  name: string,
): void {
  if (Array.isArray(value)) {
    for (const item of value) replaceNames(item as Mutable, parent, fields, old, name);
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  const object = value as Mutable;
  for (const [key, member] of Object.entries(object)) {
    const refers = fields.some(([above, field]) => above === parent && field === key);
    if (refers && member === old) object[key] = name;
    else replaceNames(member as Mutable, key, fields, old, name);
  }
}

function setReplicas(object: Mutable, { replicas = [] }: Kustomization): void {
  if (!['Deployment', 'ReplicaSet', 'StatefulSet'].includes(String(object.kind))) return;
  const found = replicas.find(({ name }) => name === nameOf(object));
  if (found) at(object, ['spec']).replicas = found.count;
}

function addLabels(
  object: Mutable,
  labels: Readonly<Record<string, string>> | undefined,
  selectors: boolean,
  templates: boolean,
): void {
  if (!labels) return;
  Object.assign(at(object, ['metadata', 'labels']), labels);
  const pod = podOf(object);
  if (templates && pod && pod !== object) Object.assign(at(pod, ['metadata', 'labels']), labels);
  if (!selectors) return;
  if (SELECTING.has(String(object.kind))) {
    Object.assign(at(object, ['spec', 'selector', 'matchLabels']), labels);
  } else if (object.kind === 'Service' && (object.spec as JsonObject | undefined)?.selector) {
    Object.assign(at(object, ['spec', 'selector']), labels);
  }
}

function addAnnotations(
  object: Mutable,
  annotations: Readonly<Record<string, string>> | undefined,
): void {
  if (!annotations) return;
  Object.assign(at(object, ['metadata', 'annotations']), annotations);
  const pod = podOf(object);
  if (pod && pod !== object) Object.assign(at(pod, ['metadata', 'annotations']), annotations);
}

function setImage(object: Mutable, { name, newName = name, newTag, digest }: ImageChange): void {
  const spec = podOf(object)?.spec as Mutable | undefined;
  if (!spec) return;
  for (const list of ['containers', 'initContainers']) {
    for (const container of (spec[list] as Mutable[] | undefined) ?? []) {
      const image = String(container.image ?? '');
      const rest = image.slice(name.length);
      if (!image.startsWith(name) || !/^([:@].*)?$/.test(rest)) continue;
      const tag = digest ? `@${digest}` : newTag ? `:${newTag}` : rest;
      container.image = `${newName}${tag}`;
    }
  }
}
