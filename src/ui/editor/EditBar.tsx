import { Save, X } from 'lucide-react';
import { useEffect } from 'react';
import { finishEdit } from '../store/lab';
import { usePage } from '../store/store';
import { tabOf } from '../store/terminal-files';

/** Says that a program on the terminal waits for a file to be edited, and ends that. */
export function EditBar() {
  const openEdit = usePage((state) => state.openEdit);
  const tab = openEdit && tabOf(openEdit.path);
  const isThere = usePage((state) => state.files.some(({ path }) => path === tab));
  const id = openEdit?.id;
  useEffect(() => {
    // Who removes the tab wants the file left as it is.
    if (id !== undefined && !isThere) void finishEdit(false);
  }, [id, isThere]);
  if (!openEdit || !tab) return null;
  return (
    <div className="edit-bar" role="status">
      <span className="grow">
        The terminal waits: <code>vi {tab.slice(tab.lastIndexOf('/') + 1)}</code>
      </span>
      <button
        type="button"
        className="button primary"
        title="Ctrl+S"
        onClick={() => void finishEdit(true)}
      >
        <Save size={13} />
        Save and close
      </button>
      <button type="button" className="button" onClick={() => void finishEdit(false)}>
        <X size={13} />
        Leave it
      </button>
    </div>
  );
}
