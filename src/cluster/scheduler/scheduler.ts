import type { ApiClient, WatchStream } from '../../api/client';
import { ApiError } from '../../api/status';
import type { Draft, Node, Pod, PodCondition, PodStatus } from '../../api/stored-objects';
import { formatTime } from '../../api/time';
import type { KubeObject } from '../../api/types';
import { withFields } from '../../api/with-fields';
import type { Kernel } from '../../kernel/kernel';
import { sleepFully, type Task } from '../../kernel/task';
import { SeriesRecorder } from '../event-series';
import type { Latency } from '../latency';
import { isTerminalPhase, podKey } from '../pod-containers';
import { podSubject } from '../pod-events';
import { CLAIMS, type Claim } from '../volume-types';
import { preferredScore } from './node-affinity';
import { NodeUse, type Rejection, refused } from './node-use';
import { type Budget, type Candidate, findPreemption } from './preemption';
import { filterNode, fitErrorText, preFilterText } from './scheduler-filters';
import { podPriority, SchedulingQueue } from './scheduler-queue';
import {
  areBound,
  selectNode,
  VOLUME_ELSEWHERE,
  type VolumeNeeds,
  volumeNeeds,
  volumesReach,
} from './volume-binding';

const NAME = 'default-scheduler';
/** Why the plugin for devices cannot help; it says so whenever it is asked. */
const NO_CLAIMS = 'no new claims to deallocate';
/** Reason of the condition of pods that had to make room. */
const PREEMPTED = 'PreemptionByScheduler';
/** Event notes are cut to this; the condition's message is not. */
const LONGEST_NOTE = 1024;

export interface SchedulerOptions {
  readonly kernel: Kernel;
  readonly client: ApiClient;
  readonly latency: Latency;
}

export interface Scheduler {
  stop(): void;
}

/** Starts the scheduler: gives pods nodes, by upstream's filters in their usual order. */
export function startScheduler(options: SchedulerOptions): Scheduler {
  const process = new SchedulerProcess(options);
  process.start();
  return { stop: () => process.stop() };
}

interface WaitingPod {
  readonly pod: Pod;
  readonly use: NodeUse;
  readonly claims: readonly Claim[];
}

function volumeRejection({ volumes }: VolumeNeeds, { node }: NodeUse): Rejection | undefined {
  return volumesReach(volumes, node) ? undefined : refused(VOLUME_ELSEWHERE);
}

interface Nominated {
  readonly pod: Pod;
  readonly node: string;
}

class SchedulerProcess {
  readonly #options: SchedulerOptions;
  readonly #queue: SchedulingQueue;
  readonly #recorder: SeriesRecorder;
  readonly #nodes = new Map<string, NodeUse>();
  /** Where each assigned pod counts, by UID. */
  readonly #assigned = new Map<string, string>();
  /** Pods for which others have been evicted from a node, by UID. */
  readonly #nominated = new Map<string, Nominated>();
  /** Pods with a node whose volumes are being made, by UID. */
  readonly #waitingForVolumes = new Map<string, WaitingPod>();
  readonly #watches: WatchStream[] = [];
  #scheduling = false;
  #stopped = false;

  constructor(options: SchedulerOptions) {
    this.#options = options;
    this.#queue = new SchedulingQueue(options.kernel, () => this.#wake());
    this.#recorder = new SeriesRecorder(options.kernel, options.client, NAME, 'control-plane');
  }

  start(): void {
    this.#follow('nodes', (type, object) => this.#onNode(type, object as Node));
    this.#follow(CLAIMS, () => this.#onClaim());
    this.#follow('pods', (type, object) => this.#onPod(type, object as Pod));
  }

  stop(): void {
    this.#stopped = true;
    for (const watch of this.#watches) watch.close();
  }

  #follow(resource: string, handle: (type: string, object: KubeObject) => void): void {
    const { kernel, client } = this.#options;
    const watch = client.watch(resource, {});
    this.#watches.push(watch);
    function* run(): Task {
      for (;;) {
        const event = watch.take();
        if (event) handle(event.type, event.object);
        else if (watch.closed) return;
        else yield watch.changed;
      }
    }
    kernel.start(run());
  }

  // What the cluster looks like --------------------------------------------------------------------

