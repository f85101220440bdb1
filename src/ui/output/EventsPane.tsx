import { memo, useMemo, useState } from 'react';
import { ageText } from '../layout/format';
import { ScrollArea } from '../layout/ScrollArea';
import { useNewest } from '../layout/use-newest';
import { useSelectedPod } from '../picture/use-selected-pod';
import { usePage } from '../store/store';
import { type EventRow, eventRows } from './event-rows';

/** The API's events, in the columns of `kubectl get events`, newest at the end. */
export default function EventsPane() {
  const [isAll, setAll] = useState(false);
  const pod = useSelectedPod();
  const objects = usePage((state) => state.objects);
  const epoch = usePage((state) => state.run?.epoch);
  const second = usePage((state) => Math.floor(state.t / 1000));
  const now = Date.parse(epoch ?? '2026-01-01T00:00:00Z') + second * 1000;
  const all = useMemo(() => eventRows(objects.values()), [objects]);
  const own = pod && `pod/${pod.name}`;
  const rows =
    isAll || !pod
      ? all
      : all.filter((row) => row.object === own && row.namespace === pod.namespace);
  const { wanted, left, showMore } = useNewest(rows.length);
  const selector = pod && !isAll ? ` --for ${own}` : '';
  return (
    <>
      <div className="toolbar">
        <label>
          <input
            type="checkbox"
            checked={isAll}
            onChange={(event) => setAll(event.target.checked)}
          />
          all objects
        </label>
        <span className="grow" />
        <code className="told-by" title="The command that shows this on a real cluster">
          {selector ? `kubectl events${selector}` : 'kubectl get events'}
        </code>
      </div>
      <ScrollArea label="Events">
        {left > 0 && (
          <button type="button" className="button quiet more-rows" onClick={showMore}>
            Show earlier ones, {left} more
          </button>
        )}
        <table className="listing">
          <thead>
            <tr>
              <th scope="col">LAST SEEN</th>
              <th scope="col">TYPE</th>
              <th scope="col">REASON</th>
              <th scope="col">OBJECT</th>
              <th scope="col">MESSAGE</th>
            </tr>
          </thead>
          <tbody>
            {rows.slice(-wanted).map((row) => (
              <EventLine
                key={row.key}
                row={row}
                lastSeen={ageText(now - row.lastSeen)}
                firstSeen={row.count > 1 ? ageText(now - row.firstSeen) : ''}
              />
            ))}
          </tbody>
        </table>
        {rows.length === 0 && <p className="cover">No events at this moment.</p>}
      </ScrollArea>
    </>
  );
}

interface EventLineProps {
  readonly row: EventRow;
  /** Ages in words; the second one only where it is told. */
  readonly lastSeen: string;
  readonly firstSeen: string;
}

const EventLine = memo(function EventLine({ row, lastSeen, firstSeen }: EventLineProps) {
  return (
    <tr className={row.type === 'Warning' ? 'warning' : undefined}>
      <td className="num nowrap">
        {lastSeen}
        {row.count > 1 && (
          <span className="soft" title={`first seen ${firstSeen} ago`}>
            {' '}
            ×{row.count}
          </span>
        )}
      </td>
      <td className="nowrap">{row.type}</td>
      <td className="nowrap">{row.reason}</td>
      <td className="nowrap object" title={row.object}>
        {row.object}
      </td>
      <td>{row.message}</td>
    </tr>
  );
});
