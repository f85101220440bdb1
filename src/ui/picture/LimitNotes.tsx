import { TriangleAlert } from 'lucide-react';
import type { PodPicture } from '../../lab/picture';
import { explainLimit } from '../explain/limits';
import { limitsLink } from '../layout/facts-link';
import type { TraceRecord } from '../session/messages';
import { usePage } from '../store/store';

/** The lab's own bounds that a pod has met: no cluster has them, so they are told apart from its states. */
export function LimitNotes({ pod }: { readonly pod: PodPicture }) {
  const index = usePage((state) => state.index);
  const count = usePage((state) => state.index.limits.filter((one) => one.t <= state.t).length);
  const notes = notesFor(index.limits.slice(0, count), `${pod.namespace}/${pod.name}`);
  if (notes.length === 0) return null;
  return (
    <ul className="limits" aria-label="Limits of the lab that were met">
      {notes.map(({ key, who, text }) => (
        <li key={key}>
          <TriangleAlert size={14} />
          <span>
            {who && <b>{who}: </b>}
            {text} <a href={limitsLink('bounds')}>Bounds of the lab</a>
          </span>
        </li>
      ))}
    </ul>
  );
}

function notesFor(records: readonly TraceRecord[], pod: string) {
  const notes = new Map<string, { key: string; who: string; text: string }>();
  for (const record of records) {
    if (record.pod !== undefined && record.pod !== pod) continue;
    const who = String(record.container ?? record.volume ?? '');
    const key = `${who} ${record.bound ?? record.program}`;
    notes.set(key, { key, who, text: explainLimit(record) });
  }
  return [...notes.values()];
}
