import { findObject } from '../../api/find-object';
import type { Pod } from '../../api/types';
import type { Invocation } from '../command';

/** What is to become of a node's pod: a note of the filter that decided. */
interface Verdict {
  readonly pod: Pod;
  readonly evict: boolean;
  readonly warning?: string;
  readonly error?: string;
}

export interface PodsToEvict {
  readonly pods: readonly Pod[];
  /** '' for none. */
  readonly warnings: string;
  /** Why the node cannot be drained. */
  readonly errors: readonly string[];
}

/** Models GetPodsForDeletion and the filters of pkg/drain. */
export function podsToEvict(invocation: Invocation, node: string): PodsToEvict {
  const { client, flags } = invocation;
  const labelSelector = flags.string('pod-selector');
  const { items } = client.list('pods', {
    fieldSelector: `spec.nodeName=${node}`,
    ...(labelSelector === '' ? {} : { labelSelector }),
  });
  const verdicts = (items as Pod[]).map((pod) => judge(invocation, pod));
  return {
    pods: verdicts.filter(({ evict }) => evict).map(({ pod }) => pod),
    warnings: grouped(verdicts, ({ warning }) => warning)
      .map(([text, pods]) => `${text}: ${pods}`)
      .join('; '),
    errors: grouped(verdicts, ({ error }) => error).map(
      ([text, pods]) => `cannot delete ${text}: ${pods}`,
    ),
  };
}

/** Pods by what is said of them, in the order in which it was said first. */
function grouped(
  verdicts: readonly Verdict[],
  text: (verdict: Verdict) => string | undefined,
): [string, string][] {
  const groups = new Map<string, string[]>();
  for (const verdict of verdicts) {
    const said = text(verdict);
    if (said === undefined) continue;
    const { namespace, name } = verdict.pod.metadata;
    groups.set(said, [...(groups.get(said) ?? []), `${namespace}/${name}`]);
  }
  return [...groups].map(([said, pods]) => [said, pods.join(', ')]);
}

function judge(invocation: Invocation, pod: Pod): Verdict {
  const { flags, sys } = invocation;
  const { metadata, spec, status } = pod;
  const patience = flags.number('skip-wait-for-delete-timeout');
  const since = metadata.deletionTimestamp ? sys.nowMs - Date.parse(metadata.deletionTimestamp) : 0;
  if (patience > 0 && since / 1000 > patience) return { pod, evict: false };
  const over = status?.phase === 'Succeeded' || status?.phase === 'Failed';
  const owner = metadata.ownerReferences?.find(({ controller }) => controller);
  if (owner?.kind === 'DaemonSet' && !over) {
    const verdict = ofDaemonSet(invocation, pod, owner.name);
    if (!verdict.evict) return verdict;
  }
  if (metadata.annotations?.['kubernetes.io/config.mirror'] !== undefined) {
    return { pod, evict: false };
  }
  const keepsData = spec.volumes?.some(({ emptyDir }) => emptyDir) && !over;
  if (keepsData && !flags.bool('delete-emptydir-data')) {
    const error = 'Pods with local storage (use --delete-emptydir-data to override)';
    return { pod, evict: false, error };
  }
  // The last filter's word is what is said of the pod: warnings of those before it are lost.
  if (over || owner) return { pod, evict: true };
  if (flags.bool('force')) {
    return { pod, evict: true, warning: 'deleting Pods that declare no controller' };
  }
  const error = 'Pods that declare no controller (use --force to override)';
  return { pod, evict: false, error };
}

function ofDaemonSet({ client, flags }: Invocation, pod: Pod, name: string): Verdict {
  if (!findObject(client, 'daemonsets.apps', pod.metadata.namespace, name)) {
    const why = `daemonsets.apps "${name}" not found`;
    if (flags.bool('force')) return { pod, evict: true, warning: why };
    return { pod, evict: false, error: why };
  }
  if (flags.bool('ignore-daemonsets')) {
    return { pod, evict: false, warning: 'ignoring DaemonSet-managed Pods' };
  }
  const error = 'DaemonSet-managed Pods (use --ignore-daemonsets to ignore)';
  return { pod, evict: false, error };
}