  #onNode(type: string, node: Node): void {
    const { name } = node.metadata;
    if (type === 'DELETED') {
      this.#nodes.delete(name);
      return;
    }
    const known = this.#nodes.get(name);
    if (!known) {
      this.#nodes.set(name, new NodeUse(node));
      this.#queue.moveAll();
      return;
    }
    const helps = nodeChangeHelps(known.node, node);
    known.setNode(node);
    if (helps) this.#queue.moveAll();
  }

  #onPod(type: string, pod: Pod): void {
    const { uid } = pod.metadata;
    const { nodeName } = pod.spec;
    const gone = type === 'DELETED';
    if (nodeName && !gone && !isTerminalPhase(pod.status?.phase)) {
      if (!this.#assigned.has(uid)) this.#assign(pod, nodeName);
      else if (this.#nodes.get(nodeName)?.update(pod)) this.#queue.moveAll();
      return;
    }
    if (nodeName) {
      this.#queue.remove(uid);
      this.#unassign(uid);
      return;
    }
    if (gone) {
      this.#waitingForVolumes.delete(uid);
      this.#nominated.delete(uid);
      this.#queue.remove(uid);
      this.#options.kernel.trace.emit('pod.deleted', { pod: podKey(pod) });
      return;
    }
    const ours = (pod.spec.schedulerName ?? NAME) === NAME;
    const gated = (pod.spec.schedulingGates ?? []).length > 0;
    const ending = pod.metadata.deletionTimestamp !== undefined;
    if (ours && !gated && !ending) this.#queue.put(pod);
  }

  #assign(pod: Pod, nodeName: string): void {
    this.#assigned.set(pod.metadata.uid, nodeName);
    this.#nodes.get(nodeName)?.add(pod);
    this.#nominated.delete(pod.metadata.uid);
    this.#queue.remove(pod.metadata.uid);
  }

  #unassign(uid: string): void {
    const nodeName = this.#assigned.get(uid);
    if (nodeName === undefined) return;
    this.#assigned.delete(uid);
    if (this.#nodes.get(nodeName)?.remove(uid)) this.#queue.moveAll();
  }

  // Placing pods -----------------------------------------------------------------------------------

  #wake(): void {
    if (this.#scheduling || this.#stopped) return;
    this.#scheduling = true;
    this.#options.kernel.start(this.#run(), () => {
      this.#scheduling = false;
      if (!this.#queue.empty) this.#wake();
    });
  }

  *#run(): Task {
    const { kernel, latency } = this.#options;
    while (!this.#queue.empty && !this.#stopped) {
      if (latency.scheduleMs > 0) yield* sleepFully(kernel.clock, latency.scheduleMs);
      const pod = this.#queue.pop();
      if (pod) this.#scheduleOne(pod);
    }
  }

  /** Models pkg/scheduler/schedule_one.go. */
  #scheduleOne(pod: Pod): void {
    const { client } = this.#options;
    const uses = [...this.#nodes.values()];
    const needs = volumeNeeds(client, pod);
    if (uses.length > 0 && needs.refused !== undefined) {
      this.#fail(pod, preFilterText(uses.length, needs.refused), '');
      return;
    }
    const judge = (use: NodeUse, all: readonly NodeUse[]) => this.#judge(pod, needs, use, all);
    const rejected = new Map<NodeUse, Rejection>();
    const feasible: NodeUse[] = [];
    for (const use of uses) {
      const rejection = judge(use, uses);
      if (rejection) rejected.set(use, rejection);
      else feasible.push(use);
    }
    const best = bestNode(pod, feasible);
    if (!best) this.#preempt(pod, uses, rejected, judge);
    else if (needs.delayed.length === 0) this.#bind(pod, best);
    else {
      this.#waitingForVolumes.set(pod.metadata.uid, { pod, use: best, claims: needs.delayed });
      selectNode(client, needs.delayed, best.node.metadata.name);
    }
  }

  /** With those who have been promised room there. Models RunFilterPluginsWithNominatedPods. */
  #judge(
    pod: Pod,
    needs: VolumeNeeds,
    use: NodeUse,
    all: readonly NodeUse[],
  ): Rejection | undefined {
    const volumes = (one: NodeUse) => volumeRejection(needs, one);
    if (this.#nominated.size === 0) return filterNode(pod, use, all, volumes);
    const { name } = use.node.metadata;
    const promised = [...this.#nominated.values()].filter(
      (one) =>
        one.node === name &&
        one.pod.metadata.uid !== pod.metadata.uid &&
        podPriority(one.pod) >= podPriority(pod),
    );
    if (promised.length > 0) {
      const fuller = use.copy();
      for (const one of promised) fuller.add(one.pod);
      const among = all.map((other) => (other === use ? fuller : other));
      const rejection = filterNode(pod, fuller, among, volumes);
      if (rejection) return rejection;
    }
    return filterNode(pod, use, all, volumes);
  }

  // Making room ------------------------------------------------------------------------------------

  /** The pod fits nowhere; perhaps it does once less important ones have gone. */
  #preempt(
    pod: Pod,
    all: readonly NodeUse[],
    rejected: ReadonlyMap<NodeUse, Rejection>,
    judge: (use: NodeUse, all: readonly NodeUse[]) => Rejection | undefined,
  ): void {
    if (all.length === 0) {
      this.#fail(pod, 'no nodes available to schedule pods', '');
      return;
    }
    const reasons = fitErrorText([...rejected.values()].map((one) => one.reasons));
    const ineligible = this.#whyNotPreempting(pod, rejected);
    if (ineligible !== undefined) {
      this.#fail(pod, `${reasons} ${NO_CLAIMS}, preemption: ${ineligible}`);
      return;
    }
    const budgets = this.#options.client.list('poddisruptionbudgets.policy')
      .items as unknown as readonly Budget[];
    const found = findPreemption({ pod, all, rejected, budgets, judge });
    if (typeof found === 'string') {
      this.#fail(pod, `${reasons} ${NO_CLAIMS}, preemption: ${found}`, '');
      return;
    }
    this.#fail(pod, reasons, found.use.node.metadata.name);
    this.#evictFor(pod, found);
  }

  /** Models PodEligibleToPreemptOthers. */
  #whyNotPreempting(pod: Pod, rejected: ReadonlyMap<NodeUse, Rejection>): string | undefined {
    if (pod.spec.preemptionPolicy === 'Never') return 'not eligible due to preemptionPolicy=Never.';
    const use = this.#nodes.get(this.#nominated.get(pod.metadata.uid)?.node ?? '');
    if (!use || rejected.get(use)?.resolvable === false) return undefined;
    const isMakingRoom = [...use.pods.values()].some(
      (one) =>
        podPriority(one) < podPriority(pod) &&
        one.metadata.deletionTimestamp !== undefined &&
        one.status?.conditions?.some(({ reason }) => reason === PREEMPTED),
    );
    return isMakingRoom
      ? 'not eligible due to a terminating pod on the nominated node.'
      : undefined;
  }

  #evictFor(pod: Pod, { use, victims }: Candidate): void {
    const { client } = this.#options;
    const node = use.node.metadata.name;
    for (const nominated of [...this.#nominated.values()]) {
      if (nominated.node !== node || podPriority(nominated.pod) >= podPriority(pod)) continue;
      this.#setUnscheduled(nominated.pod, undefined, '');
    }
    for (const victim of victims) {
      const { name, namespace, deletionTimestamp } = victim.metadata;
      if (deletionTimestamp !== undefined) continue;
      try {
        this.#condemn(victim);
        client.delete('pods', namespace, name);
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        continue;
      }
      this.#recorder.report({
        subject: podSubject(victim),
        type: 'Normal',
        reason: 'Preempted',
        action: 'Preempting',
        note: `Preempted by pod ${pod.metadata.uid} on node ${node}`,
      });
    }
  }

  #condemn({ metadata }: Pod): void {
    const { client, kernel } = this.#options;
    const stored = client.get('pods', metadata.namespace, metadata.name) as Pod;
    const { generation } = stored.metadata;
    const condition: PodCondition = {
      type: 'DisruptionTarget',
      ...(generation === undefined ? {} : { observedGeneration: generation }),
      status: 'True',
      lastProbeTime: null,
      lastTransitionTime: formatTime(kernel.unixMs()),
      reason: PREEMPTED,
      message: `${NAME}: preempting to accommodate a higher priority pod`,
    };
    const others = (stored.status?.conditions ?? []).filter(({ type }) => type !== condition.type);
    const status = { ...stored.status, conditions: [...others, condition] };
    const object = { ...stored, status } as KubeObject;
    client.update('pods', metadata.namespace, object, { subresource: 'status' });
  }

  /** A pod is bound to its node once the volumes that are made for it there are bound. */
  #onClaim(): void {
    this.#queue.moveAll();
    for (const [uid, { pod, use, claims }] of [...this.#waitingForVolumes]) {
      if (!areBound(this.#options.client, claims)) continue;
      this.#waitingForVolumes.delete(uid);
      this.#bind(pod, use);
    }
  }

  #bind(pod: Pod, use: NodeUse): void {
    const { client, kernel } = this.#options;
    const { name, namespace } = pod.metadata;
    const node = use.node.metadata.name;
    try {
      client.create(
        'pods',
        namespace,
        {
          apiVersion: 'v1',
          kind: 'Binding',
          metadata: { name, namespace },
          target: { apiVersion: 'v1', kind: 'Node', name: node },
        },
        { subresource: 'binding' },
      );
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.#queue.remove(pod.metadata.uid);
      return;
    }
    this.#assign(withFields(pod, { spec: withFields(pod.spec, { nodeName: node }) }), node);
    kernel.trace.emit('pod.scheduled', { pod: podKey(pod), node });
    this.#recorder.report({
      subject: podSubject(pod),
      type: 'Normal',
      reason: 'Scheduled',
      action: 'Binding',
      note: `Successfully assigned ${namespace}/${name} to ${node}`,
    });
  }

  /** `nominated`: the node where room is being made; '': none; undefined: as before. */
  #fail(pod: Pod, text: string, nominated?: string): void {
    this.#recorder.report({
      subject: podSubject(pod),
      type: 'Warning',
      reason: 'FailedScheduling',
      action: 'Scheduling',
      note: text.length > LONGEST_NOTE ? `${text.slice(0, LONGEST_NOTE - 4)} ...` : text,
    });
    this.#queue.giveBack(pod.metadata.uid);
    this.#setUnscheduled(pod, text, nominated);
  }

  /** Models updatePod of schedule_one.go; no message: only the nomination changes. */
  #setUnscheduled(pod: Pod, message: string | undefined, nominated: string | undefined): void {
    const { client } = this.#options;
    const { name, namespace, uid } = pod.metadata;
    if (nominated === '') this.#nominated.delete(uid);
    else if (nominated !== undefined) this.#nominated.set(uid, { pod, node: nominated });
    try {
      const stored = client.get('pods', namespace, name) as Pod;
      if (stored.metadata.uid !== uid) return;
      const conditions = message === undefined ? undefined : this.#unschedulable(stored, message);
      const before = stored.status?.nominatedNodeName ?? '';
      if (!conditions && (nominated === undefined || nominated === before)) return;
      const status: Draft<PodStatus> = { ...stored.status };
      if (conditions) status.conditions = conditions;
      if (nominated) status.nominatedNodeName = nominated;
      else if (nominated === '') delete status.nominatedNodeName;
      const object = { ...stored, status } as KubeObject;
      client.update('pods', namespace, object, { subresource: 'status' });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
    }
  }

  /** The pod's conditions with the verdict; undefined: they have it already. */
  #unschedulable({ metadata, status }: Pod, message: string): PodCondition[] | undefined {
    const conditions = status?.conditions ?? [];
    const before = conditions.find(({ type }) => type === 'PodScheduled');
    const reason = 'Unschedulable';
    const same = before?.status === 'False';
    if (same && before.reason === reason && before.message === message) return undefined;
    const { generation } = metadata;
    const condition: PodCondition = {
      lastProbeTime: null,
      lastTransitionTime: same
        ? before.lastTransitionTime
        : formatTime(this.#options.kernel.unixMs()),
      message,
      ...(generation === undefined ? {} : { observedGeneration: generation }),
      reason,
      status: 'False',
      type: 'PodScheduled',
    };
    return [...conditions.filter(({ type }) => type !== 'PodScheduled'), condition];
  }
}

/** Preferences first, then the node with the largest free share. Models the default score plugins. */
function bestNode(pod: Pod, feasible: readonly NodeUse[]): NodeUse | undefined {
  const preferences =
    pod.spec.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
  let best: NodeUse | undefined;
  let bestScore = Number.NEGATIVE_INFINITY;
  for (const use of feasible) {
    const scored = preferredScore(preferences, use.node);
    const preferred = 'score' in scored ? scored.score : 0;
    const share = (name: string) => {
      const whole = use.allocatable.get(name) ?? 0;
      return whole > 0 ? 1 - (use.requested.get(name) ?? 0) / whole : 0;
    };
    const crowd = use.pods.size / Math.max(use.allocatable.get('pods') ?? 1, 1);
    const score = preferred * 10 + share('cpu') + share('memory') - crowd;
    if (score <= bestScore) continue;
    best = use;
    bestScore = score;
  }
  return best;
}

/** Heartbeats do not help anybody; labels, taints, resources and cordoning may. */
function nodeChangeHelps(before: Node, after: Node): boolean {
  const facts = ({ metadata, spec, status }: Node) =>
    JSON.stringify([metadata.labels, spec?.taints, spec?.unschedulable, status?.allocatable]);
  return facts(before) !== facts(after);
}
