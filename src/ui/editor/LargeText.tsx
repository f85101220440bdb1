import { Download, FileX } from 'lucide-react';
import { sizeText } from '../layout/format';
import { editFile } from '../store/store';

/** How much of a text that is too large to edit is shown. */
const SHOWN_CHARACTERS = 20_000;

/**
 * A text so large that an editor would hold up the page: its beginning is shown, all of it is kept, and it can
 * be applied, saved or emptied.
 */
export function LargeText({ path, text }: { readonly path: string; readonly text: string }) {
  const save = () => {
    const anchor = document.createElement('a');
    anchor.href = URL.createObjectURL(new Blob([text], { type: 'text/plain' }));
    anchor.download = path;
    anchor.click();
    URL.revokeObjectURL(anchor.href);
  };
  return (
    <section className="large-text" aria-label={`Text of ${path}`}>
      <div className="toolbar">
        <span className="grow">
          {sizeText(text.length)}: too large to edit here. It is kept as it is; this is its
          beginning.
        </span>
        <button type="button" className="button" onClick={save}>
          <Download size={14} />
          Save
        </button>
        <button type="button" className="button" onClick={() => editFile(path, '')}>
          <FileX size={14} />
          Empty it
        </button>
      </div>
      <pre>{text.slice(0, SHOWN_CHARACTERS)}</pre>
    </section>
  );
}
