import { Play, Trash2 } from 'lucide-react';
import { lazy, Suspense, useEffect, useState } from 'react';
import { Menu, MenuItem } from '../layout/Menu';
import { applyFiles, deleteFiles } from '../store/lab';
import { usePage } from '../store/store';
import { EditBar } from './EditBar';
import { FileTabs } from './FileTabs';
import { LargeText } from './LargeText';
import { LARGEST_EDITED } from './large-paste';
import { loadMonaco } from './load-monaco';
import { PlainEditor } from './PlainEditor';
import { ProblemBar } from './ProblemBar';
import { useVerdict } from './use-verdict';

const MonacoEditor = lazy(loadMonaco);

/** Real ms after the page is ready before the large editor is fetched: the first frames belong to the pod. */
const MONACO_AFTER_MS = 300;

export function EditorPane() {
  useVerdict();
  const isReady = usePage((state) => state.flow === 'ready');
  return (
    <section className="pane" id="pane-editor" aria-label="Editor" tabIndex={-1}>
      <div className="tabs">
        <FileTabs />
        <div className="end">
          <Menu label="Do something with the file’s objects" button="⋯">
            <MenuItem
              icon={<Trash2 size={15} />}
              hint={<code>kubectl delete -f</code>}
              danger
              onSelect={() => void deleteFiles()}
            >
              Delete what it describes
            </MenuItem>
          </Menu>
          <button
            type="button"
            className="button primary apply"
            disabled={!isReady}
            onClick={() => void applyFiles()}
            title="kubectl apply -f (Ctrl+Enter)"
          >
            <Play size={12} fill="currentColor" />
            Apply
            <span className="key-hint" aria-hidden="true">
              Ctrl ⏎
            </span>
          </button>
        </div>
      </div>
      <EditBar />
      <div className="editor-body">
        <Body />
      </div>
      <ProblemBar />
    </section>
  );
}

function Body() {
  const path = usePage((state) => state.activePath);
  const text = usePage((state) => state.files.find((file) => file.path === path)?.text ?? '');
  const isReady = usePage((state) => state.flow === 'ready');
  const wantsMonaco = useLater(isReady);
  if (text.length > LARGEST_EDITED) return <LargeText path={path} text={text} />;
  if (!wantsMonaco) return <PlainEditor />;
  return (
    <Suspense fallback={<PlainEditor />}>
      <MonacoEditor fallback={<PlainEditor />} />
    </Suspense>
  );
}

/** A large editor is of no use on a phone, where a plain field works better with the system's keyboard. */
function useLater(isReady: boolean): boolean {
  const [isDue, setDue] = useState(false);
  useEffect(() => {
    const isTouchOnly = matchMedia('(pointer: coarse) and (hover: none)').matches;
    if (!isReady || isTouchOnly) return;
    const timer = setTimeout(() => setDue(true), MONACO_AFTER_MS);
    return () => clearTimeout(timer);
  }, [isReady]);
  return isDue;
}
