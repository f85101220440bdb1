import type { IDaemonSet, IStatefulSet } from 'kubernetes-models/apps/v1';
import type { IHorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2';
import type { ICronJob } from 'kubernetes-models/batch/v1';
import type { IPodDisruptionBudget } from 'kubernetes-models/policy/v1';
import { humanDuration } from '../../api/duration';
import { equalJson, type Json } from '../../api/patch/json-value';
import { labelSelectorRequirements, selectorText } from '../../api/selectors';
import type {
  Deployment,
  Job,
  KubeObject,
  LabelSelector,
  Pod,
  PodTemplateSpec,
  ReplicaSet,
} from '../../api/types';
import type { Invocation } from '../command';
import { labelsText } from '../print/table';
import type { Describer } from './describer';
import { finish } from './events';
import { describeTemplate } from './pod';
import {
  boolText,
  DescriptionWriter,
  describeAnnotations,
  describeLabels,
  longTime,
} from './writer';

function selector(of: LabelSelector | undefined): string {
  return selectorText(labelSelectorRequirements(of) ?? []);
}

function controlledBy(writer: DescriptionWriter, { metadata }: KubeObject): void {
  const owner = metadata.ownerReferences?.find(({ controller }) => controller);
  if (owner) writer.field(0, 'Controlled By', `${owner.kind}/${owner.name}`);
}

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
}

function describeConditions(
  writer: DescriptionWriter,
  conditions: readonly Condition[] | undefined,
): void {
  if (!conditions || conditions.length === 0) return;
  writer.line(0, 'Conditions:');
  writer.line(1, 'Type\tStatus\tReason');
  writer.line(1, '----\t------\t------');
  for (const { type, status, reason } of conditions) {
    writer.line(1, `${type} \t${status}\t${reason ?? ''}`);
  }
}

export const describeDeployment: Describer = (object, describing) => {
  const deployment = object as Deployment;
  const { metadata, spec, status } = deployment;
  const writer = new DescriptionWriter();
  writer.field(0, 'Name', metadata.name);
  writer.field(0, 'Namespace', metadata.namespace);
  writer.field(0, 'CreationTimestamp', longTime(metadata.creationTimestamp));
  describeLabels(writer, 'Labels', metadata.labels);
  describeAnnotations(writer, 'Annotations', metadata.annotations);
  writer.field(0, 'Selector', selector(spec?.selector));
  writer.field(
    0,
    'Replicas',
    `${spec?.replicas ?? 0} desired | ${status?.updatedReplicas ?? 0} updated | ${status?.replicas ?? 0} total | ${status?.availableReplicas ?? 0} available | ${status?.unavailableReplicas ?? 0} unavailable`,
  );
  writer.field(0, 'StrategyType', spec?.strategy?.type ?? '');
  writer.field(0, 'MinReadySeconds', spec?.minReadySeconds ?? 0);
  const rolling = spec?.strategy?.rollingUpdate;
  if (rolling) {
    writer.field(
      0,
      'RollingUpdateStrategy',
      `${rolling.maxUnavailable} max unavailable, ${rolling.maxSurge} max surge`,
    );
  }
  describeTemplate(writer, spec?.template);
  describeConditions(writer, status?.conditions);
  describeReplicaSets(writer, deployment, describing.invocation);
  return finish(writer, describing);
};

function describeReplicaSets(
  writer: DescriptionWriter,
  deployment: Deployment,
  { client }: Invocation,
): void {
  const { namespace, uid } = deployment.metadata;
  const all = (client.list('replicasets.apps', { namespace }).items as ReplicaSet[])
    .filter(({ metadata }) => metadata.ownerReferences?.some((owner) => owner.uid === uid))
    .sort((a, b) => created(a) - created(b));
  if (all.length === 0) return;
  const current = all.find(({ spec }) => sameTemplate(spec?.template, deployment.spec?.template));
  const text = (sets: readonly ReplicaSet[]) =>
    sets
      .map(({ metadata, spec, status }) => {
        return `${metadata.name} (${status?.replicas ?? 0}/${spec?.replicas ?? 0} replicas created)`;
      })
      .join(', ') || '<none>';
  writer.field(0, 'OldReplicaSets', text(all.filter((set) => set !== current)));
  writer.field(0, 'NewReplicaSet', text(current ? [current] : []));
}

function created({ metadata }: ReplicaSet): number {
  return Date.parse(metadata.creationTimestamp ?? '') || 0;
}

