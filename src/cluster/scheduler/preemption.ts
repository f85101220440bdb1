import type { LabelSelector, Pod } from '../../api/stored-objects';
import { matchesLabelSelector } from './node-affinity';
import type { NodeUse, Rejection } from './node-use';
import { fitErrorText } from './scheduler-filters';
import { podPriority } from './scheduler-queue';

/** What the scheduler reads of a disruption budget. */
export interface Budget {
  readonly metadata: { readonly namespace?: string };
  readonly spec?: { readonly selector?: LabelSelector };
  readonly status?: {
    readonly disruptionsAllowed?: number;
    readonly disruptedPods?: Readonly<Record<string, string>>;
  };
}

export interface PreemptionSearch {
  readonly pod: Pod;
  readonly all: readonly NodeUse[];
  readonly rejected: ReadonlyMap<NodeUse, Rejection>;
  readonly budgets: readonly Budget[];
  /** Whether the pod could go to a node if things stood like this. */
  readonly judge: (use: NodeUse, all: readonly NodeUse[]) => Rejection | undefined;
}

export interface Candidate {
  readonly use: NodeUse;
  /** The most important first. */
  readonly victims: readonly Pod[];
  /** How many of them a disruption budget would have kept. */
  readonly violations: number;
}

/**
 * The node where the least has to go so that the pod fits; a text: why there is none. Models
 * pkg/scheduler/framework/preemption and plugins/defaultpreemption.
 */
export function findPreemption(search: PreemptionSearch): Candidate | string {
  const candidates: Candidate[] = [];
  const why: string[][] = [];
  for (const use of search.all) {
    if (!search.rejected.get(use)?.resolvable) {
      why.push(['Preemption is not helpful for scheduling']);
      continue;
    }
    const found = selectVictims(search, use);
    if ('use' in found) candidates.push(found);
    else why.push([...found.reasons]);
  }
  return pickOne(candidates) ?? fitErrorText(why);
}

/** As few and as unimportant pods of a node as will do. */
function selectVictims(search: PreemptionSearch, use: NodeUse): Candidate | Rejection {
  const { pod, judge, budgets } = search;
  const lower = [...use.pods.values()]
    .filter((one) => podPriority(one) < podPriority(pod))
    .sort(byImportance);
  if (lower.length === 0) {
    return { reasons: ['No preemption victims found for incoming pod'], resolvable: false };
  }
  const trial = use.copy();
  const all = search.all.map((other) => (other === use ? trial : other));
  for (const { metadata } of lower) trial.remove(metadata.uid);
  const rejection = judge(trial, all);
  if (rejection) return rejection;

  const victims: Pod[] = [];
  let violations = 0;
  const kept = keptByBudgets(lower, budgets);
  const inOrder = [
    ...lower.filter((one) => kept.has(one)),
    ...lower.filter((one) => !kept.has(one)),
  ];
  for (const one of inOrder) {
    trial.add(one);
    if (!judge(trial, all)) continue;
    trial.remove(one.metadata.uid);
    victims.push(one);
    if (kept.has(one)) violations++;
  }
  return { use, victims: victims.sort(byImportance), violations };
}

function startOf({ status }: Pod): number {
  return status?.startTime === undefined ? Number.MAX_SAFE_INTEGER : Date.parse(status.startTime);
}

/** Higher priority, then the earlier start. Models util.MoreImportantPod. */
function byImportance(a: Pod, b: Pod): number {
  return podPriority(b) - podPriority(a) || startOf(a) - startOf(b);
}

/** The pods whose end would be one too many for a budget. Models filterPodsWithPDBViolation. */
function keptByBudgets(pods: readonly Pod[], budgets: readonly Budget[]): ReadonlySet<Pod> {
  const kept = new Set<Pod>();
  const left = budgets.map(({ status }) => status?.disruptionsAllowed ?? 0);
  for (const pod of pods) {
    const { namespace, labels = {}, name } = pod.metadata;
    if (Object.keys(labels).length === 0) continue;
    budgets.forEach(({ metadata, spec, status }, index) => {
      if (metadata.namespace !== namespace || isEmpty(spec?.selector)) return;
      if (!matchesLabelSelector(spec?.selector, labels) || status?.disruptedPods?.[name]) return;
      const still = (left[index] ?? 0) - 1;
      left[index] = still;
      if (still < 0) kept.add(pod);
    });
  }
  return kept;
}

function isEmpty({ matchLabels = {}, matchExpressions = [] }: LabelSelector = {}): boolean {
  return Object.keys(matchLabels).length + matchExpressions.length === 0;
}

/** Each next score decides only between those that are equal in the ones before, the less the better. */
const SCORES: readonly ((candidate: Candidate) => number)[] = [
  ({ violations }) => violations,
  ({ victims: [first] }) => (first ? podPriority(first) : 0),
  ({ victims }) => victims.reduce((sum, one) => sum + podPriority(one) + 2 ** 31, 0),
  ({ victims }) => victims.length,
  ({ victims }) => -earliestStart(victims),
];

function earliestStart(victims: readonly Pod[]): number {
  const [first] = victims;
  const highest = first ? podPriority(first) : 0;
  return Math.min(...victims.filter((one) => podPriority(one) === highest).map(startOf));
}

/** Models pickOneNodeForPreemption. */
function pickOne(candidates: readonly Candidate[]): Candidate | undefined {
  let left = candidates;
  for (const score of SCORES) {
    const least = Math.min(...left.map(score));
    left = left.filter((one) => score(one) === least);
  }
  return left[0];
}
