import { Link } from 'lucide-react';
import type { Lesson } from '../../lessons/lesson';
import { notify } from '../store/store';
import { lessonAddress } from './open-lesson';

/** An address that opens this lesson for anybody. */
export function CopyLink({ lesson }: { readonly lesson: Lesson }) {
  const copy = async () => {
    const address = lessonAddress(lesson);
    try {
      await navigator.clipboard.writeText(address);
      notify({ tone: 'good', text: 'The link is on the clipboard.' });
    } catch {
      notify({ tone: 'info', text: address });
    }
  };
  return (
    <button
      type="button"
      className="icon-button"
      aria-label="Copy a link to this page"
      title="Copy a link to this page"
      onClick={copy}
    >
      <Link size={14} />
    </button>
  );
}
