import type { ApiClient } from '../api/client';
import { ApiError } from '../api/status';
import { formatMicroTime } from '../api/time';
import type { Timer } from '../kernel/clock';
import type { Kernel } from '../kernel/kernel';
import { EventNames, type EventSubject, type EventType, eventFields } from './events';

/** After so long without a report a series is over; looked at as often. */
const FINISH_MS = 360_000;
/** How often a running series is written again. */
const REFRESH_MS = 1_800_000;

interface SeriesEvent {
  readonly type: EventType;
  readonly reason: string;
  readonly message: string;
  readonly [field: string]: unknown;
}

interface Series {
  readonly event: SeriesEvent;
  readonly name: string;
  readonly namespace: string;
  readonly subject: EventSubject;
  readonly startedMs: number;
  /** 0 until the second report. */
  count: number;
  lastMs: number;
}

export interface SeriesReport {
  readonly subject: EventSubject;
  readonly type: EventType;
  readonly reason: string;
  readonly action: string;
  readonly note: string;
}

/**
 * The scheduler's recorder: the first report makes an event, the second makes it a series, later ones are
 * only counted and written now and then. Models client-go tools/events/event_broadcaster.go.
 */
export class SeriesRecorder {
  readonly #kernel: Kernel;
  readonly #client: ApiClient;
  readonly #controller: string;
  readonly #instance: string;
  readonly #names: EventNames;
  readonly #cache = new Map<string, Series>();
  readonly #startedMs: number;
  #finish: Timer | undefined;
  #refresh: Timer | undefined;

  constructor(kernel: Kernel, client: ApiClient, controller: string, host: string) {
    this.#kernel = kernel;
    this.#client = client;
    this.#controller = controller;
    this.#instance = `${controller}-${host}`;
    this.#names = new EventNames(() => kernel.unixMs(), 500_000);
    this.#startedMs = kernel.clock.now;
  }

  report(report: SeriesReport): void {
    const { subject } = report;
    const key = JSON.stringify([report.type, report.action, report.reason, subject]);
    const known = this.#cache.get(key);
    const now = this.#kernel.unixMs();
    if (!known) {
      this.#begin(key, report, now);
      return;
    }
    const second = known.count === 0;
    known.count = second ? 2 : known.count + 1;
    known.lastMs = now;
    if (second) this.#write(known);
    this.#arm();
  }

  #begin(key: string, report: SeriesReport, now: number): void {
    const { subject, type, reason, note, action } = report;
    const namespace = subject.namespace ?? 'default';
    const name = this.#names.next(subject.name);
    const event = {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name, namespace },
      involvedObject: subject,
      reason,
      message: note,
      source: {},
      firstTimestamp: null,
      lastTimestamp: null,
      type,
      eventTime: formatMicroTime(now),
      action,
      reportingComponent: this.#controller,
      reportingInstance: this.#instance,
    };
    this.#cache.set(key, {
      event,
      name,
      namespace,
      subject,
      startedMs: now,
      count: 0,
      lastMs: now,
    });
    this.#trace(subject, event, 1);
    this.#attempt(() => this.#client.create('events', namespace, event));
    this.#arm();
  }

  #write(series: Series): void {
    const { count, lastMs, name, namespace, event } = series;
    const observed = { count, lastObservedTime: formatMicroTime(lastMs) };
    this.#trace(series.subject, event, count);
    const patched = this.#attempt(() =>
      this.#client.patch('events', namespace, name, 'merge', { series: observed }),
    );
    if (patched === 404) {
      this.#attempt(() => this.#client.create('events', namespace, { ...event, series: observed }));
    }
  }

  #trace(subject: EventSubject, event: SeriesEvent, count: number): void {
    this.#kernel.trace.emit('event', eventFields(subject, event, count));
  }

  /** Returns the code of a refusal. */
  #attempt(request: () => unknown): number | undefined {
    try {
      request();
      return undefined;
    } catch (error) {
      if (error instanceof ApiError) return error.status.code;
      throw error;
    }
  }

  /** The two periodic passes run only while there is something for them to do. */
  #arm(): void {
    const { clock } = this.#kernel;
    const next = (period: number) => period - ((clock.now - this.#startedMs) % period);
    this.#finish ??= clock.after(next(FINISH_MS), () => {
      this.#finish = undefined;
      this.#finishPass();
    });
    this.#refresh ??= clock.after(next(REFRESH_MS), () => {
      this.#refresh = undefined;
      for (const series of this.#cache.values()) if (series.count > 0) this.#write(series);
      if (this.#cache.size > 0) this.#arm();
    });
  }

  #finishPass(): void {
    const before = this.#kernel.unixMs() - FINISH_MS;
    for (const [key, series] of this.#cache) {
      const lastMs = series.count > 0 ? series.lastMs : series.startedMs;
      if (lastMs >= before) continue;
      if (series.count > 0) this.#write(series);
      this.#cache.delete(key);
    }
    if (this.#cache.size > 0) this.#arm();
    else if (this.#refresh) {
      this.#kernel.clock.cancel(this.#refresh);
      this.#refresh = undefined;
    }
  }
}
