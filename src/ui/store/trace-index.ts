import type { PodPicture, TraceRecord } from '../session/messages';
import type { Lane } from '../timeline/lane';
import { LaneBuilder } from '../timeline/lane-builder';

export interface LogRow {
  readonly t: number;
  readonly pod: string;
  readonly container: string;
  readonly attempt: number;
  readonly stream: 'stdout' | 'stderr';
  readonly text: string;
}

interface KnownPod {
  readonly containers: readonly { readonly name: string; readonly kind: string }[];
  readonly volumes: readonly string[];
}

/**
 * The page's copy of the trace, and what it draws from it. It grows in place as records come; `version` tells
 * when it has changed.
 */
export class TraceIndex {
  readonly records: TraceRecord[] = [];
  /** Where the lab is not like a cluster: its bounds that were met, its models that failed. */
  readonly limits: TraceRecord[] = [];
  readonly faults: TraceRecord[] = [];
  logs: LogRow[] = [];
  #lanes = new LaneBuilder();
  #laneCount = 0;
  /** Pods in the order in which they were first seen, with what their lanes are sorted by. */
  readonly #pods = new Map<string, KnownPod>();
  #version = 0;
  /** Changes whenever lanes come, go or are sorted anew; their contents grow without it. */
  laneVersion = 0;
  /** Changes whenever records were taken back: readers start over. */
  generation = 0;

  get version(): number {
    return this.#version;
  }

  append(records: readonly TraceRecord[]): void {
    for (const record of records) {
      this.records.push(record);
      this.#note(record);
    }
    if (this.#lanes.lanes.size !== this.#laneCount) {
      this.#laneCount = this.#lanes.lanes.size;
      this.laneVersion++;
    }
    this.#version++;
  }

  /** Forgets all records but the first `keep`. */
  truncate(keep: number): void {
    if (keep >= this.records.length) return;
    const kept = this.records.slice(0, keep);
    this.records.length = 0;
    this.limits.length = 0;
    this.faults.length = 0;
    this.logs = [];
    this.#lanes = new LaneBuilder();
    this.#laneCount = -1;
    this.generation++;
    this.append(kept);
  }

  /** Forgets everything. */
  clear(): void {
    this.#pods.clear();
    this.truncate(0);
    this.#version++;
  }

  /** Learns in which order a pod's containers and volumes are to be drawn. */
  learn(pods: readonly PodPicture[]): void {
    for (const pod of pods) {
      const key = `${pod.namespace}/${pod.name}`;
      const known: KnownPod = {
        containers: pod.containers.map(({ name, kind }) => ({ name, kind })),
        volumes: pod.volumes.map((volume) => volume.name),
      };
      if (JSON.stringify(known) === JSON.stringify(this.#pods.get(key))) continue;
      this.#pods.set(key, known);
      this.laneVersion++;
      this.#version++;
    }
  }

  /** Lanes as they are drawn, top to bottom. */
  lanes(): readonly Lane[] {
    const pods = [...new Set([...this.#lanes.lanes.values()].map((lane) => lane.pod))];
    // What happened to the whole cluster comes first: its lane belongs to no pod.
    pods.sort((a, b) => Number(a !== '') - Number(b !== ''));
    return pods.flatMap((pod) => this.#lanesOf(pod));
  }

  /** `init 1`, `sidecar`, or nothing for a regular container. */
  role(lane: Lane): string {
    if (lane.kind === 'volume') return 'volume';
    if (lane.kind !== 'container') return '';
    const containers = this.#pods.get(lane.pod)?.containers ?? [];
    const own = containers.find((one) => one.name === lane.title);
    if (own?.kind === 'init') {
      const inits = containers.filter((one) => one.kind === 'init');
      return inits.length > 1 ? `init ${inits.indexOf(own) + 1}` : 'init';
    }
    return own?.kind === 'sidecar' ? 'sidecar' : '';
  }

  #lanesOf(pod: string): Lane[] {
    const known = this.#pods.get(pod);
    const order = [
      pod,
      ...(known?.containers.map(({ name }) => `${pod} ${name}`) ?? []),
      `${pod} ⇄`,
      ...(known?.volumes.map((name) => `${pod} ▤${name}`) ?? []),
    ];
    const rank = (lane: Lane) => {
      const at = order.indexOf(lane.id);
      return at < 0 ? order.length : at;
    };
    return [...this.#lanes.lanes.values()]
      .filter((lane) => lane.pod === pod)
      .sort((a, b) => rank(a) - rank(b));
  }

  #note(record: TraceRecord): void {
    this.#lanes.push(record);
    if (record.type === 'limit' || record.type === 'program.failed') this.limits.push(record);
    if (record.type === 'fault') this.faults.push(record);
    if (record.type === 'log' && record.pod !== undefined) {
      this.logs.push({
        t: record.t,
        pod: record.pod,
        container: record.container ?? '',
        attempt: Number(record.attempt ?? 0),
        stream: record.stream === 'stderr' ? 'stderr' : 'stdout',
        text: String(record.text ?? ''),
      });
    }
  }
}

/** How many items of a list ordered by time are at or before `t`. */
export function countUntil(items: readonly { readonly t: number }[], t: number): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((items[middle]?.t ?? 0) <= t) low = middle + 1;
    else high = middle;
  }
  return low;
}
