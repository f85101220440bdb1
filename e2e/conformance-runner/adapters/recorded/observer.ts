import type { ApiClient, WatchStream } from '../../../../src/api/client.ts';
import type {
  ContainerState,
  ContainerStatus,
  Event,
  KubeObject,
  Pod,
} from '../../../../src/api/types.ts';
import { normalise } from './normalise.ts';

/** Something that a watcher saw for the first time, s. */
export interface Seen<T> {
  readonly at: number;
  readonly value: T;
}

/** One pod as a watcher saw it. */
export interface PodHistory {
  readonly uid: string;
  readonly name: string;
  readonly phases: Seen<string>[];
  /** `waiting REASON`, `running`, `terminated EXIT REASON`, null where there is no status yet. */
  readonly states: Map<string, Seen<string | null>[]>;
  /** Every version of the object, in order. */
  readonly versions: Seen<Pod>[];
  /** When the object was deleted, s. */
  goneAt: number | undefined;
}

/** An event as the tables write it. */
export interface EventRow {
  readonly kind: string;
  readonly name: string;
  readonly field: string;
  readonly type: string;
  readonly reason: string;
  readonly message: string;
}

export function stateWords(state: ContainerState | undefined): string | null {
  if (state?.terminated) {
    return `terminated ${state.terminated.exitCode} ${state.terminated.reason ?? ''}`.trimEnd();
  }
  if (state?.running) return 'running';
  if (state?.waiting) return `waiting ${state.waiting.reason ?? ''}`.trimEnd();
  return null;
}

export function statusesOf(pod: Pod): ContainerStatus[] {
  const { initContainerStatuses, containerStatuses, ephemeralContainerStatuses } = pod.status ?? {};
  return [
    ...(initContainerStatuses ?? []),
    ...(containerStatuses ?? []),
    ...(ephemeralContainerStatuses ?? []),
  ];
}

/** Watches pods and events of the namespace default, from the moment it is made. */
export class Observer {
  readonly pods: PodHistory[] = [];
  readonly #events = new Map<string, Seen<EventRow>>();
  readonly #seconds: () => number;
  readonly #onPod: (pod: PodHistory) => void;

  constructor(api: ApiClient, seconds: () => number, onPod: (pod: PodHistory) => void = () => {}) {
    this.#seconds = seconds;
    this.#onPod = onPod;
    follow(api.watch('pods', { namespace: 'default' }), (type, object) => this.#pod(type, object));
    follow(api.watch('events', { namespace: 'default' }), (type, object) => {
      if (type !== 'DELETED') this.#event(object as Event);
    });
  }

  get events(): readonly Seen<EventRow>[] {
    return [...this.#events.values()];
  }

  /** Every version of a pod that watchers saw, whatever became of its name later. */
  named(name: string): PodHistory[] {
    return this.pods.filter((pod) => normalise(pod.name) === name);
  }

  #pod(type: string, object: KubeObject): void {
    const pod = object as Pod;
    const uid = pod.metadata?.uid ?? '';
    let history = this.pods.find((one) => one.uid === uid);
    if (!history) {
      const name = pod.metadata?.name ?? '';
      history = { uid, name, phases: [], states: new Map(), versions: [], goneAt: undefined };
      this.pods.push(history);
    }
    const at = this.#seconds();
    history.versions.push({ at, value: pod });
    if (type === 'DELETED') history.goneAt = at;
    add(history.phases, at, pod.status?.phase ?? '');
    for (const { name, state } of statusesOf(pod)) {
      let states = history.states.get(name);
      if (!states) {
        states = [];
        history.states.set(name, states);
      }
      const words = stateWords(state);
      if (words !== null || states.length > 0) add(states, at, words);
    }
    this.#onPod(history);
  }

  #event(event: Event): void {
    const { kind = '', name = '', fieldPath = '', namespace } = event.involvedObject;
    if (namespace !== 'default') return;
    const row: EventRow = {
      kind,
      name: normalise(name),
      field: fieldPath,
      type: event.type ?? '',
      reason: event.reason ?? '',
      message: normalise(event.message ?? ''),
    };
    const key = eventKey(row);
    if (!this.#events.has(key)) this.#events.set(key, { at: this.#seconds(), value: row });
  }
}

export function eventKey({ kind, name, field, type, reason, message }: EventRow): string {
  return [kind, name, field, type, reason, message].join(' | ');
}

function add<T>(list: Seen<T>[], at: number, value: T): void {
  if (list.length === 0 || list.at(-1)?.value !== value) list.push({ at, value });
}

/** Calls `take` for every event at the instant at which the stream has it. */
function follow(stream: WatchStream, take: (type: string, object: KubeObject) => void): void {
  const drain = () => {
    for (let event = stream.take(); event; event = stream.take()) take(event.type, event.object);
    if (!stream.closed) stream.changed(drain);
  };
  drain();
}
