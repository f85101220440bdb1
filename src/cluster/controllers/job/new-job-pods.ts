import type { Container, KubeObject, Pod } from '../../../api/types';
import { podFromTemplate } from '../pod-control';
import { isPodActive, isPodTerminating } from '../pod-facts';
import type { Job } from '../workload-types';
import {
  completionIndexOf,
  earlierFailures,
  failuresAnnotation,
  indexAnnotation,
} from './completion-indexes';
import { type BackoffRecord, finishedAtMs, NO_FAILURES } from './job-backoff';
import { policyVerdict } from './job-failure-policy';
import { isPodFailed, isTracked, replacesFailedOnly, TRACKING_FINALIZER } from './job-pods';

/** Which pods a Job needs next. Models pkg/controller/job/indexed_job_utils.go and manageJob. */

const INDEX_LABEL = 'batch.kubernetes.io/job-completion-index';
const INDEX_VARIABLE = 'JOB_COMPLETION_INDEX';

/** A pod of a Job, not created yet; `index`: of an Indexed one. `pods` are those that the Job has. */
export function jobPod(job: Job, pods: readonly Pod[], index: number | undefined): KubeObject {
  const { template } = job.spec;
  const finalizers = [...(template.metadata?.finalizers ?? [])];
  if (!finalizers.includes(TRACKING_FINALIZER)) finalizers.push(TRACKING_FINALIZER);
  if (index === undefined) return podFromTemplate(job, template, { metadata: { finalizers } });
  const { name } = job.metadata;
  const { labels, annotations } = template.metadata ?? {};
  const { containers = [], initContainers } = template.spec ?? {};
  return podFromTemplate(job, template, {
    metadata: {
      generateName: `${name}-${index}-`,
      finalizers,
      labels: { ...labels, [INDEX_LABEL]: String(index) },
      annotations: { ...annotations, ...indexAnnotation(index), ...failureCount(job, pods, index) },
    },
    spec: {
      hostname: `${name}-${index}`,
      containers: containers.map(withIndexVariable),
      ...(initContainers ? { initContainers: initContainers.map(withIndexVariable) } : {}),
    },
  });
}

function withIndexVariable(container: Container): Container {
  if (container.env?.some((one) => one.name === INDEX_VARIABLE)) return container;
  const fieldPath = `metadata.labels['${INDEX_LABEL}']`;
  const variable = { name: INDEX_VARIABLE, valueFrom: { fieldRef: { fieldPath } } };
  return { ...container, env: [...(container.env ?? []), variable] };
}

/** How often an index has failed before, where each has a limit of its own. */
function failureCount(job: Job, pods: readonly Pod[], index: number): Record<string, string> {
  if (job.spec.backoffLimitPerIndex === undefined) return {};
  const failures = pods
    .filter((pod) => completionIndexOf(pod) === index && isPodFailed(pod, job))
    .map((pod) => earlierFailures(pod) + (policyVerdict(job, pod).counts ? 1 : 0));
  return failuresAnnotation(Math.max(0, ...failures));
}

/** What the back-off of one index remembers: its last pod does, which waits to be replaced. */
export function indexBackoff(job: Job, pods: readonly Pod[], index: number): BackoffRecord {
  let record = NO_FAILURES;
  for (const pod of pods) {
    if (completionIndexOf(pod) !== index || !isTracked(pod) || !isPodFailed(pod, job)) continue;
    const failures = earlierFailures(pod) + 1;
    if (failures > record.failures) record = { failures, lastFailureMs: finishedAtMs(pod) };
  }
  return record;
}

/** The first indexes that are not done and that nobody works on; undefined: the Job has none. */
export function pendingIndexes(
  job: Job,
  pods: readonly Pod[],
  done: ReadonlySet<number>,
  count: number,
): number[] | undefined {
  const { completionMode, completions = 0 } = job.spec;
  if (completionMode !== 'Indexed') return undefined;
  const waits = replacesFailedOnly(job);
  const busy = new Set(done);
  for (const pod of pods) {
    const index = completionIndexOf(pod);
    if (index === undefined) continue;
    if (isPodActive(pod) || (waits && isPodTerminating(pod))) busy.add(index);
  }
  const pending: number[] = [];
  for (let index = 0; index < completions && pending.length < count; index++) {
    if (!busy.has(index)) pending.push(index);
  }
  return pending;
}

/** Of pods in the order in which they would be given up: those whose index is another's, or none. */
export function duplicatePods(job: Job, ranked: readonly Pod[]): Pod[] {
  const { completions = 0 } = job.spec;
  const kept = new Set<number>();
  return [...ranked].reverse().filter((pod) => {
    const index = completionIndexOf(pod);
    if (index === undefined || index >= completions || kept.has(index)) return true;
    kept.add(index);
    return false;
  });
}
