import { sizeText } from '../layout/format';
import type { TraceRecord } from '../session/messages';

function count(value: unknown): string {
  return Number(value).toLocaleString('en');
}

/** What meeting a bound of the lab means, by the bound's name. */
const MEANING: Readonly<Record<string, (number: unknown) => string>> = {
  'processes per container': (n) =>
    `a container may hold ${count(n)} processes here; one more cannot be started.`,
  'open files per process': (n) =>
    `a process may hold ${count(n)} files open here; opening one more fails.`,
  'memory per process': (n) =>
    `a process may use ${sizeText(Number(n))} here; the kernel ends one that wants more.`,
  'log bytes per container': (n) =>
    `its log has grown beyond ${sizeText(Number(n))}; the oldest lines are gone.`,
  'traced log lines': (n) =>
    `it writes more than ${count(n)} lines in a short time; the timeline and the log pane show a part of them, kubectl logs has the rest.`,
  'bytes per file': (n) => `a file may hold ${sizeText(Number(n))} here; writing more fails.`,
  'bytes per volume': (n) => `a volume may hold ${sizeText(Number(n))} here; it is full.`,
  'files per volume': (n) => `a volume may hold ${count(n)} files here; one more cannot be made.`,
  'trace records': (n) =>
    `the lab has noted ${count(n)} facts and notes no more; start over to see new ones on the timeline.`,
};

/** The bounds of the lab, by name. */
export const BOUNDS: readonly string[] = Object.keys(MEANING);

/** A sentence for a `limit` or `program.failed` record. */
export function explainLimit({ type, bound, number, program, message }: TraceRecord): string {
  if (type === 'program.failed') {
    return `the lab’s model of ${program} failed (${message}); a real one would not end here.`;
  }
  const name = String(bound);
  return MEANING[name]?.(number) ?? `${name}: the lab’s limit of ${count(number)} was met.`;
}
