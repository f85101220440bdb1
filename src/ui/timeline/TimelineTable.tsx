import { memo, useRef } from 'react';
import { clockText } from '../layout/format';
import { ScrollArea } from '../layout/ScrollArea';
import { useNewest } from '../layout/use-newest';
import type { TraceRecord } from '../session/messages';
import { isNewsworthy } from '../session/newsworthy';
import { seek } from '../store/lab';
import { usePage } from '../store/store';
import { countUntil, type TraceIndex } from '../store/trace-index';
import { recordInWords } from './record-in-words';

/** The timeline as a table, newest first: the same facts for those who do not see lanes. */
export function TimelineTable() {
  const index = usePage((state) => state.index);
  usePage((state) => state.traceVersion);
  const t = usePage((state) => Math.floor((state.scrub?.t ?? state.t) / 100) * 100);
  const news = useNews(index, countUntil(index.records, t + 99));
  const { wanted, left, showMore } = useNewest(news.length);
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
          {news
            .slice(-wanted)
            .reverse()
            .map(({ record, at }) => (
              <NewsLine key={at} record={record} />
            ))}
        </tbody>
      </table>
      {left > 0 && (
        <button type="button" className="button quiet more-rows" onClick={showMore}>
          Show earlier ones, {left} more
        </button>
      )}
    </ScrollArea>
  );
}

const NewsLine = memo(function NewsLine({ record }: { readonly record: TraceRecord }) {
  const where = [record.pod?.replace(/^default\//, ''), record.container];
  return (
    <tr>
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
      <td className="nowrap">{where.filter(Boolean).join(' ▸ ')}</td>
      <td>{recordInWords(record)}</td>
    </tr>
  );
});

interface News {
  readonly record: TraceRecord;
  /** Its place in the trace. */
  readonly at: number;
}

/** What is worth telling of the first `count` records. Only those that came since the last time are looked at. */
function useNews(index: TraceIndex, count: number): readonly News[] {
  const known = useRef({ generation: -1, seen: 0, news: [] as News[] });
  if (known.current.generation !== index.generation || count < known.current.seen) {
    known.current = { generation: index.generation, seen: 0, news: [] };
  }
  const { news, seen } = known.current;
  for (let at = seen; at < count; at++) {
    const record = index.records[at];
    if (record && isNewsworthy(record)) news.push({ record, at });
  }
  known.current.seen = count;
  return news;
}
