import type { TraceRecord } from './messages';

/** Records that come by the hundred and that nobody wants to stop at one by one. */
const COMMON = new Set(['log', 'file', 'net', 'probe']);

/** Whether "next event" and "previous event" stop at a record. */
export function isNewsworthy(record: TraceRecord): boolean {
  if (record.type === 'probe') return record.result === 'failure';
  return !COMMON.has(record.type);
}
