import type { ApiClient, WatchStream } from '../../api/client';
import { ApiError } from '../../api/status';
import type { Node, Pod, PodCondition } from '../../api/stored-objects';
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
import {
  filterNode,
  fitErrorText,
  NodeUse,
  preFilterText,
  type Rejection,
} from './scheduler-filters';
import { SchedulingQueue } from './scheduler-queue';
import {
  areBound,
  selectNode,
  VOLUME_ELSEWHERE,
  type VolumeNeeds,
  volumeNeeds,
  volumesReach,
} from './volume-binding';

const NAME = 'default-scheduler';
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
  if (volumesReach(volumes, node)) return undefined;
  return { reasons: [VOLUME_ELSEWHERE], resolvable: false };
}

class SchedulerProcess {
  readonly #options: SchedulerOptions;
  readonly #queue: SchedulingQueue;
  readonly #recorder: SeriesRecorder;
  readonly #nodes = new Map<string, NodeUse>();
  /** Where each assigned pod counts, by UID. */
  readonly #assigned = new Map<string, string>();
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
      return;
    }
    if (nodeName) {
      this.#queue.remove(uid);
      this.#unassign(uid);
      return;
    }
    if (gone) {
      this.#waitingForVolumes.delete(uid);
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
      this.#fail(pod, preFilterText(uses.length, needs.refused));
      return;
    }
    const rejections: Rejection[] = [];
    const feasible: NodeUse[] = [];
    for (const use of uses) {
      const rejection = filterNode(pod, use, uses) ?? volumeRejection(needs, use);
      if (rejection) rejections.push(rejection);
      else feasible.push(use);
    }
    const best = bestNode(pod, feasible);
    if (!best) this.#fail(pod, fitErrorText(pod, rejections));
    else if (needs.delayed.length === 0) this.#bind(pod, best);
    else {
      this.#waitingForVolumes.set(pod.metadata.uid, { pod, use: best, claims: needs.delayed });
      selectNode(client, needs.delayed, best.node.metadata.name);
    }
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

  #fail(pod: Pod, text: string): void {
    this.#recorder.report({
      subject: podSubject(pod),
      type: 'Warning',
      reason: 'FailedScheduling',
      action: 'Scheduling',
      note: text.length > LONGEST_NOTE ? `${text.slice(0, LONGEST_NOTE - 4)} ...` : text,
    });
    this.#queue.giveBack(pod.metadata.uid);
    this.#setUnschedulable(pod, text);
  }

  #setUnschedulable(pod: Pod, message: string): void {
    const { client, kernel } = this.#options;
    const { name, namespace, uid, generation } = pod.metadata;
    try {
      const stored = client.get('pods', namespace, name) as Pod;
      if (stored.metadata.uid !== uid) return;
      const conditions = stored.status?.conditions ?? [];
      const before = conditions.find(({ type }) => type === 'PodScheduled');
      const reason = 'Unschedulable';
      const same = before?.status === 'False';
      if (same && before.reason === reason && before.message === message) return;
      const condition: PodCondition = {
        lastProbeTime: null,
        lastTransitionTime: same ? before.lastTransitionTime : formatTime(kernel.unixMs()),
        message,
        ...(generation === undefined ? {} : { observedGeneration: generation }),
        reason,
        status: 'False',
        type: 'PodScheduled',
      };
      const others = conditions.filter(({ type }) => type !== 'PodScheduled');
      const status = { ...stored.status, conditions: [...others, condition] };
      const object = { ...stored, status } as KubeObject;
      client.update('pods', namespace, object, { subresource: 'status' });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
    }
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
