import type { Node as CoreNode, Pod as CorePod } from '../../../api/stored-objects';
import type { KubeObject, Pod, PodTemplateSpec, Toleration } from '../../../api/types';
import { requiredNodeAffinity } from '../../scheduler/node-affinity';
import { firstUntoleratedTaint } from '../../scheduler/taints';
import { podFromTemplate } from '../pod-control';
import type { DaemonSet } from '../workload-types';

/** Pods of DaemonSets. Models pkg/controller/daemon and its util. */

export const REVISION_LABEL = 'controller-revision-hash';
const GENERATION_LABEL = 'pod-template-generation';
const GENERATION = 'deprecated.daemonset.template.generation';
const NODE_NAME = 'metadata.name';

type Effect = NonNullable<Toleration['effect']>;

/** Daemons stay where others have to go. */
const TOLERATED: readonly (readonly [key: string, effect: Effect])[] = [
  ['node.kubernetes.io/not-ready', 'NoExecute'],
  ['node.kubernetes.io/unreachable', 'NoExecute'],
  ['node.kubernetes.io/disk-pressure', 'NoSchedule'],
  ['node.kubernetes.io/memory-pressure', 'NoSchedule'],
  ['node.kubernetes.io/pid-pressure', 'NoSchedule'],
  ['node.kubernetes.io/unschedulable', 'NoSchedule'],
];

function tolerationsOf({ spec }: PodTemplateSpec): Toleration[] {
  const own = spec?.tolerations ?? [];
  const network = ['node.kubernetes.io/network-unavailable', 'NoSchedule'] as const;
  const needed = spec?.hostNetwork ? [...TOLERATED, network] : TOLERATED;
  const added = needed.map(([key, effect]): Toleration => ({ key, operator: 'Exists', effect }));
  const same = (a: Toleration, b: Toleration) =>
    a.key === b.key && a.effect === b.effect && a.operator === b.operator && !a.value;
  const kept = own.filter((one) => !added.some((other) => same(one, other)));
  return [...kept, ...added];
}

/** A pod for one node: the scheduler binds it, and may bind it to no other. */
export function daemonPod(set: DaemonSet, node: string, hash: string): KubeObject {
  const { template } = set.spec;
  const generation = set.metadata.annotations?.[GENERATION];
  const { affinity } = template.spec ?? {};
  const required = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  const matchFields = [{ key: NODE_NAME, operator: 'In' as const, values: [node] }];
  const terms = required?.nodeSelectorTerms ?? [{}];
  return podFromTemplate(set, template, {
    metadata: {
      labels: {
        ...template.metadata?.labels,
        [REVISION_LABEL]: hash,
        ...(generation === undefined ? {} : { [GENERATION_LABEL]: generation }),
      },
    },
    spec: {
      tolerations: tolerationsOf(template),
      affinity: {
        ...affinity,
        nodeAffinity: {
          ...affinity?.nodeAffinity,
          requiredDuringSchedulingIgnoredDuringExecution: {
            nodeSelectorTerms: terms.map((term) => ({ ...term, matchFields })),
          },
        },
      },
    },
  });
}

/** The node that a daemon's pod is for, whether it has been bound or not. */
export function targetNode({ spec }: Pod): string | undefined {
  if (spec.nodeName) return spec.nodeName;
  const required = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  for (const { matchFields = [] } of required?.nodeSelectorTerms ?? []) {
    const field = matchFields.find(({ key, operator }) => key === NODE_NAME && operator === 'In');
    if (field?.values?.[0] !== undefined) return field.values[0];
  }
  return undefined;
}

export interface DaemonFit {
  readonly shouldRun: boolean;
  readonly shouldContinue: boolean;
}

/** Models NodeShouldRunDaemonPod. */
export function daemonFit({ spec }: DaemonSet, node: CoreNode): DaemonFit {
  const { nodeName } = spec.template.spec ?? {};
  const pod = { metadata: {}, spec: spec.template.spec } as unknown as CorePod;
  const elsewhere = nodeName !== undefined && nodeName !== node.metadata.name;
  if (elsewhere || !requiredNodeAffinity(pod, node).match) {
    return { shouldRun: false, shouldContinue: false };
  }
  const taints = node.spec?.taints ?? [];
  const tolerations = tolerationsOf(spec.template) as CorePod['spec']['tolerations'];
  const untolerated = (effects: readonly string[]) =>
    firstUntoleratedTaint(taints, tolerations ?? [], effects) !== undefined;
  return {
    shouldRun: !untolerated(['NoSchedule', 'NoExecute']),
    shouldContinue: !untolerated(['NoExecute']),
  };
}