/** Equal but for the label that the controller adds. */
export function sameTemplate(
  a: PodTemplateSpec | undefined,
  b: PodTemplateSpec | undefined,
): boolean {
  const bare = (template: PodTemplateSpec | undefined): Json => {
    const { 'pod-template-hash': _hash, ...labels } = template?.metadata?.labels ?? {};
    return { ...template, metadata: { ...template?.metadata, labels } } as unknown as Json;
  };
  return equalJson(bare(a), bare(b));
}

/** `1 Running / 0 Waiting / 0 Succeeded / 0 Failed`. */
function podCounts({ client }: Invocation, { metadata }: KubeObject): string {
  const pods = (client.list('pods', { namespace: metadata.namespace }).items as Pod[]).filter(
    (pod) =>
      pod.metadata.ownerReferences?.some((owner) => owner.controller && owner.uid === metadata.uid),
  );
  const count = (phase: string) => pods.filter(({ status }) => status?.phase === phase).length;
  return `${count('Running')} Running / ${count('Pending')} Waiting / ${count('Succeeded')} Succeeded / ${count('Failed')} Failed`;
}

export const describeReplicaSet: Describer = (object, describing) => {
  const { metadata, spec, status } = object as ReplicaSet;
  const writer = new DescriptionWriter();
  writer.field(0, 'Name', metadata.name);
  writer.field(0, 'Namespace', metadata.namespace);
  writer.field(0, 'Selector', selector(spec?.selector));
  describeLabels(writer, 'Labels', metadata.labels);
  describeAnnotations(writer, 'Annotations', metadata.annotations);
  controlledBy(writer, object);
  writer.field(0, 'Replicas', `${status?.replicas ?? 0} current / ${spec?.replicas ?? 0} desired`);
  writer.field(0, 'Pods Status', podCounts(describing.invocation, object));
  describeTemplate(writer, spec?.template);
  describeConditions(writer, status?.conditions);
  return finish(writer, describing);
};

export const describeStatefulSet: Describer = (object, describing) => {
  const { metadata, spec, status } = object as unknown as IStatefulSet;
  const writer = new DescriptionWriter();
  writer.field(0, 'Name', metadata?.name);
  writer.field(0, 'Namespace', metadata?.namespace);
  writer.field(0, 'CreationTimestamp', longTime(metadata?.creationTimestamp));
  writer.field(0, 'Selector', selector(spec?.selector));
  describeLabels(writer, 'Labels', metadata?.labels);
  describeAnnotations(writer, 'Annotations', metadata?.annotations);
  writer.field(0, 'Replicas', `${spec?.replicas ?? 0} desired | ${status?.replicas ?? 0} total`);
  writer.field(0, 'Update Strategy', spec?.updateStrategy?.type ?? '');
  const partition = spec?.updateStrategy?.rollingUpdate?.partition;
  if (partition !== undefined) writer.field(1, 'Partition', partition);
  writer.field(0, 'Pods Status', podCounts(describing.invocation, object));
  describeTemplate(writer, spec?.template);
  const claims = spec?.volumeClaimTemplates ?? [];
  if (claims.length === 0) writer.field(0, 'Volume Claims', '<none>');
  else writer.line(0, 'Volume Claims:');
  for (const claim of claims) {
    writer.field(1, 'Name', claim.metadata?.name);
    writer.field(1, 'StorageClass', claim.spec?.storageClassName ?? '');
    describeLabels(writer, 'Labels', claim.metadata?.labels, 1);
    describeLabels(writer, 'Annotations', claim.metadata?.annotations, 1);
    writer.field(1, 'Capacity', claim.spec?.resources?.requests?.storage ?? '<default>');
    writer.field(1, 'Access Modes', `[${(claim.spec?.accessModes ?? []).join(' ')}]`);
  }
  return finish(writer, describing);
};

