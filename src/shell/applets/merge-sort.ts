import type { Bytes } from '../../runtime/bytes';
import type { Call, Sys } from '../../runtime/syscalls';

/** Lines that are sorted or merged before the process may have to give way. */
const RUN_LINES = 2048;

/**
 * Sorts as `Array.sort` does (equal lines keep their order), a piece at a time: sorting a big file must not
 * hold everything else up. `microseconds` of CPU time are spent on the whole.
 */
export function* sortInPieces(
  sys: Sys,
  lines: readonly Bytes[],
  compare: (a: Bytes, b: Bytes) => number,
  microseconds: number,
): Call<Bytes[]> {
  const passes = 1 + Math.max(0, Math.ceil(Math.log2(lines.length / RUN_LINES)));
  const cost = microseconds / Math.max(1, lines.length * passes);
  let runs: Bytes[][] = [];
  for (let at = 0; at < lines.length; at += RUN_LINES) {
    const run = lines.slice(at, at + RUN_LINES).sort(compare);
    runs.push(run);
    sys.spend(run.length * cost);
    yield* sys.breathe();
  }
  while (runs.length > 1) {
    const merged: Bytes[][] = [];
    for (let i = 0; i < runs.length; i += 2) {
      merged.push(yield* merge(sys, runs[i] ?? [], runs[i + 1] ?? [], compare, cost));
    }
    runs = merged;
  }
  return runs[0] ?? [];
}

/** Of equal lines those of `first` come first. `cost`: µs for each line. */
function* merge(
  sys: Sys,
  first: readonly Bytes[],
  second: readonly Bytes[],
  compare: (a: Bytes, b: Bytes) => number,
  cost: number,
): Call<Bytes[]> {
  const total = first.length + second.length;
  const merged: Bytes[] = [];
  let i = 0;
  let j = 0;
  while (merged.length < total) {
    const stop = Math.min(merged.length + RUN_LINES, total);
    sys.spend((stop - merged.length) * cost);
    while (merged.length < stop) {
      const a = first[i];
      const b = second[j];
      if (b === undefined || (a !== undefined && compare(a, b) <= 0)) {
        merged.push(a as Bytes);
        i++;
      } else {
        merged.push(b);
        j++;
      }
    }
    yield* sys.breathe();
  }
  return merged;
}
