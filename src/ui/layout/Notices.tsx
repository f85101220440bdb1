import { X } from 'lucide-react';
import { useEffect } from 'react';
import type { Notice } from '../store/state';
import { dismissNotice, usePage } from '../store/store';

/** Real ms that a notice stays, and one that offers something. */
const SHOWN_MS = 6000;
const OFFERED_MS = 12_000;

export function Notices() {
  const notices = usePage((state) => state.notices);
  return (
    <div className="notices" role="status" aria-live="polite">
      {notices.map((notice) => (
        <NoticeCard key={notice.id} notice={notice} />
      ))}
    </div>
  );
}

function NoticeCard({ notice }: { readonly notice: Notice }) {
  const { id, text, tone, action } = notice;
  useEffect(() => {
    const timer = setTimeout(() => dismissNotice(id), action ? OFFERED_MS : SHOWN_MS);
    return () => clearTimeout(timer);
  }, [id, action]);
  return (
    <div className={`notice ${tone}`}>
      <span className="grow">{text}</span>
      {action && (
        <button
          type="button"
          className="button"
          onClick={() => {
            action.run();
            dismissNotice(id);
          }}
        >
          {action.label}
        </button>
      )}
      <button
        type="button"
        className="icon-button small"
        aria-label="Dismiss"
        onClick={() => dismissNotice(id)}
      >
        <X size={14} />
      </button>
    </div>
  );
}
