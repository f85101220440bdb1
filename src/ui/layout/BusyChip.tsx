import { X } from 'lucide-react';
import { useEffect, useState } from 'react';
import { lab } from '../store/lab';
import { usePage } from '../store/store';
import { clockText } from './format';

/** Real ms after which work is worth mentioning. */
const NOTICED_MS = 350;

/** Says what takes long and how far it is, and offers to stop it. */
export function BusyChip() {
  const what = usePage((state) => state.busy?.what);
  const at = usePage((state) => Math.floor((state.busy?.at ?? 0) / 1000) * 1000);
  const to = usePage((state) => state.busy?.to ?? 0);
  const [isLong, setLong] = useState(false);
  useEffect(() => {
    setLong(false);
    if (!what) return;
    const timer = setTimeout(() => setLong(true), NOTICED_MS);
    return () => clearTimeout(timer);
  }, [what]);
  if (!what || !isLong) return null;
  const text =
    what === 'replaying'
      ? `Replaying, ${clockText(at)} of ${clockText(to)}`
      : `Looking for the next event, ${clockText(at)}`;
  return (
    <span className="chip busy-chip" role="status">
      {text}
      <button
        type="button"
        className="icon-button small"
        aria-label="Stop"
        title="Stop"
        onClick={() => void lab().cancel()}
      >
        <X size={13} />
      </button>
    </span>
  );
}
