import { labelSelectorRequirements, selectorText } from '../../api/selectors';
import type { KubeObject, LabelSelector, Pod } from '../../api/types';
import type { Call } from '../../runtime/syscalls';
import type { Invocation } from '../command';
import { KubectlError, plain } from '../errors';
import { waitUntil } from '../resource/wait-until';

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
  const { client } = invocation;
  const { namespace } = object.metadata;
  const labelSelector = podSelector(object);
  const scope = { namespace, labelSelector };
  const found = yield* waitUntil(invocation, 'pods', scope, timeoutMs, () => {
    const pods = client.list('pods', scope).items as Pod[];
    const [pod] = order(pods);
    return pod && { pod, count: pods.length };
  });
  if (!found) throw plain('timed out waiting for the condition');
  return found;
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
