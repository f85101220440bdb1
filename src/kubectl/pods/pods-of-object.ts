import { labelSelectorRequirements, selectorText } from '../../api/selectors';
import type { KubeObject, LabelSelector, Pod } from '../../api/types';
import type { Call } from '../../runtime/syscalls';
import type { Invocation } from '../command';
import { KubectlError, plain } from '../errors';

interface Selecting {
  readonly selector?: unknown;
}

/** Why an object has no pods of its own; the text is polymorphichelpers' SelectorsForObject. */
export class NoSelector extends Error {}

/** The label selector of an object's pods. */
export function podSelector(object: KubeObject): string {
  const { kind, metadata } = object;
  const { selector } = (object.spec ?? {}) as Selecting;
  switch (kind) {
    case 'ReplicaSet':
    case 'Deployment':
    case 'StatefulSet':
    case 'DaemonSet':
    case 'Job':
      return selectorText(labelSelectorRequirements(selector as LabelSelector) ?? []);
    case 'ReplicationController':
    case 'Service': {
      const labels = Object.entries((selector ?? {}) as Record<string, string>);
      if (labels.length === 0 && kind === 'Service') {
        throw new NoSelector(
          `invalid service '${metadata.name}': Service is defined without a selector`,
        );
      }
      return labels
        .map(([key, value]) => `${key}=${value}`)
        .sort()
        .join(',');
    }
    default:
      throw new NoSelector(`selector for ${goTypeOf(object)} not implemented`);
  }
}

/** Go's name of an object's type, as it stands in kubectl's messages. */
export function goTypeOf({ apiVersion, kind }: KubeObject): string {
  return `*${apiVersion.slice(apiVersion.indexOf('/') + 1)}.${kind}`;
}

/** The pods that an object selects, in its namespace. */
export function podsOf({ client }: Invocation, object: KubeObject): Pod[] {
  const { namespace } = object.metadata;
  const labelSelector = podSelector(object);
  return client.list('pods', { namespace, labelSelector }).items as Pod[];
}

/**
 * The pod that stands for a controller or Service: the first in the given order. Waits up to
 * `timeoutMs` for one to exist. Models GetFirstPod.
 */
export function* firstPodOf(
  invocation: Invocation,
  object: KubeObject,
  order: (pods: readonly Pod[]) => Pod[],
  timeoutMs: number,
): Call<{ readonly pod: Pod; readonly count: number }> {
  const { client, sys } = invocation;
  const { namespace } = object.metadata;
  const labelSelector = podSelector(object);
  const deadline = sys.nowMs + timeoutMs;
  const list = () => client.list('pods', { namespace, labelSelector });
  const first = list();
  const watch = client.watch('pods', {
    namespace,
    labelSelector,
    resourceVersion: first.resourceVersion,
  });
  try {
    for (;;) {
      const pods = list().items as Pod[];
      const [pod] = order(pods);
      if (pod) return { pod, count: pods.length };
      const left = deadline - sys.nowMs;
      if (left <= 0) throw plain('timed out waiting for the condition');
      if (watch.closed) yield* sys.sleep(left);
      else yield* sys.wait(watch.changed, left);
      while (watch.take()) {
        // The list is what counts.
      }
    }
  } finally {
    watch.close();
  }
}

/** The pod that an object is or stands for. `verb` begins the error for other kinds. */
export function* attachablePod(
  invocation: Invocation,
  object: KubeObject,
  order: (pods: readonly Pod[]) => Pod[],
  timeoutMs: number,
): Call<Pod> {
  if (object.kind === 'Pod') return object as Pod;
  try {
    const { pod } = yield* firstPodOf(invocation, object, order, timeoutMs);
    return pod;
  } catch (error) {
    if (!(error instanceof NoSelector)) throw error;
    throw new KubectlError(`error: cannot attach to ${goTypeOf(object)}: ${error.message}`);
  }
}
