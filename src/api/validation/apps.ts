import { nameIsDnsLabel, nameIsDnsSubdomain } from '../names';
import { validateLabelSelector } from '../selectors';
import type {
  Deployment,
  KubeObject,
  LabelSelector,
  ObjectMeta,
  PodTemplateSpec,
  ReplicaSet,
  Volume,
} from '../types';
import { claimSpecErrors } from './claims';
import { type FieldError, forbidden, invalid, notSupported, required } from './field-error';
import {
  validateImmutable,
  validateNonnegative,
  validateObjectMeta,
  validateObjectMetaUpdate,
} from './object-meta';
import { dnsLabelErrors } from './paths';
import {
  emptySelectorErrors,
  lastingPodErrors,
  selectorErrors,
  selectorMatch,
  selectorMismatch,
  validatePodTemplate,
} from './pod-template';
import {
  type Strategy,
  validateDaemonSetStrategy,
  validateDeploymentStrategy,
  validateStatefulSetStrategy,
} from './rollout';

/** Deployments, ReplicaSets, DaemonSets and StatefulSets. Models pkg/apis/apps/validation. */

interface WorkloadSpec {
  replicas?: number;
  minReadySeconds?: number;
  revisionHistoryLimit?: number;
  progressDeadlineSeconds?: number;
  selector?: LabelSelector;
  template?: PodTemplateSpec;
  strategy?: Strategy;
  updateStrategy?: Strategy;
}

interface StatefulSetSpec extends WorkloadSpec {
  podManagementPolicy?: string;
  serviceName?: string;
  ordinals?: { start?: number };
  persistentVolumeClaimRetentionPolicy?: { whenDeleted?: string; whenScaled?: string };
  volumeClaimTemplates?: { metadata?: ObjectMeta; spec?: Record<string, unknown> }[];
}

/** The spec, without members that are there but null, as a selector that was left out. */
function specOf<Spec>(object: KubeObject): Spec {
  const members = Object.entries(object.spec ?? {}).filter(([, value]) => value !== null);
  return Object.fromEntries(members) as Spec;
}

export function validateDeployment(deployment: Deployment): FieldError[] {
  return [
    ...validateObjectMeta(deployment.metadata, true, nameIsDnsSubdomain),
    ...deploymentSpecErrors(specOf(deployment)),
  ];
}

export function validateDeploymentUpdate(deployment: Deployment, old: Deployment): FieldError[] {
  return [
    ...validateObjectMetaUpdate(deployment.metadata, old.metadata),
    ...deploymentSpecErrors(specOf(deployment)),
    ...sameSelector(deployment, old),
  ];
}

export function validateReplicaSet(set: ReplicaSet): FieldError[] {
  return [
    ...validateObjectMeta(set.metadata, true, nameIsDnsSubdomain),
    ...replicaSetSpecErrors(specOf(set)),
  ];
}

export function validateReplicaSetUpdate(set: ReplicaSet, old: ReplicaSet): FieldError[] {
  return [
    ...validateObjectMetaUpdate(set.metadata, old.metadata),
    ...replicaSetSpecErrors(specOf(set)),
    ...sameSelector(set, old),
  ];
}

function sameSelector(object: KubeObject, old: KubeObject): FieldError[] {
  const [now, before] = [specOf<WorkloadSpec>(object), specOf<WorkloadSpec>(old)];
  return validateImmutable('spec.selector', now.selector, before.selector);
}

function deploymentSpecErrors(spec: WorkloadSpec): FieldError[] {
  const { progressDeadlineSeconds: deadline, minReadySeconds = 0 } = spec;
  const errors = [
    ...validateNonnegative('spec.replicas', spec.replicas),
    ...replicatedPodErrors(spec),
    ...validateDeploymentStrategy(spec.strategy, 'spec.strategy'),
    ...validateNonnegative('spec.minReadySeconds', minReadySeconds),
    ...validateNonnegative('spec.revisionHistoryLimit', spec.revisionHistoryLimit),
    ...validateNonnegative('spec.progressDeadlineSeconds', deadline),
  ];
  if (deadline !== undefined && deadline <= minReadySeconds) {
    const why = 'must be greater than minReadySeconds';
    errors.push(invalid('spec.progressDeadlineSeconds', deadline, why));
  }
  return errors;
}

function replicaSetSpecErrors(spec: WorkloadSpec): FieldError[] {
  return [
    ...validateNonnegative('spec.replicas', spec.replicas),
    ...validateNonnegative('spec.minReadySeconds', spec.minReadySeconds),
    ...replicatedPodErrors(spec),
  ];
}

/** Selector and template of a ReplicaSet or of a Deployment. */
function replicatedPodErrors({ selector, template }: WorkloadSpec): FieldError[] {
  const errors =
    selector === undefined
      ? [required('spec.selector')]
      : selectorErrors(selector, 'deployment', 'spec.selector');
  const match = selectorMatch(selector, template);
  if (match === 'unusable') {
    return [...errors, invalid('spec.selector', selector, 'invalid label selector')];
  }
  if (match === 'misses') errors.push(selectorMismatch(template, 'spec.template'));
  return [
    ...errors,
    ...validatePodTemplate(template, 'spec.template'),
    ...lastingPodErrors(template, 'ReplicaSet', 'spec.template'),
  ];
}

export function validateDaemonSet(set: KubeObject): FieldError[] {
  return [
    ...validateObjectMeta(set.metadata, true, nameIsDnsSubdomain),
    ...daemonSetSpecErrors(specOf(set)),
  ];
}

