import { nameIsDnsSubdomain } from '../names';
import type {
  ConfigMap,
  Deployment,
  Job,
  KubeObject,
  Namespace,
  Pod,
  ReplicaSet,
  Secret,
  Service,
} from '../types';
import {
  validateRole,
  validateRoleBinding,
  validateRoleBindingUpdate,
  validateRoleUpdate,
} from './access-rules';
import {
  validateDaemonSet,
  validateDaemonSetUpdate,
  validateDeployment,
  validateDeploymentUpdate,
  validateReplicaSet,
  validateReplicaSetUpdate,
  validateStatefulSet,
  validateStatefulSetUpdate,
} from './apps';
import { validateAutoscaler } from './autoscaling';
import { validateClaim, validateClaimUpdate } from './claims';
import {
  validateIngressClass,
  validateIngressClassUpdate,
  validateRuntimeClass,
  validateRuntimeClassUpdate,
} from './classes';
import {
  validateConfigMap,
  validateConfigMapUpdate,
  validateNamespace,
  validateNamespaceUpdate,
  validateSecret,
  validateSecretUpdate,
} from './config-objects';
import { validateCronJob, validateCronJobUpdate } from './cron-jobs';
import type { FieldError } from './field-error';
import { validateJob, validateJobUpdate } from './jobs';
import { validateIngressUpdate, validateNetworkPolicy, validateNewIngress } from './networking';
import { validateNode } from './nodes';
import { validateObjectMeta, validateObjectMetaUpdate } from './object-meta';
import { validatePersistentVolume, validatePersistentVolumeUpdate } from './persistent-volumes';
import { validatePodCreate } from './pod';
import { validatePodUpdate } from './pod-update';
import {
  validateDisruptionBudget,
  validatePriorityClass,
  validatePriorityClassUpdate,
  validateStorageClass,
  validateStorageClassUpdate,
} from './policies';
import { validateLimitRange, validateQuota, validateQuotaUpdate } from './quotas';
import {
  validateReplicationController,
  validateReplicationControllerUpdate,
  validateTemplateObject,
  validateTemplateObjectUpdate,
} from './replication-controllers';
import { validateServiceCreate } from './service';
import { validateServiceUpdate } from './service-update';

type Rules = {
  create: (object: KubeObject) => FieldError[];
  update: (object: KubeObject, old: KubeObject) => FieldError[];
};

/** Pairs the two checks of a kind; the caller vouches for the kind. */
function rules<T extends KubeObject>(
  create: (object: T) => FieldError[],
  update: (object: T, old: T) => FieldError[],
): Rules {
  return {
    create: (object) => create(object as T),
    update: (object, old) => update(object as T, old as T),
  };
}

/** Kinds of which a change must only keep the metadata's rules and make a valid object. */
function alike(create: (object: KubeObject) => FieldError[]): Rules {
  return {
    create,
    update: (object, old) => [
      ...validateObjectMetaUpdate(object.metadata, old.metadata),
      ...create(object),
    ],
  };
}

const KINDS: Readonly<Record<string, Rules>> = {
  Pod: rules<Pod>(validatePodCreate, validatePodUpdate),
  Service: rules<Service>(validateServiceCreate, validateServiceUpdate),
  ConfigMap: rules<ConfigMap>(validateConfigMap, validateConfigMapUpdate),
  Secret: rules<Secret>(validateSecret, validateSecretUpdate),
  Namespace: rules<Namespace>(validateNamespace, validateNamespaceUpdate),
  PersistentVolumeClaim: rules(validateClaim, validateClaimUpdate),
  Deployment: rules<Deployment>(validateDeployment, validateDeploymentUpdate),
  ReplicaSet: rules<ReplicaSet>(validateReplicaSet, validateReplicaSetUpdate),
  DaemonSet: rules(validateDaemonSet, validateDaemonSetUpdate),
  StatefulSet: rules(validateStatefulSet, validateStatefulSetUpdate),
  Job: rules<Job>(validateJob, validateJobUpdate),
  CronJob: rules(validateCronJob, validateCronJobUpdate),
  Role: rules(validateRole, validateRoleUpdate),
  ClusterRole: rules(validateRole, validateRoleUpdate),
  RoleBinding: rules(validateRoleBinding, validateRoleBindingUpdate),
  ClusterRoleBinding: rules(validateRoleBinding, validateRoleBindingUpdate),
  NetworkPolicy: alike(validateNetworkPolicy),
  Ingress: rules(validateNewIngress, validateIngressUpdate),
  PodDisruptionBudget: alike(validateDisruptionBudget),
  ResourceQuota: rules(validateQuota, validateQuotaUpdate),
  LimitRange: alike(validateLimitRange),
  PriorityClass: rules(validatePriorityClass, validatePriorityClassUpdate),
  StorageClass: rules(validateStorageClass, validateStorageClassUpdate),
  HorizontalPodAutoscaler: alike(validateAutoscaler),
  Node: alike(validateNode),
  PersistentVolume: rules(validatePersistentVolume, validatePersistentVolumeUpdate),
  ReplicationController: rules(validateReplicationController, validateReplicationControllerUpdate),
  PodTemplate: rules(validateTemplateObject, validateTemplateObjectUpdate),
  RuntimeClass: rules(validateRuntimeClass, validateRuntimeClassUpdate),
  IngressClass: rules(validateIngressClass, validateIngressClassUpdate),
};

/** Kinds that belong to no namespace. */
const CLUSTER_KINDS = [
  'ClusterRole',
  'ClusterRoleBinding',
  'CustomResourceDefinition',
  'IngressClass',
  'Namespace',
  'Node',
  'PersistentVolume',
  'PriorityClass',
  'RuntimeClass',
  'StorageClass',
  'VolumeAttachment',
];

/**
 * What is wrong with an object that is to be created, in the server's order. Takes a decoded,
 * defaulted, admitted and prepared object (`prepareForCreate`) with its namespace set; kinds without
 * rules of their own have their metadata checked.
 */
export function validateCreate(object: KubeObject): FieldError[] {
  const own = Object.hasOwn(KINDS, object.kind) ? KINDS[object.kind] : undefined;
  if (own !== undefined) return own.create(object);
  const namespaced = !CLUSTER_KINDS.includes(object.kind);
  return validateObjectMeta(object.metadata, namespaced, nameIsDnsSubdomain);
}

/** What is wrong with an object that is to replace `old`. */
export function validateUpdate(object: KubeObject, old: KubeObject): FieldError[] {
  const own = Object.hasOwn(KINDS, object.kind) ? KINDS[object.kind] : undefined;
  if (own !== undefined) return own.update(object, old);
  return validateObjectMetaUpdate(object.metadata, old.metadata);
}
