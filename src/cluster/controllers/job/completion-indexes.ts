import type { Pod } from '../../../api/types';
import type { Job } from '../workload-types';
import { policyVerdict } from './job-failure-policy';
import { isPodFailed, isTracked } from './job-pods';

/** Indexes of an Indexed Job. Models pkg/controller/job/indexed_job_utils.go. */

const INDEX = 'batch.kubernetes.io/job-completion-index';
const FAILURES = 'batch.kubernetes.io/job-index-failure-count';

/** Reads `1,3-5,7`; what is not below `completions` is left out. */
export function parseIndexes(text: string | undefined, completions: number): Set<number> {
  const indexes = new Set<number>();
  for (const part of (text ?? '').split(',')) {
    const match = /^(\d+)(?:-(\d+))?$/.exec(part);
    if (!match) continue;
    const last = Math.min(Number(match[2] ?? match[1]), completions - 1);
    for (let index = Number(match[1]); index <= last; index++) indexes.add(index);
  }
  return indexes;
}

/** `1,3-5,7,8`: runs of three and more are written as ranges. */
export function formatIndexes(indexes: ReadonlySet<number>): string {
  const sorted = [...indexes].sort((a, b) => a - b);
  const parts: string[] = [];
  for (let i = 0; i < sorted.length; ) {
    const first = sorted[i] as number;
    let end = i + 1;
    while (end < sorted.length && sorted[end] === first + (end - i)) end++;
    const last = first + (end - i) - 1;
    if (last === first) parts.push(String(first));
    else parts.push(`${first}${last === first + 1 ? ',' : '-'}${last}`);
    i = end;
  }
  return parts.join(',');
}

/** The index that a pod works on; undefined when it has none. */
export function completionIndexOf({ metadata }: Pod): number | undefined {
  const text = metadata.annotations?.[INDEX];
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}

export function indexAnnotation(index: number): Record<string, string> {
  return { [INDEX]: String(index) };
}

/** How often the index of a failed pod had failed before it; pods carry it where each has a limit. */
export function earlierFailures({ metadata }: Pod): number {
  return Number(metadata.annotations?.[FAILURES] ?? 0);
}

export function failuresAnnotation(failures: number): Record<string, string> {
  return { [FAILURES]: String(failures) };
}

/** Which indexes of an Indexed Job are done with. */
export interface JobIndexes {
  readonly succeeded: ReadonlySet<number>;
  /** Undefined where an index has no limit of its own, so that it never fails for good. */
  readonly failed: ReadonlySet<number> | undefined;
}

/** Those in the status and those of pods not counted yet. Models calculateSucceededIndexes. */
export function jobIndexes(job: Job, pods: readonly Pod[]): JobIndexes {
  const { completions = 0, backoffLimitPerIndex } = job.spec;
  const succeeded = parseIndexes(job.status?.completedIndexes, completions);
  const failed =
    backoffLimitPerIndex === undefined
      ? undefined
      : parseIndexes(job.status?.failedIndexes, completions);
  for (const pod of pods) {
    const index = completionIndexOf(pod);
    if (index === undefined || index >= completions || !isTracked(pod)) continue;
    if (pod.status?.phase === 'Succeeded') succeeded.add(index);
    if (failed && failsIndex(job, pod)) failed.add(index);
  }
  return { succeeded, failed };
}

/** Models isIndexFailed. */
function failsIndex(job: Job, pod: Pod): boolean {
  if (!isPodFailed(pod, job)) return false;
  const { failIndex, counts } = policyVerdict(job, pod);
  return failIndex || (counts && earlierFailures(pod) >= (job.spec.backoffLimitPerIndex ?? 0));
}