export const describeDaemonSet: Describer = (object, describing) => {
  const { metadata, spec, status } = object as unknown as IDaemonSet;
  const writer = new DescriptionWriter();
  writer.field(0, 'Name', metadata?.name);
  writer.field(0, 'Namespace', metadata?.namespace);
  writer.field(0, 'Selector', selector(spec?.selector));
  writer.field(0, 'Node-Selector', labelsText(spec?.template?.spec?.nodeSelector));
  describeLabels(writer, 'Labels', metadata?.labels);
  describeAnnotations(writer, 'Annotations', metadata?.annotations);
  const counts: [string, number | undefined][] = [
    ['Desired Number of Nodes Scheduled', status?.desiredNumberScheduled],
    ['Current Number of Nodes Scheduled', status?.currentNumberScheduled],
    ['Number of Nodes Scheduled with Up-to-date Pods', status?.updatedNumberScheduled],
    ['Number of Nodes Scheduled with Available Pods', status?.numberAvailable],
    ['Number of Nodes Misscheduled', status?.numberMisscheduled],
  ];
  for (const [label, count] of counts) writer.line(0, `${label}: ${count ?? 0}`);
  writer.field(0, 'Pods Status', podCounts(describing.invocation, object));
  describeTemplate(writer, spec?.template);
  return finish(writer, describing);
};

/** Longest list of indexes shown. */
const MOST_INDEXES = 50;

export const describeJob: Describer = (object, describing) => {
  const { metadata, spec, status } = object as Job;
  const writer = new DescriptionWriter();
  writer.field(0, 'Name', metadata.name);
  writer.field(0, 'Namespace', metadata.namespace);
  writer.field(0, 'Selector', selector(spec?.selector));
  describeLabels(writer, 'Labels', metadata.labels);
  describeAnnotations(writer, 'Annotations', metadata.annotations);
  controlledBy(writer, object);
  if (spec?.parallelism !== undefined) writer.field(0, 'Parallelism', spec.parallelism);
  writer.field(0, 'Completions', spec?.completions ?? '<unset>');
  if (spec?.completionMode) writer.field(0, 'Completion Mode', spec.completionMode);
  if (spec?.suspend !== undefined) writer.field(0, 'Suspend', spec.suspend);
  if (spec?.backoffLimit !== undefined) writer.field(0, 'Backoff Limit', spec.backoffLimit);
  if (spec?.ttlSecondsAfterFinished !== undefined) {
    writer.field(0, 'TTL Seconds After Finished', spec.ttlSecondsAfterFinished);
  }
  describeJobTimes(writer, object as Job);
  const ready = status?.ready === undefined ? '' : ` (${status.ready} Ready)`;
  writer.field(
    0,
    'Pods Statuses',
    `${status?.active ?? 0} Active${ready} / ${status?.succeeded ?? 0} Succeeded / ${status?.failed ?? 0} Failed`,
  );
  if (spec?.completionMode === 'Indexed') {
    const indexes = status?.completedIndexes || '<none>';
    const cut = indexes.length > MOST_INDEXES ? `${indexes.slice(0, MOST_INDEXES)}...` : indexes;
    writer.field(0, 'Completed Indexes', cut);
  }
  describeTemplate(writer, spec?.template);
  return finish(writer, describing);
};

function describeJobTimes(writer: DescriptionWriter, { spec, status }: Job): void {
  const { startTime, completionTime } = status ?? {};
  if (startTime) writer.field(0, 'Start Time', longTime(startTime));
  if (completionTime) writer.field(0, 'Completed At', longTime(completionTime));
  if (startTime && completionTime) {
    const ms = Date.parse(completionTime) - Date.parse(startTime);
    writer.field(0, 'Duration', humanDuration(BigInt(ms) * 1_000_000n));
  }
  if (spec?.activeDeadlineSeconds !== undefined) {
    writer.field(0, 'Active Deadline Seconds', `${spec.activeDeadlineSeconds}s`);
  }
}

