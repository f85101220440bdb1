import type { ApiClient } from '../../../src/api/client.ts';
import { ApiError } from '../../../src/api/status.ts';
import { SeriesRecorder } from '../../../src/cluster/event-series.ts';
import { createEventRecorder, type EventType } from '../../../src/cluster/events.ts';
import { createKernel, type Kernel } from '../../../src/kernel/kernel.ts';
import type { Case, Outcome } from '../table.ts';
import { isRecord } from '../table.ts';
import { compareJson, listOf, recordOf } from './kubelet-case.ts';

interface Template {
  readonly component: string;
  readonly pod: string;
  readonly fieldPath?: string;
  readonly type: EventType;
  readonly reason: string;
  readonly message: string;
}

interface StoredEvent {
  readonly number: number;
  readonly object: Record<string, unknown>;
  expiresMs: number;
}

const HOUR_MS = 3_600_000;
/** After the last step upstream's recording went on for this long. */
const WATCHED_AFTER_MS = 90 * 60_000;

/** An API server that keeps events for an hour after their last write, and notes what was asked of it. */
class EventStore {
  readonly created: Record<string, unknown>[] = [];
  readonly outcomes: string[] = [];
  readonly writes: { readonly atMs: number; readonly op: string; readonly object: unknown }[] = [];
  readonly #events = new Map<string, StoredEvent>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  create(object: unknown): unknown {
    const event = recordOf(object, 'event');
    const number = this.created.push(event);
    const stored = { number, object: event, expiresMs: this.#now() + HOUR_MS };
    this.#events.set(String(recordOf(event.metadata, 'metadata').name), stored);
    this.#note('create', `+${number}`, event);
    return event;
  }

  patch(name: string, patch: unknown): unknown {
    const stored = this.#events.get(name);
    if (!stored || stored.expiresMs <= this.#now()) throw notFound();
    Object.assign(stored.object, patch);
    stored.expiresMs = this.#now() + HOUR_MS;
    this.#note('patch', String(stored.number), stored.object);
    return stored.object;
  }

  #note(op: string, outcome: string, object: Record<string, unknown>): void {
    this.outcomes.push(outcome);
    this.writes.push({ atMs: this.#now(), op, object: structuredClone(object) });
  }
}

function notFound(): ApiError {
  return new ApiError({
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    code: 404,
    reason: 'NotFound',
    message: 'events "x" not found',
  });
}

function clientOf(store: EventStore): ApiClient {
  const client: Partial<ApiClient> = {
    create: (_resource, _namespace, object) => store.create(object) as never,
    patch: (_resource, _namespace, name, _type, body) => store.patch(name, body) as never,
  };
  return client as ApiClient;
}

function subjectOf(template: Template) {
  const { pod, fieldPath } = template;
  return {
    kind: 'Pod',
    namespace: 'default',
    name: pod,
    uid: `uid-${pod}`,
    apiVersion: 'v1',
    ...(fieldPath === undefined ? {} : { fieldPath }),
  };
}

/** Table events: counting, aggregation and the spam filter of the two recorders. */
export function events(testCase: Case): Outcome {
  const templates = listOf(testCase.templates) as Template[];
  const steps = listOf(testCase.steps) as [number, number][];
  const kernel = createKernel({ seed: 1, epochMs: 0 });
  const store = new EventStore(() => kernel.clock.now);
  const run = testCase.recorder === 'core/v1' ? reportCounted : reportSeries;
  return run(testCase, kernel, store, templates, steps);
}

function reportCounted(
  testCase: Case,
  kernel: Kernel,
  store: EventStore,
  templates: readonly Template[],
  steps: readonly [number, number][],
): Outcome {
  const recorders = new Map(
    templates.map(({ component }) => [
      component,
      createEventRecorder({ kernel, client: clientOf(store), component }),
    ]),
  );
  const outcomes = steps.map(([seconds, index]) => {
    kernel.clock.runUntil(seconds * 1000);
    const template = templates[index] as Template;
    const before = store.outcomes.length;
    const { type, reason, message } = template;
    recorders.get(template.component)?.event(subjectOf(template), type, reason, message);
    return store.outcomes.slice(before).at(-1) ?? '';
  });
  const seconds = (value: unknown) => Date.parse(String(value)) / 1000;
  const stored = store.created.map((event) => {
    const involved = recordOf(event.involvedObject, 'involvedObject');
    return {
      reason: event.reason,
      type: event.type,
      pod: involved.name,
      component: recordOf(event.source, 'source').component,
      fieldPath: involved.fieldPath,
      message: event.message,
      count: event.count,
      first: seconds(event.firstTimestamp),
      last: seconds(event.lastTimestamp),
    };
  });
  return compareJson('events', testCase.expect, { outcomes, events: stored });
}

function reportSeries(
  testCase: Case,
  kernel: Kernel,
  store: EventStore,
  templates: readonly Template[],
  steps: readonly [number, number][],
): Outcome {
  const recorder = new SeriesRecorder(kernel, clientOf(store), 'default-scheduler', 'node');
  for (const [seconds, index] of steps) {
    kernel.clock.runUntil(seconds * 1000);
    const template = templates[index] as Template;
    const { type, reason, message } = template;
    recorder.report({
      subject: subjectOf(template),
      type,
      reason,
      action: 'Scheduling',
      note: message,
    });
  }
  kernel.clock.runUntil(kernel.clock.now + WATCHED_AFTER_MS);
  const seconds = (value: unknown) => Date.parse(String(value)) / 1000;
  const writes = store.writes.map(({ atMs, op, object }) => {
    const event = recordOf(object, 'event');
    const series = isRecord(event.series) ? event.series : undefined;
    return {
      at: atMs / 1000,
      op,
      pod: recordOf(event.involvedObject, 'involvedObject').name,
      reason: event.reason,
      message: event.message,
      eventTime: seconds(event.eventTime),
      seriesCount: series?.count,
      lastObservedTime: series && seconds(series.lastObservedTime),
    };
  });
  return compareJson('writes', testCase.expect, { writes });
}
