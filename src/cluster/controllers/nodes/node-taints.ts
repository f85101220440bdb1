import { findObject } from '../../../api/find-object';
import type { Node, Taint } from '../../../api/stored-objects';
import { type ControllerContext, nowText } from '../controller-context';

/** Taints that follow from a node's state. Models pkg/controller/nodelifecycle. */

export const NOT_READY = 'node.kubernetes.io/not-ready';
export const UNREACHABLE = 'node.kubernetes.io/unreachable';
const UNSCHEDULABLE = 'node.kubernetes.io/unschedulable';

/** Which condition, in which status, keeps new pods away, and by which taint. */
const BY_CONDITION: readonly (readonly [type: string, status: string, key: string])[] = [
  ['Ready', 'False', NOT_READY],
  ['Ready', 'Unknown', UNREACHABLE],
  ['MemoryPressure', 'True', 'node.kubernetes.io/memory-pressure'],
  ['DiskPressure', 'True', 'node.kubernetes.io/disk-pressure'],
  ['NetworkUnavailable', 'True', 'node.kubernetes.io/network-unavailable'],
  ['PIDPressure', 'True', 'node.kubernetes.io/pid-pressure'],
];

const CONTROLLED: ReadonlySet<string> = new Set([
  UNSCHEDULABLE,
  ...BY_CONDITION.map(([, , key]) => key),
]);

/** Brings the NoSchedule taints of a node in line with its conditions. */
export function syncNoScheduleTaints(context: ControllerContext, node: Node): void {
  const wanted = new Set<string>();
  for (const { type, status } of node.status?.conditions ?? []) {
    const rule = BY_CONDITION.find((one) => one[0] === type && one[1] === status);
    if (rule) wanted.add(rule[2]);
  }
  if (node.spec?.unschedulable) wanted.add(UNSCHEDULABLE);
  const taints = node.spec?.taints ?? [];
  const ours = ({ effect, key }: Taint) => effect === 'NoSchedule' && CONTROLLED.has(key);
  const kept = taints.filter((taint) => !ours(taint) || wanted.has(taint.key));
  const missing = [...wanted].filter(
    (key) => !kept.some((taint) => taint.effect === 'NoSchedule' && taint.key === key),
  );
  if (missing.length === 0 && kept.length === taints.length) return;
  const timeAdded = nowText(context);
  const added = missing.map((key) => ({ effect: 'NoSchedule', key, timeAdded }));
  writeTaints(context, node.metadata.name, [...kept, ...added]);
}

/** Gives a node this NoExecute taint instead of any other of the controller's; undefined: none. */
export function setNoExecuteTaint(
  context: ControllerContext,
  node: Node,
  key: string | undefined,
): void {
  const taints = node.spec?.taints ?? [];
  const ours = (taint: Taint) =>
    taint.effect === 'NoExecute' && (taint.key === NOT_READY || taint.key === UNREACHABLE);
  const kept = taints.filter((taint) => !ours(taint) || taint.key === key);
  const there = key === undefined || kept.some((taint) => ours(taint));
  if (there && kept.length === taints.length) return;
  const added = there ? [] : [{ effect: 'NoExecute', key, timeAdded: nowText(context) }];
  writeTaints(context, node.metadata.name, [...kept, ...added]);
}

function writeTaints(context: ControllerContext, name: string, taints: readonly object[]): void {
  if (!findObject(context.client, 'nodes', undefined, name)) return;
  const patch = { spec: { taints: taints.length === 0 ? null : taints } };
  context.client.patch('nodes', undefined, name, 'merge', patch);
}
