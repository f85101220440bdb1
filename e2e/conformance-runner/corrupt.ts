import { type Case, isRecord } from './table.ts';

/** Numbers from 0 up to 1, the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

type Path = readonly (string | number)[];

/**
 * What of a case is an expectation, where it is not what lies below `expect…`: of several names the first
 * that the case has counts.
 */
const EXPECTATIONS: Readonly<Record<string, readonly string[]>> = {
  metadata: ['scaled', 'generated', 'errors', 'expect'],
  probes: ['steps'],
  quantity: ['value', 'canonical', 'expect'],
  quantity_more: ['value', 'canonical', 'error', 'expect'],
  serversideapply: ['steps'],
};

/** Tables with steps: what lies below a step's `expect`. */
const IN_STEPS: ReadonlySet<string> = new Set(['probes', 'serversideapply']);

/** Keys below an expectation that are compared with nothing: they inform, or only widen or narrow it. */
const NOT_EXPECTED: Readonly<Record<string, ReadonlySet<string>>> = {
  decode: new Set(['resource', 'schemeName']),
  lifecycle: new Set([
    ...['withinSeconds', 'forSeconds', 'afterAtLeastSeconds', 'afterAction', 'before'],
    ...['afterState', 'everyUpdateAfterAction', 'phaseWhile', 'expectedTypical', 'toleranceMs'],
  ]),
  metadata: new Set(['value']),
  serversideapply: new Set(['warnings']),
};

function leaves(value: unknown, path: Path, skipped: ReadonlySet<string>): Path[] {
  if (Array.isArray(value) && value.length > 0) {
    return value.flatMap((item, index) => leaves(item, [...path, index], skipped));
  }
  if (isRecord(value) && Object.keys(value).length > 0) {
    return Object.entries(value).flatMap(([key, member]) =>
      skipped.has(key) ? [] : leaves(member, [...path, key], skipped),
    );
  }
  return [path];
}

function otherValue(value: unknown): unknown {
  if (typeof value === 'string') return `${value}~`;
  // Large, because some expectations are lower bounds.
  if (typeof value === 'number') return Math.abs(value) * 1000 + 7;
  if (typeof value === 'boolean') return !value;
  if (Array.isArray(value)) return ['~'];
  return { corrupted: '~' };
}

function replaced(value: unknown, path: Path): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return otherValue(value);
  if (Array.isArray(value)) {
    return value.map((item, index) => (index === step ? replaced(item, rest) : item));
  }
  const record = value as Record<string, unknown>;
  return { ...record, [step]: replaced(record[step], rest) };
}

/** The case with one of its expectations changed; undefined: it has none. */
export function corrupt(
  table: string,
  testCase: Case,
  random: () => number,
): { readonly testCase: Case; readonly at: string } | undefined {
  const own = EXPECTATIONS[table]?.find((name) => testCase[name] !== undefined);
  const names = own ? [own] : Object.keys(testCase).filter((key) => /^expect/.test(key));
  const skipped = NOT_EXPECTED[table] ?? new Set();
  const paths = names
    .flatMap((name) => leaves(testCase[name], [name], skipped))
    .filter((path) => !IN_STEPS.has(table) || path.includes('expect'));
  const path = paths[Math.floor(random() * paths.length)];
  if (!path) return undefined;
  return { testCase: replaced(testCase, path) as Case, at: path.join('.') };
}
