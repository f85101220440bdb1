import { withLimitRangeDefaults } from '../../../api/admission/limit-ranges';
import { admitPod, admitPodUpdate } from '../../../api/admission/pod';
import type { DeleteOptions } from '../../../api/client';
import type { KubeObject, Pod, PodCondition, PodStatus, ServiceAccount } from '../../../api/types';
import { withFields } from '../../../api/with-fields';
import { limitRangesOf } from './namespace-admission';
import type { DeletionPlan, RegistryContext, Strategy } from './strategy';

/** Models pkg/registry/core/pod/strategy.go. */
export const podStrategy: Strategy = {
  countsGenerations: true,
  hasStatus: true,

  admit(object, context) {
    const { store, random } = context;
    const { namespace = '' } = object.metadata;
    const limited = withLimitRangeDefaults(object as Pod, limitRangesOf(context, namespace));
    const pod = withTopologyLabels(limited, limited.spec.nodeName, context);
    return admitPod(pod, {
      serviceAccount: (name) => {
        const found = store.get('serviceaccounts', pod.metadata.namespace ?? '', name);
        const missed =
          found ?? (name === 'default' && !context.controllers ? NO_ACCOUNT : undefined);
        return missed as ServiceAccount | undefined;
      },
      priorityClass: (name) => priorityClassOf(store.get(PRIORITY_CLASSES, '', name)),
      defaultPriorityClass: () => {
        const found = store
          .list(PRIORITY_CLASSES)
          .find((one) => asPriorityClass(one).globalDefault);
        return found && { name: found.metadata.name ?? '', ...asPriorityClass(found) };
      },
      runtimeClass: (name) => store.get('runtimeclasses.node.k8s.io', '', name),
      suffix: () => random.text(SUFFIX_LENGTH, NAME_ALPHABET),
    });
  },

  prepareForUpdate(object, old) {
    return { ...admitPodUpdate(object as Pod, old as Pod), status: old.status } as KubeObject;
  },

  prepareForStatusUpdate(object, old) {
    const status = object.status as PodStatus | undefined;
    const qosClass = (old.status as PodStatus | undefined)?.qosClass;
    if (qosClass === undefined || status?.qosClass === qosClass) return object;
    return withFields(object, { status: withFields(status ?? {}, { qosClass }) });
  },

  planDeletion: planPodDeletion,
};

const NO_ACCOUNT: KubeObject = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: {} };
const PRIORITY_CLASSES = 'priorityclasses.scheduling.k8s.io';

/** Characters of generated names: no vowels and no 0, 1, 3. */
const NAME_ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';
const SUFFIX_LENGTH = 5;

interface PriorityClass {
  readonly value: number;
  readonly preemptionPolicy?: string;
  readonly globalDefault?: boolean;
}

function asPriorityClass(object: KubeObject): PriorityClass {
  return object as unknown as PriorityClass;
}

function priorityClassOf(object: KubeObject | undefined): PriorityClass | undefined {
  return object && asPriorityClass(object);
}

/** Models CheckGracefulDelete: how long the pod may take, in seconds. */
function planPodDeletion(object: KubeObject, options: DeleteOptions): DeletionPlan {
  const pod = object as Pod;
  const asked = options.gracePeriodSeconds;
  const phase = pod.status?.phase;
  let grace = asked ?? pod.spec.terminationGracePeriodSeconds ?? 0;
  if (!pod.spec.nodeName || phase === 'Failed' || phase === 'Succeeded') grace = 0;
  if (grace < 0) grace = 1;
  if (grace === 0) return { kind: 'remove' };
  if (pod.metadata.deletionTimestamp && asked === undefined) {
    return { kind: 'wait', graceSeconds: undefined };
  }
  return { kind: 'wait', graceSeconds: grace };
}

/** Sets one condition, with its transition time moved only when its status changes. */
export function withCondition(
  conditions: readonly PodCondition[] | undefined,
  condition: PodCondition,
  now: string,
): PodCondition[] {
  const before = conditions?.find((one) => one.type === condition.type);
  const lastTransitionTime = before?.status === condition.status ? before.lastTransitionTime : now;
  const times = { lastProbeTime: null as never, lastTransitionTime };
  const next: PodCondition = withFields(condition, times);
  if (!before) return [...(conditions ?? []), next];
  return (conditions ?? []).map((one) => (one === before ? next : one));
}

const TOPOLOGY_LABELS = ['topology.kubernetes.io/region', 'topology.kubernetes.io/zone'];

/** A pod gets the region and the zone of its node. Models plugin/pkg/admission/podtopologylabels. */
function withTopologyLabels(pod: Pod, node: string | undefined, { store }: RegistryContext): Pod {
  const found = node ? store.get('nodes', '', node)?.metadata.labels : undefined;
  const copied = TOPOLOGY_LABELS.filter((key) => found?.[key] !== undefined);
  if (!found || copied.length === 0) return pod;
  const labels = { ...pod.metadata.labels };
  for (const key of copied) labels[key] = found[key] ?? '';
  return withFields(pod, { metadata: withFields(pod.metadata, { labels }) });
}

/**
 * Binds a pod to a node: the scheduler's write. Models pkg/registry/core/pod/storage assignPod.
 * Returns undefined when the pod has a node already.
 */
export function bindPod(pod: Pod, node: string, context: RegistryContext): Pod | undefined {
  if (pod.spec.nodeName) return undefined;
  const conditions = withCondition(
    pod.status?.conditions,
    { type: 'PodScheduled', status: 'True', observedGeneration: pod.metadata.generation },
    context.nowText(),
  );
  const labelled = withTopologyLabels(pod, node, context);
  const spec = withFields(pod.spec, { nodeName: node });
  const status = withFields(pod.status ?? {}, { conditions });
  if (status.nominatedNodeName === undefined) return withFields(labelled, { spec, status });
  const { nominatedNodeName: _, ...bound } = status;
  return withFields(labelled, { spec, status: bound });
}
