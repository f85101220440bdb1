import type { ApiClient } from '../api/client';
import { ApiError } from '../api/status';
import { formatTime } from '../api/time';
import type { Kernel } from '../kernel/kernel';
import { EventCorrelator, type Observation } from './event-correlator';

/** The object that an event is about. */
export interface EventSubject {
  readonly kind: string;
  /** Undefined for cluster-scoped objects; their events lie in `default`. */
  readonly namespace?: string;
  readonly name: string;
  readonly uid: string;
  readonly apiVersion: string;
  readonly resourceVersion?: string;
  readonly fieldPath?: string;
}

export type EventType = 'Normal' | 'Warning';

/** Who reports; all of a recorder's events share it. */
interface EventSource {
  readonly component: string;
  readonly host?: string;
}

/** Reports what happens to objects as Event objects. */
export interface EventRecorder {
  event(subject: EventSubject, type: EventType, reason: string, message: string): void;
}

/** Gives events their names: the object's name and the time in ns, in hexadecimal. */
export class EventNames {
  readonly #unixMs: () => number;
  #atMs = 0;
  #nanoseconds: number;
  readonly #offset: number;

  /** `offset` (ns, below a ms) keeps the names of two recorders apart that report at one instant. */
  constructor(unixMs: () => number, offset = 0) {
    this.#unixMs = unixMs;
    this.#offset = offset;
    this.#nanoseconds = offset;
  }

  next(name: string): string {
    const now = this.#unixMs();
    this.#nanoseconds = now === this.#atMs ? this.#nanoseconds + 1 : this.#offset;
    this.#atMs = now;
    const time = BigInt(now) * 1_000_000n + BigInt(this.#nanoseconds);
    return `${name}.${time.toString(16)}`;
  }
}

/** The recorder of the kubelet and the controllers. Models client-go tools/record. */
export function createEventRecorder(options: {
  readonly kernel: Kernel;
  readonly client: ApiClient;
  readonly component: string;
  readonly host?: string;
}): EventRecorder {
  const { kernel, client, component, host = '' } = options;
  const { unixMs } = kernel;
  const source: EventSource = host ? { component, host } : { component };
  const correlator = new EventCorrelator(unixMs);
  const names = new EventNames(unixMs, offsetOf(component));
  return {
    event(subject, type, reason, message) {
      const object = objectKey(subject);
      const { fieldPath = '' } = subject;
      const name = names.next(subject.name);
      const observation = correlator.observe({ object, fieldPath, type, reason, message }, name);
      if (observation.skip) return;
      const { message: told, count } = observation;
      kernel.trace.emit('event', eventFields(subject, { type, reason, message: told }, count));
      const written = write(client, subject, observation, {
        type,
        reason,
        name: observation.updates ?? name,
        source,
        component,
        host,
      });
      if (written !== undefined) correlator.remember(observation, written);
    },
  };
}

/** An object's UID is enough to tell it from others; the keys of a burst's events take much memory. */
function objectKey({ kind, namespace = '', name, uid }: EventSubject): string {
  return `${kind}\n${uid || `${namespace}\n${name}`}`;
}

/** A thousand names per ms for each of nearly a thousand components. */
function offsetOf(component: string): number {
  let hash = 0;
  for (let i = 0; i < component.length; i++) hash = (hash * 31 + component.charCodeAt(i)) % 997;
  return hash * 1000;
}

/** What the trace says of an event: which pod and container it is about, or which other object. */
export function eventFields(
  { kind, namespace, name, fieldPath = '' }: EventSubject,
  { type, reason, message }: { type: string; reason: string; message: string },
  count: number,
): Readonly<Record<string, unknown>> {
  const event = { eventType: type, reason, message, count };
  if (kind !== 'Pod') return { object: `${kind}/${name}`, ...event };
  const pod = `${namespace}/${name}`;
  if (!fieldPath.endsWith('}')) return { pod, ...event };
  return { pod, container: fieldPath.slice(fieldPath.indexOf('{') + 1, -1), ...event };
}

interface EventText {
  readonly type: EventType;
  readonly reason: string;
  readonly name: string;
  readonly source: EventSource;
  readonly component: string;
  readonly host: string;
}

/** Returns the name under which the server keeps the event; undefined when it refused it. */
function write(
  client: ApiClient,
  subject: EventSubject,
  observation: Observation,
  text: EventText,
): string | undefined {
  const namespace = subject.namespace ?? 'default';
  const { count, message } = observation;
  const lastTimestamp = formatTime(observation.lastMs);
  if (observation.updates !== undefined) {
    const patch = { count, message, lastTimestamp };
    const done = attempt(() => client.patch('events', namespace, text.name, 'merge', patch));
    if (done.ok) return text.name;
    if (done.code !== 404) return undefined;
  }
  const event = {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: text.name, namespace },
    involvedObject: subject,
    reason: text.reason,
    message,
    source: text.source,
    firstTimestamp: formatTime(observation.firstMs),
    lastTimestamp,
    count,
    type: text.type,
    eventTime: null,
    reportingComponent: text.component,
    reportingInstance: text.host,
  };
  return attempt(() => client.create('events', namespace, event)).ok ? text.name : undefined;
}

function attempt(request: () => unknown): { readonly ok: boolean; readonly code?: number } {
  try {
    request();
    return { ok: true };
  } catch (error) {
    if (error instanceof ApiError) return { ok: false, code: error.status.code };
    throw error;
  }
}
