/** Indexes of an Indexed Job. Models pkg/controller/job/indexed_job_utils.go. */

const ANNOTATION = 'batch.kubernetes.io/job-completion-index';

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
export function completionIndexOf(pod: {
  readonly metadata: { readonly annotations?: Readonly<Record<string, string>> };
}): number | undefined {
  const text = pod.metadata.annotations?.[ANNOTATION];
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}

export function indexAnnotation(index: number): Record<string, string> {
  return { [ANNOTATION]: String(index) };
}

interface SuccessRule {
  readonly succeededIndexes?: string;
  readonly succeededCount?: number;
}

/** The number of the first rule that the succeeded indexes fulfil. Models matchSuccessPolicy. */
export function matchedSuccessRule(
  rules: readonly SuccessRule[],
  completions: number,
  succeeded: ReadonlySet<number>,
): number | undefined {
  if (succeeded.size === 0) return undefined;
  const index = rules.findIndex(({ succeededIndexes, succeededCount }) => {
    if (succeededIndexes === undefined) {
      return succeededCount !== undefined && succeeded.size >= succeededCount;
    }
    const wanted = parseIndexes(succeededIndexes, completions);
    if (wanted.size === 0) return false;
    const met = [...wanted].filter((one) => succeeded.has(one)).length;
    return met === wanted.size || (succeededCount !== undefined && met >= succeededCount);
  });
  return index < 0 ? undefined : index;
}
