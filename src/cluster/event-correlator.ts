/** What tells one event of a recorder from another. Times are Unix ms. */
export interface EventFacts {
  /** What tells the object from all others. */
  readonly object: string;
  readonly fieldPath: string;
  readonly type: string;
  readonly reason: string;
  readonly message: string;
}

export interface Observation {
  /** The spam filter drops it; it has been counted all the same. */
  readonly skip: boolean;
  readonly message: string;
  readonly count: number;
  readonly firstMs: number;
  readonly lastMs: number;
  /** The event that is to be updated; undefined: a new one is to be made. */
  readonly updates: string | undefined;
  /** Where the answer of the API server is to be remembered; undefined: it is already known there. */
  readonly key: string | undefined;
}

interface Logged {
  count: number;
  firstMs: number;
  name: string;
}

interface Aggregate {
  /** Distinct ones, oldest first; never more than ten. */
  readonly messages: string[];
  lastMs: number;
}

interface TokenBucket {
  tokens: number;
  atMs: number;
}

const AGGREGATE_AT_MESSAGES = 10;
const AGGREGATE_WITHIN_MS = 600_000;
const BURST = 25;
/** One in five minutes; upstream keeps it in single precision. */
const TOKENS_PER_SECOND = Math.fround(1 / 300);
const CACHE_ENTRIES = 4096;

/** A map that forgets what was set least recently: whoever gets an entry sets it again. */
class LeastRecentlySet<Value> {
  readonly #entries = new Map<string, Value>();

  get(key: string): Value | undefined {
    return this.#entries.get(key);
  }

  set(key: string, value: Value): void {
    this.#entries.delete(key);
    this.#entries.set(key, value);
    if (this.#entries.size <= CACHE_ENTRIES) return;
    const oldest = this.#entries.keys().next().value;
    if (oldest !== undefined) this.#entries.delete(oldest);
  }
}

/**
 * Turns repeated events into counts, floods of similar ones into one, and drops what comes too fast; one for
 * each recorder, so that component and host are no part of what tells events apart.
 * Models client-go tools/record/events_cache.go EventCorrelator.
 */
export class EventCorrelator {
  readonly #now: () => number;
  readonly #aggregates = new LeastRecentlySet<Aggregate>();
  readonly #log = new LeastRecentlySet<Logged>();
  readonly #buckets = new LeastRecentlySet<TokenBucket>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** `name`: what the event is to be called if it is a new one. */
  observe(facts: EventFacts, name: string): Observation {
    const nowMs = this.#now();
    const { key, message } = this.#aggregate(facts, nowMs);
    const seen = this.#log.get(key);
    const logged: Logged = {
      count: (seen?.count ?? 0) + 1,
      firstMs: seen?.firstMs ?? nowMs,
      name: seen?.name ?? name,
    };
    this.#log.set(key, logged);
    return {
      skip: !this.#takeToken(facts, nowMs),
      message,
      count: logged.count,
      firstMs: logged.firstMs,
      lastMs: nowMs,
      updates: seen ? logged.name : undefined,
      key: message === facts.message ? undefined : eventKey(facts, message),
    };
  }

  /** Notes what the API server has stored, under the written event's own key if that is another one. */
  remember(observation: Observation, name: string): void {
    const { count, firstMs, key } = observation;
    if (key !== undefined) this.#log.set(key, { count, firstMs, name });
  }

  /** From the tenth distinct message on, similar events become one. */
  #aggregate(facts: EventFacts, nowMs: number): { key: string; message: string } {
    const { object, type, reason } = facts;
    const aggregateKey = `${object}\n${type}\n${reason}`;
    let record = this.#aggregates.get(aggregateKey);
    if (!record || nowMs - record.lastMs > AGGREGATE_WITHIN_MS) {
      record = { messages: [facts.message], lastMs: nowMs };
    } else if (!record.messages.includes(facts.message)) record.messages.push(facts.message);
    record.lastMs = nowMs;
    this.#aggregates.set(aggregateKey, record);
    if (record.messages.length < AGGREGATE_AT_MESSAGES) {
      return { key: eventKey(facts, facts.message), message: facts.message };
    }
    record.messages.shift();
    return {
      key: aggregateKey,
      message: `(combined from similar events): ${facts.message}`,
    };
  }

  #takeToken(facts: EventFacts, nowMs: number): boolean {
    const key = `${facts.object}\n${facts.type}`;
    const bucket = this.#buckets.get(key) ?? { tokens: BURST, atMs: nowMs };
    const refill = ((nowMs - bucket.atMs) / 1000) * TOKENS_PER_SECOND;
    const tokens = Math.min(BURST, bucket.tokens + refill) - 1;
    // A debt that is paid within a ns is none, as in golang.org/x/time/rate.
    const accepted = Math.trunc((-tokens / TOKENS_PER_SECOND) * 1e9) <= 0;
    if (accepted) {
      bucket.tokens = tokens;
      bucket.atMs = nowMs;
    }
    this.#buckets.set(key, bucket);
    return accepted;
  }
}

function eventKey(facts: EventFacts, message: string): string {
  const { object, fieldPath, type, reason } = facts;
  return `${object}\n${fieldPath}\n${type}\n${reason}\n${message}`;
}
