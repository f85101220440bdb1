import { useMemo, useState } from 'react';
import { ageText } from '../layout/format';
import { ScrollArea } from '../layout/ScrollArea';
import { useSelectedPod } from '../picture/use-selected-pod';
import { usePage } from '../store/store';
import { eventRows } from './event-rows';

/** The API's events, in the columns of `kubectl get events`, newest at the end. */
export function EventsPane() {
  const [isAll, setAll] = useState(false);
  const pod = useSelectedPod();
  const objects = usePage((state) => state.objects);
  const epoch = usePage((state) => state.run?.epoch);
  const second = usePage((state) => Math.floor(state.t / 1000));
  const now = Date.parse(epoch ?? '2026-01-01T00:00:00Z') + second * 1000;
  const rows = useMemo(() => eventRows(objects.values()), [objects]);
  const own = pod && `pod/${pod.name}`;
  const shown =
    isAll || !pod
      ? rows
      : rows.filter((row) => row.object === own && row.namespace === pod.namespace);
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
            {shown.map((row) => (
              <tr key={row.key} className={row.type === 'Warning' ? 'warning' : undefined}>
                <td className="num nowrap">
                  {ageText(now - row.lastSeen)}
                  {row.count > 1 && (
                    <span className="soft" title={`first seen ${ageText(now - row.firstSeen)} ago`}>
                      {' '}
                      ×{row.count}
                    </span>
                  )}
                </td>
                <td className="nowrap">{row.type}</td>
                <td className="nowrap">{row.reason}</td>
                <td className="nowrap">{row.object}</td>
                <td>{row.message}</td>
              </tr>
            ))}
          </tbody>
        </table>
        {shown.length === 0 && <p className="cover">No events at this moment.</p>}
      </ScrollArea>
    </>
  );
}
