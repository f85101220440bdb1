/** One observed fact of a run; design: one JSON object, `t` in virtual ms. Types are listed in ARCHITECTURE.md. */
export interface TraceRecord {
  readonly t: number;
  readonly type: string;
  /** `namespace/name` of the pod it is about. */
  readonly pod?: string | undefined;
  readonly container?: string | undefined;
  readonly [field: string]: unknown;
}

/** How many records a trace keeps; later ones are counted and hashed, not kept. */
export const TRACE_RECORDS = 500_000;

/** Records that are hashed with each new one in the second half of a full trace. */
const HASHED_PER_RECORD = 3;

/** The list of everything observed in a run, and a hash over it that two equal runs share. */
export class Trace {
  readonly #records: TraceRecord[] = [];
  readonly #now: () => number;
  #count = 0;
  #hashed = 0;
  #high = 0x811c9dc5;
  #low = 0x1b873593;

  constructor(now: () => number) {
    this.#now = now;
  }

  get records(): readonly TraceRecord[] {
    return this.#records;
  }

  /** Records so far, those beyond the bound included. */
  get count(): number {
    return this.#count;
  }

  /** Virtual ms. */
  get now(): number {
    return this.#now();
  }

  emit(type: string, fields: Readonly<Record<string, unknown>> = {}): void {
    // Not a spread: see withFields in src/api/with-fields.ts.
    this.add(Object.assign({ t: this.#now(), type }, fields));
  }

  /** Takes a whole record, its `t` included: what happens most often is not copied. */
  add(record: TraceRecord): void {
    this.#count++;
    if (this.#records.length < TRACE_RECORDS) {
      this.#records.push(record);
      // At the bound all of them have to be in the hash: a few at a time, so that no turn takes long.
      if (this.#records.length > TRACE_RECORDS / 2) this.#absorbKept(HASHED_PER_RECORD);
      if (this.#records.length === TRACE_RECORDS) {
        this.#records.push({
          t: this.#now(),
          type: 'limit',
          bound: 'trace records',
          number: TRACE_RECORDS,
        });
      }
    } else {
      this.#absorbKept();
      this.#absorb(JSON.stringify(record));
    }
  }

  /** 16 hexadecimal digits over all records, in order. */
  get hash(): string {
    this.#absorbKept();
    return hex(this.#high) + hex(this.#low);
  }

  /** Takes at most so many kept records into the hash. */
  #absorbKept(most = Number.POSITIVE_INFINITY): void {
    const end = Math.min(this.#records.length, this.#hashed + most);
    for (; this.#hashed < end; this.#hashed++) {
      this.#absorb(JSON.stringify(this.#records[this.#hashed]));
    }
  }

  #absorb(text: string): void {
    let high = this.#high;
    let low = this.#low;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      high = Math.imul(high ^ code, 0x01000193);
      low = Math.imul(low ^ code, 0x85ebca6b) ^ (high >>> 13);
    }
    this.#high = high;
    this.#low = low;
  }
}

function hex(value: number): string {
  return (value >>> 0).toString(16).padStart(8, '0');
}
