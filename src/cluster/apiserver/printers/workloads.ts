import type { IControllerRevision, IDaemonSet, IStatefulSet } from 'kubernetes-models/apps/v1';
import type { IHorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2';
import type { ICronJob } from 'kubernetes-models/batch/v1';
import type { IPodDisruptionBudget } from 'kubernetes-models/policy/v1';
import type { IPodTemplate, IReplicationController } from 'kubernetes-models/v1';
import { ageSince, humanDuration } from '../../../api/duration';
import { labelSelectorRequirements, selectorText } from '../../../api/selectors';
import type { Deployment, Job, LabelSelector, ReplicaSet } from '../../../api/types';
import {
  age,
  columns,
  containersAndImages,
  formatLabels,
  formatSelector,
  type PrintContext,
  type Printer,
} from './printer';

export const deploymentPrinter: Printer = {
  columns: columns(
    'Name',
    'Ready',
    'Up-to-date',
    'Available',
    'Age',
    'wide:',
    'Containers',
    'Images',
    'Selector',
  ),
  row: ({ metadata, spec, status }: Deployment, context) => ({
    cells: [
      metadata.name ?? '',
      `${status?.readyReplicas ?? 0}/${spec?.replicas ?? 0}`,
      status?.updatedReplicas ?? 0,
      status?.availableReplicas ?? 0,
      age(metadata, context),
      ...containersAndImages(spec?.template?.spec?.containers),
      selectorOf(spec?.selector),
    ],
  }),
};

function selectorOf(selector: LabelSelector | undefined): string {
  try {
    return selectorText(labelSelectorRequirements(selector) ?? []);
  } catch {
    return '<invalid>';
  }
}

const REPLICAS = columns(
  'Name',
  'Desired',
  'Current',
  'Ready',
  'Age',
  'wide:',
  'Containers',
  'Images',
  'Selector',
);

function replicasRow(
  { metadata, spec, status }: ReplicaSet | IReplicationController,
  selector: string,
  context: PrintContext,
) {
  return {
    cells: [
      metadata?.name ?? '',
      spec?.replicas ?? 0,
      status?.replicas ?? 0,
      status?.readyReplicas ?? 0,
      age(metadata, context),
      ...containersAndImages(spec?.template?.spec?.containers),
      selector,
    ],
  };
}

export const replicaSetPrinter: Printer = {
  columns: REPLICAS,
  row: (set: ReplicaSet, context) => replicasRow(set, formatSelector(set.spec?.selector), context),
};

export const replicationControllerPrinter: Printer = {
  columns: REPLICAS,
  row: (controller: IReplicationController, context) =>
    replicasRow(controller, formatLabels(controller.spec?.selector), context),
};

export const daemonSetPrinter: Printer = {
  columns: columns(
    'Name',
    'Desired',
    'Current',
    'Ready',
    'Up-to-date',
    'Available',
    'Node Selector',
    'Age',
    'wide:',
    'Containers',
    'Images',
    'Selector',
  ),
  row: ({ metadata, spec, status }: IDaemonSet, context) => ({
    cells: [
      metadata?.name ?? '',
      status?.desiredNumberScheduled ?? 0,
      status?.currentNumberScheduled ?? 0,
      status?.numberReady ?? 0,
      status?.updatedNumberScheduled ?? 0,
      status?.numberAvailable ?? 0,
      formatLabels(spec?.template?.spec?.nodeSelector),
      age(metadata, context),
      ...containersAndImages(spec?.template?.spec?.containers),
      formatSelector(spec?.selector),
    ],
  }),
};

export const statefulSetPrinter: Printer = {
  columns: columns('Name', 'Ready', 'Age', 'wide:', 'Containers', 'Images'),
  row: ({ metadata, spec, status }: IStatefulSet, context) => ({
    cells: [
      metadata?.name ?? '',
      `${status?.readyReplicas ?? 0}/${spec?.replicas ?? 0}`,
      age(metadata, context),
      ...containersAndImages(spec?.template?.spec?.containers),
    ],
  }),
};

function jobStatus(job: Job): string {
  const holds = (type: string) =>
    job.status?.conditions?.some((one) => one.type === type && one.status === 'True');
  if (holds('Complete')) return 'Complete';
  if (holds('Failed')) return 'Failed';
  if (job.metadata.deletionTimestamp) return 'Terminating';
  for (const type of ['Suspended', 'FailureTarget', 'SuccessCriteriaMet']) {
    if (holds(type)) return type;
  }
  return 'Running';
}

function jobDuration({ status }: Job, nowMs: number): string {
  if (!status?.startTime) return '';
  const end = status.completionTime ? Date.parse(status.completionTime) : nowMs;
  return humanDuration(BigInt(Math.round((end - Date.parse(status.startTime)) * 1e6)));
}

function jobCompletions({ spec, status }: Job): string {
  const succeeded = status?.succeeded ?? 0;
  if (spec?.completions !== undefined) return `${succeeded}/${spec.completions}`;
  const parallelism = spec?.parallelism ?? 0;
  return parallelism > 1 ? `${succeeded}/1 of ${parallelism}` : `${succeeded}/1`;
}

export const jobPrinter: Printer = {
  columns: columns(
    'Name',
    'Status',
    'Completions',
    'Duration',
    'Age',
    'wide:',
    'Containers',
    'Images',
    'Selector',
  ),
  row: (job: Job, context) => ({
    cells: [
      job.metadata.name ?? '',
      jobStatus(job),
      jobCompletions(job),
      jobDuration(job, context.nowMs),
      age(job.metadata, context),
      ...containersAndImages(job.spec?.template?.spec?.containers),
      formatSelector(job.spec?.selector),
    ],
  }),
};

function boolText(value: boolean | undefined): string {
  if (value === undefined) return '<unset>';
  return value ? 'True' : 'False';
}

export const cronJobPrinter: Printer = {
  columns: columns(
    'Name',
    'Schedule',
    'Timezone',
    'Suspend',
    'Active',
    'Last Schedule',
    'Age',
    'wide:',
    'Containers',
    'Images',
    'Selector',
  ),
  row: ({ metadata, spec, status }: ICronJob, context) => ({
    cells: [
      metadata?.name ?? '',
      spec?.schedule ?? '',
      spec?.timeZone ?? '<none>',
      boolText(spec?.suspend),
      status?.active?.length ?? 0,
      status?.lastScheduleTime ? ageSince(status.lastScheduleTime, context.nowMs) : '<none>',
      age(metadata, context),
      ...containersAndImages(spec?.jobTemplate?.spec?.template?.spec?.containers),
      formatSelector(spec?.jobTemplate?.spec?.selector),
    ],
  }),
};

export const podTemplatePrinter: Printer = {
  columns: columns('Name', 'Containers', 'Images', 'Pod Labels'),
  row: ({ metadata, template }: IPodTemplate) => ({
    cells: [
      metadata?.name ?? '',
      ...containersAndImages(template?.spec?.containers),
      formatLabels(template?.metadata?.labels),
    ],
  }),
};

export const controllerRevisionPrinter: Printer = {
  columns: columns('Name', 'Controller', 'Revision', 'Age'),
  row: ({ metadata, revision }: IControllerRevision, context) => {
    const owner = metadata?.ownerReferences?.find((one) => one.controller);
    const group = owner?.apiVersion.includes('/') ? `.${owner.apiVersion.split('/')[0]}` : '';
    return {
      cells: [
        metadata?.name ?? '',
        owner ? `${owner.kind}${group}`.toLowerCase().concat('/', owner.name) : '<none>',
        revision,
        age(metadata, context),
      ],
    };
  },
};

export const podDisruptionBudgetPrinter: Printer = {
  columns: columns('Name', 'Min Available', 'Max Unavailable', 'Allowed Disruptions', 'Age'),
  row: ({ metadata, spec, status }: IPodDisruptionBudget, context) => ({
    cells: [
      metadata?.name ?? '',
      spec?.minAvailable === undefined ? 'N/A' : String(spec.minAvailable),
      spec?.maxUnavailable === undefined ? 'N/A' : String(spec.maxUnavailable),
      status?.disruptionsAllowed ?? 0,
      age(metadata, context),
    ],
  }),
};

type Metric = NonNullable<NonNullable<IHorizontalPodAutoscaler['spec']>['metrics']>[number];
type Current = NonNullable<
  NonNullable<IHorizontalPodAutoscaler['status']>['currentMetrics']
>[number];

/** Amounts of a metric: those that are wanted, or those that were measured. */
interface Amounts {
  readonly value?: string | number;
  readonly averageValue?: string | number;
  readonly averageUtilization?: number;
}

interface MetricSource {
  readonly name?: string;
  readonly target?: Amounts;
  readonly current?: Amounts;
}

const UNKNOWN = '<unknown>';
const SOURCES: Readonly<Record<string, keyof Metric & keyof Current>> = {
  External: 'external',
  Pods: 'pods',
  Object: 'object',
  Resource: 'resource',
  ContainerResource: 'containerResource',
};

/** `cpu: 12%/80%`; what has not been measured is `<unknown>`. Models formatHPAMetrics. */
function metricText(metric: Metric, current: Current | undefined): string {
  const kind = SOURCES[metric.type];
  if (kind === undefined) return '<unknown type>';
  const source = (metric[kind] ?? {}) as MetricSource;
  const now = (current?.[kind] as MetricSource | undefined)?.current;
  const { target = {} } = source;
  if (kind === 'resource' || kind === 'containerResource') {
    return `${source.name}: ${resourceText(target, now)}`;
  }
  if (kind === 'pods') return `${now?.averageValue ?? UNKNOWN}/${target.averageValue}`;
  if (target.averageValue !== undefined) {
    return `${now?.averageValue ?? UNKNOWN}/${target.averageValue} (avg)`;
  }
  return `${now?.value ?? UNKNOWN}/${target.value}`;
}

function resourceText(target: Amounts, now: Amounts | undefined): string {
  if (target.averageValue !== undefined) {
    return `${now?.averageValue ?? UNKNOWN}/${target.averageValue}`;
  }
  const percent = (amount: number | undefined) => amount !== undefined && `${amount}%`;
  const used = percent(now?.averageUtilization) || UNKNOWN;
  return `${used}/${percent(target.averageUtilization) || '<auto>'}`;
}

/** How many metrics the TARGETS column lists. */
const MOST_METRICS = 2;

export const horizontalPodAutoscalerPrinter: Printer = {
  columns: columns('Name', 'Reference', 'Targets', 'MinPods', 'MaxPods', 'Replicas', 'Age'),
  row: ({ metadata, spec, status }: IHorizontalPodAutoscaler, context) => {
    const metrics = spec?.metrics ?? [];
    const shown = metrics
      .slice(0, MOST_METRICS)
      .map((metric, index) => metricText(metric, status?.currentMetrics?.[index]));
    const more = metrics.length > MOST_METRICS ? ` + ${metrics.length - MOST_METRICS} more...` : '';
    return {
      cells: [
        metadata?.name ?? '',
        `${spec?.scaleTargetRef.kind}/${spec?.scaleTargetRef.name}`,
        shown.length === 0 ? '<none>' : shown.join(', ') + more,
        spec?.minReplicas === undefined ? '<unset>' : String(spec.minReplicas),
        spec?.maxReplicas ?? 0,
        status?.currentReplicas ?? 0,
        age(metadata, context),
      ],
    };
  },
};
