import { clockText } from '../layout/format';
import { ScrollArea } from '../layout/ScrollArea';
import type { TraceRecord } from '../session/messages';
import { isNewsworthy } from '../session/newsworthy';
import { seek } from '../store/lab';
import { usePage } from '../store/store';
import { countUntil } from '../store/trace-index';
import { recordInWords } from './record-in-words';

/** So many of the latest records are listed: more would be no easier to read than the lanes. */
const LISTED = 400;

/** The timeline as a table, newest first: the same facts for those who do not see lanes. */
export function TimelineTable() {
  const index = usePage((state) => state.index);
  usePage((state) => state.traceVersion);
  const t = usePage((state) => Math.floor((state.scrub?.t ?? state.t) / 100) * 100);
  const records = latest(index.records, countUntil(index.records, t + 99));
  return (
    <ScrollArea label="What has happened">
      <table className="listing" aria-label="What has happened, newest first">
        <thead>
          <tr>
            <th scope="col">Time</th>
            <th scope="col">Where</th>
            <th scope="col">What</th>
          </tr>
        </thead>
        <tbody>
          {records.map(({ record, at }) => (
            <tr key={at}>
              <td className="mono nowrap">
                <button
                  type="button"
                  className="link"
                  title="Move the playhead here"
                  onClick={() => seek(record.t)}
                >
                  {clockText(record.t)}
                </button>
              </td>
              <td className="nowrap">
                {[record.pod?.replace(/^default\//, ''), record.container]
                  .filter(Boolean)
                  .join(' ▸ ')}
              </td>
              <td>{recordInWords(record)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollArea>
  );
}

function latest(
  records: readonly TraceRecord[],
  count: number,
): { record: TraceRecord; at: number }[] {
  const found: { record: TraceRecord; at: number }[] = [];
  for (let at = count - 1; at >= 0 && found.length < LISTED; at--) {
    const record = records[at];
    if (record && isNewsworthy(record)) found.push({ record, at });
  }
  return found;
}
