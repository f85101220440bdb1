import type { StructVisitors } from '../schema/walk';
import type { Json } from '../yaml/read-manifests';
import { fill, fillAbsent, isMap, maps } from './core';

/** Defaults of the groups beside core/v1. Models the defaults.go of pkg/apis/apps/v1, batch/v1 and others. */

type JsonMap = { [key: string]: Json };

const REVISIONS_KEPT = 10;

/** The member as a map, made if it is absent. */
function within(value: JsonMap, field: string): JsonMap {
  const member = value[field];
  if (isMap(member)) return member;
  const made: JsonMap = {};
  value[field] = made;
  return made;
}

function defaultDeployment(deployment: JsonMap): void {
  const spec = within(deployment, 'spec');
  fillAbsent(spec, {
    replicas: 1,
    revisionHistoryLimit: REVISIONS_KEPT,
    progressDeadlineSeconds: 600,
  });
  const strategy = within(spec, 'strategy');
  fill(strategy, { type: 'RollingUpdate' });
  if (strategy.type !== 'RollingUpdate') return;
  fillAbsent(within(strategy, 'rollingUpdate'), { maxUnavailable: '25%', maxSurge: '25%' });
}

function defaultStatefulSet(set: JsonMap): void {
  const spec = within(set, 'spec');
  fill(spec, { podManagementPolicy: 'OrderedReady' });
  const strategy = within(spec, 'updateStrategy');
  if (!strategy.type) {
    strategy.type = 'RollingUpdate';
    within(strategy, 'rollingUpdate');
  }
  if (strategy.type === 'RollingUpdate' && isMap(strategy.rollingUpdate)) {
    fillAbsent(strategy.rollingUpdate, { partition: 0 });
  }
  fill(within(spec, 'persistentVolumeClaimRetentionPolicy'), {
    whenDeleted: 'Retain',
    whenScaled: 'Retain',
  });
  fillAbsent(spec, { replicas: 1, revisionHistoryLimit: REVISIONS_KEPT });
  for (const claim of maps(spec.volumeClaimTemplates)) {
    claim.apiVersion = 'v1';
    claim.kind = 'PersistentVolumeClaim';
  }
}

function defaultDaemonSet(set: JsonMap): void {
  const spec = within(set, 'spec');
  const strategy = within(spec, 'updateStrategy');
  fill(strategy, { type: 'RollingUpdate' });
  if (strategy.type === 'RollingUpdate') {
    fillAbsent(within(strategy, 'rollingUpdate'), { maxUnavailable: 1, maxSurge: 0 });
  }
  fillAbsent(spec, { revisionHistoryLimit: REVISIONS_KEPT });
  // Reading the object makes an annotation of a field that the server counts in.
  const metadata = within(set, 'metadata');
  fillAbsent(within(metadata, 'annotations'), { [TEMPLATE_GENERATION]: '0' });
}

const TEMPLATE_GENERATION = 'deprecated.daemonset.template.generation';

function defaultJob(job: JsonMap): void {
  const spec = within(job, 'spec');
  if (spec.completions === undefined && spec.parallelism === undefined) {
    fillAbsent(spec, { completions: 1, parallelism: 1 });
  }
  const indexed = spec.completionMode === 'Indexed' && spec.backoffLimitPerIndex !== undefined;
  fillAbsent(spec, {
    parallelism: 1,
    backoffLimit: indexed ? 2 ** 31 - 1 : 6,
    completionMode: 'NonIndexed',
    suspend: false,
    podReplacementPolicy: spec.podFailurePolicy === undefined ? 'TerminatingOrFailed' : 'Failed',
    manualSelector: false,
  });
  const metadata = within(job, 'metadata');
  const { labels } = (within(spec, 'template').metadata ?? {}) as JsonMap;
  const own = isMap(metadata.labels) ? Object.keys(metadata.labels).length : 0;
  // The same map, as in the server: see sharesTemplateLabels.
  if (own === 0 && isMap(labels)) metadata.labels = labels;
}

function defaultCronJob(job: JsonMap): void {
  const spec = within(job, 'spec');
  fill(spec, { concurrencyPolicy: 'Allow' });
  fillAbsent(spec, { suspend: false, successfulJobsHistoryLimit: 3, failedJobsHistoryLimit: 1 });
}

/** A network policy is for what its rules are for. */
function defaultNetworkPolicy(policy: JsonMap): void {
  const spec = within(policy, 'spec');
  if (Array.isArray(spec.policyTypes) && spec.policyTypes.length > 0) return;
  const egress = Array.isArray(spec.egress) && spec.egress.length > 0;
  spec.policyTypes = egress ? ['Ingress', 'Egress'] : ['Ingress'];
}

const CPU_UTILIZATION = 80;
const SCALING_PERIOD_SECONDS = 15;

/** Without metrics it is about the CPU; a behaviour is filled up from the usual one. */
function defaultAutoscaler(scaler: JsonMap): void {
  const spec = within(scaler, 'spec');
  fillAbsent(spec, { minReplicas: 1 });
  if (!Array.isArray(spec.metrics) || spec.metrics.length === 0) {
    const target = { type: 'Utilization', averageUtilization: CPU_UTILIZATION };
    spec.metrics = [{ type: 'Resource', resource: { name: 'cpu', target } }];
  }
  if (!isMap(spec.behavior)) return;
  const policy = (type: string, value: number): JsonMap => ({
    type,
    value,
    periodSeconds: SCALING_PERIOD_SECONDS,
  });
  fillAbsent(within(spec.behavior, 'scaleUp'), {
    stabilizationWindowSeconds: 0,
    selectPolicy: 'Max',
    policies: [policy('Pods', 4), policy('Percent', 100)],
  });
  fillAbsent(within(spec.behavior, 'scaleDown'), {
    selectPolicy: 'Max',
    policies: [policy('Percent', 100)],
  });
}

const RBAC_GROUP = 'rbac.authorization.k8s.io';

function defaultBinding(binding: JsonMap): void {
  fill(within(binding, 'roleRef'), { apiGroup: RBAC_GROUP });
}

function defaultSubject(subject: JsonMap): void {
  const isAccount = subject.kind === 'ServiceAccount';
  if (!isAccount && subject.kind !== undefined) fill(subject, { apiGroup: RBAC_GROUP });
}

export const WORKLOAD_DEFAULTS: StructVisitors = {
  'apps.Deployment': defaultDeployment,
  'apps.ReplicaSet': (set) => fillAbsent(within(set, 'spec'), { replicas: 1 }),
  'apps.StatefulSet': defaultStatefulSet,
  'apps.DaemonSet': defaultDaemonSet,
  'batch.Job': defaultJob,
  'batch.CronJob': defaultCronJob,
  'batch.PodFailurePolicyOnPodConditionsPattern': (pattern) => fill(pattern, { status: 'True' }),
  'networking.NetworkPolicy': defaultNetworkPolicy,
  'networking.NetworkPolicyPort': (port) => fill(port, { protocol: 'TCP' }),
  'autoscaling.HorizontalPodAutoscaler': defaultAutoscaler,
  'rbac.ClusterRoleBinding': defaultBinding,
  'rbac.RoleBinding': defaultBinding,
  'rbac.Subject': defaultSubject,
  'networking.IngressClassParametersReference': (parameters) =>
    fillAbsent(parameters, { scope: 'Cluster' }),
  'scheduling.PriorityClass': (priority) =>
    fill(priority, { preemptionPolicy: 'PreemptLowerPriority' }),
  'storage.StorageClass': (storage) =>
    fill(storage, { reclaimPolicy: 'Delete', volumeBindingMode: 'Immediate' }),
};