export const describeCronJob: Describer = (object, describing) => {
  const { metadata, spec, status } = object as unknown as ICronJob;
  const writer = new DescriptionWriter();
  const orUnset = (value: unknown) => (value === undefined ? '<unset>' : value);
  writer.field(0, 'Name', metadata?.name);
  writer.field(0, 'Namespace', metadata?.namespace);
  describeLabels(writer, 'Labels', metadata?.labels);
  describeAnnotations(writer, 'Annotations', metadata?.annotations);
  writer.field(0, 'Schedule', spec?.schedule);
  writer.field(0, 'Concurrency Policy', spec?.concurrencyPolicy ?? '');
  const suspend = spec?.suspend === undefined ? '<unset>' : boolText(spec.suspend);
  writer.field(0, 'Suspend', suspend);
  writer.field(0, 'Time Zone', orUnset(spec?.timeZone));
  writer.field(0, 'Successful Job History Limit', orUnset(spec?.successfulJobsHistoryLimit));
  writer.field(0, 'Failed Job History Limit', orUnset(spec?.failedJobsHistoryLimit));
  const deadline = spec?.startingDeadlineSeconds;
  writer.field(0, 'Starting Deadline Seconds', deadline === undefined ? '<unset>' : `${deadline}s`);
  const job = spec?.jobTemplate?.spec;
  writer.field(0, 'Selector', job?.selector ? selector(job.selector) : '<unset>');
  writer.field(0, 'Parallelism', orUnset(job?.parallelism));
  writer.field(0, 'Completions', orUnset(job?.completions));
  if (job?.activeDeadlineSeconds !== undefined) {
    writer.field(0, 'Active Deadline Seconds', `${job.activeDeadlineSeconds}s`);
  }
  describeTemplate(writer, job?.template);
  const last = status?.lastScheduleTime;
  writer.field(0, 'Last Schedule Time', last ? longTime(last) : '<unset>');
  const active = (status?.active ?? []).map(({ name }) => name ?? '').join(', ');
  writer.field(0, 'Active Jobs', active || '<none>');
  return finish(writer, describing);
};

export const describeDisruptionBudget: Describer = (object, describing) => {
  const { metadata, spec, status } = object as unknown as IPodDisruptionBudget;
  const writer = new DescriptionWriter();
  writer.field(0, 'Name', metadata?.name);
  writer.field(0, 'Namespace', metadata?.namespace);
  if (spec?.minAvailable !== undefined) writer.field(0, 'Min available', spec.minAvailable);
  else if (spec?.maxUnavailable !== undefined) {
    writer.field(0, 'Max unavailable', spec.maxUnavailable);
  }
  writer.field(0, 'Selector', spec?.selector ? selector(spec.selector) || '<none>' : '<unset>');
  writer.line(0, 'Status:');
  writer.field(2, 'Allowed disruptions', status?.disruptionsAllowed ?? 0);
  writer.field(2, 'Current', status?.currentHealthy ?? 0);
  writer.field(2, 'Desired', status?.desiredHealthy ?? 0);
  writer.field(2, 'Total', status?.expectedPods ?? 0);
  return finish(writer, describing);
};

export const describeAutoscaler: Describer = (object, describing) => {
  const { metadata, spec, status } = object as unknown as IHorizontalPodAutoscaler;
  const writer = new DescriptionWriter();
  writer.field(0, 'Name', metadata?.name);
  writer.field(0, 'Namespace', metadata?.namespace);
  describeLabels(writer, 'Labels', metadata?.labels);
  describeAnnotations(writer, 'Annotations', metadata?.annotations);
  writer.field(0, 'CreationTimestamp', longTime(metadata?.creationTimestamp));
  const target = spec?.scaleTargetRef;
  writer.field(0, 'Reference', `${target?.kind}/${target?.name}`);
  writer.field(0, 'Metrics', '( current / target )');
  spec?.metrics?.forEach(({ resource }, i) => {
    if (!resource) return;
    const now = status?.currentMetrics?.[i]?.resource?.current;
    const used =
      now?.averageUtilization === undefined
        ? '<unknown>'
        : `${now.averageUtilization}% (${now.averageValue})`;
    const wanted =
      resource.target.averageUtilization === undefined
        ? resource.target.averageValue
        : `${resource.target.averageUtilization}%`;
    const kind =
      resource.target.averageUtilization === undefined
        ? 'on pods'
        : 'on pods  (as a percentage of request)';
    writer.field(1, `resource ${resource.name} ${kind}`, `${used} / ${wanted}`);
  });
  writer.field(0, 'Min replicas', spec?.minReplicas ?? '<unset>');
  writer.field(0, 'Max replicas', spec?.maxReplicas);
  writer.field(
    0,
    `${target?.kind} pods`,
    `${status?.currentReplicas ?? 0} current / ${status?.desiredReplicas ?? 0} desired`,
  );
  const conditions = status?.conditions ?? [];
  if (conditions.length > 0) {
    writer.line(0, 'Conditions:');
    writer.line(1, 'Type\tStatus\tReason\tMessage');
    writer.line(1, '----\t------\t------\t-------');
    for (const { type, status: holds, reason, message } of conditions) {
      writer.line(1, `${type}\t${holds}\t${reason ?? ''}\t${message ?? ''}`);
    }
  }
  return finish(writer, describing);
};