export function validateDaemonSetUpdate(set: KubeObject, old: KubeObject): FieldError[] {
  return [
    ...validateObjectMetaUpdate(set.metadata, old.metadata),
    ...sameSelector(set, old),
    ...daemonSetSpecErrors(specOf(set)),
  ];
}

function daemonSetSpecErrors({ selector, template, ...spec }: WorkloadSpec): FieldError[] {
  const misses = selectorMatch(selector, template) === 'misses';
  return [
    ...validateLabelSelector(selector, 'spec.selector'),
    ...(misses ? [selectorMismatch(template, 'spec.template')] : []),
    ...emptySelectorErrors(selector, 'daemonset', 'spec.selector'),
    ...validatePodTemplate(template, 'spec.template'),
    ...lastingPodErrors(template, 'DaemonSet', 'spec.template'),
    ...validateNonnegative('spec.minReadySeconds', spec.minReadySeconds),
    ...validateDaemonSetStrategy(spec.updateStrategy, 'spec.updateStrategy'),
    ...validateNonnegative('spec.revisionHistoryLimit', spec.revisionHistoryLimit),
  ];
}

export function validateStatefulSet(set: KubeObject): FieldError[] {
  return [
    ...validateObjectMeta(set.metadata, true, nameIsDnsLabel),
    ...statefulSetSpecErrors(specOf(set), true),
  ];
}

const CHANGEABLE = [
  'replicas',
  'ordinals',
  'template',
  'updateStrategy',
  'revisionHistoryLimit',
  'persistentVolumeClaimRetentionPolicy',
  'minReadySeconds',
];

export function validateStatefulSetUpdate(set: KubeObject, old: KubeObject): FieldError[] {
  const [now, before] = [set, old].map((object) => {
    const fields = Object.entries(specOf<StatefulSetSpec>(object));
    return Object.fromEntries(fields.filter(([name]) => !CHANGEABLE.includes(name)));
  });
  const errors = [
    ...validateObjectMetaUpdate(set.metadata, old.metadata),
    ...statefulSetSpecErrors(specOf(set), false),
  ];
  if (validateImmutable('spec', now, before).length > 0) {
    const list = CHANGEABLE.map((name) => `'${name}'`);
    const names = `${list.slice(0, -1).join(', ')} and ${list.at(-1)}`;
    const why = `updates to statefulset spec for fields other than ${names} are forbidden`;
    errors.push(forbidden('spec', why));
  }
  return errors;
}

function statefulSetSpecErrors(spec: StatefulSetSpec, isNew: boolean): FieldError[] {
  const { selector, volumeClaimTemplates: claims = [] } = spec;
  const template = statefulTemplate(spec);
  const errors = [
    ...managementErrors(spec.podManagementPolicy ?? ''),
    ...validateStatefulSetStrategy(spec.updateStrategy, 'spec.updateStrategy'),
    ...retentionErrors(spec),
  ];
  if (isNew) {
    claims.forEach((claim, index) => {
      errors.push(...claimSpecErrors(claim.spec ?? {}, `spec.volumeClaimTemplates[${index}].spec`));
    });
  }
  errors.push(
    ...validateNonnegative('spec.replicas', spec.replicas),
    ...validateNonnegative('spec.minReadySeconds', spec.minReadySeconds),
    ...validateNonnegative('spec.ordinals.start', spec.ordinals?.start),
  );
  if (isNew && spec.serviceName) {
    errors.push(...dnsLabelErrors('spec.serviceName', spec.serviceName));
  }
  if (selector === undefined) errors.push(required('spec.selector'));
  else errors.push(...selectorErrors(selector, 'statefulset', 'spec.selector'));
  const match = selectorMatch(selector, template);
  if (match === 'unusable') errors.push(invalid('spec.selector', selector, ''));
  else {
    if (match === 'misses') errors.push(selectorMismatch(template, 'spec.template'));
    errors.push(...validatePodTemplate(template, 'spec.template'));
  }
  return [...errors, ...lastingPodErrors(template, 'StatefulSet', 'spec.template')];
}

function managementErrors(policy: string): FieldError[] {
  const field = 'spec.podManagementPolicy';
  if (policy === '') return [required(field)];
  if (policy === 'OrderedReady' || policy === 'Parallel') return [];
  return [invalid(field, policy, "must be 'OrderedReady' or 'Parallel'")];
}

function retentionErrors({ persistentVolumeClaimRetentionPolicy }: StatefulSetSpec): FieldError[] {
  const known = ['Retain', 'Delete'];
  return (['whenDeleted', 'whenScaled'] as const).flatMap((name) => {
    const policy = persistentVolumeClaimRetentionPolicy?.[name];
    if (policy === undefined || known.includes(policy)) return [];
    return [notSupported(`spec.persistentVolumeClaimRetentionPolicy.${name}`, policy, known)];
  });
}

/** The template as the controller will use it: with a volume for each claim, and names of its own. */
function statefulTemplate(spec: StatefulSetSpec): PodTemplateSpec | undefined {
  const { template, volumeClaimTemplates: claims = [] } = spec;
  if (template?.spec === undefined) return template;
  const { subdomain: _, hostname: __, volumes = [], ...rest } = template.spec;
  const names = [...new Set(claims.map((claim) => claim.metadata?.name ?? ''))];
  const claimed = names.map(
    (name): Volume => ({ name, persistentVolumeClaim: { claimName: name } }),
  );
  const others = volumes.filter(({ name }) => !names.includes(name));
  return { ...template, spec: { ...rest, volumes: [...claimed, ...others] } };
}
