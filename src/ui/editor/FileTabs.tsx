import { Pencil, Plus, X } from 'lucide-react';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { addFile, freeName, removeFile, renameFile, update, usePage } from '../store/store';
import { isBorrowed } from '../store/terminal-files';

/** The editor's files: open, rename (double click or F2), remove, new. */
export function FileTabs() {
  const files = usePage((state) => state.files);
  const active = usePage((state) => state.activePath);
  const [renaming, setRenaming] = useState(false);
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const tab = list.current?.querySelector(`[data-tab="${CSS.escape(active)}"]`);
    tab?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [active]);

  const onKeyDown = (event: KeyboardEvent) => {
    if (renaming) return;
    if (event.key === 'F2') setRenaming(!isBorrowed(active));
    else if (event.key === 'Delete') removeFile(active);
    else {
      const at = files.findIndex((file) => file.path === active);
      const next = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: files.length - 1 }[
        event.key
      ];
      const file = next === undefined ? undefined : files[(next + files.length) % files.length];
      if (!file) return;
      update({ activePath: file.path });
      list.current?.querySelector<HTMLElement>(`[data-tab="${CSS.escape(file.path)}"]`)?.focus();
    }
    event.preventDefault();
  };
  return (
    <>
      <div role="tablist" aria-label="Files" ref={list} onKeyDown={onKeyDown}>
        {files.map(({ path }) => {
          const isActive = path === active;
          if (isActive && renaming) {
            return <NameField key={path} path={path} onDone={() => setRenaming(false)} />;
          }
          return (
            <button
              key={path}
              type="button"
              role="tab"
              className="tab mono"
              data-tab={path}
              aria-selected={isActive}
              tabIndex={isActive ? 0 : -1}
              title={isBorrowed(path) ? path : 'F2 renames, Delete removes'}
              onClick={() => update({ activePath: path })}
              onDoubleClick={() => setRenaming(!isBorrowed(path))}
            >
              {path.slice(path.lastIndexOf('/') + 1)}
            </button>
          );
        })}
      </div>
      {!renaming && (
        <div className="file-buttons">
          {!isBorrowed(active) && (
            <button
              type="button"
              className="icon-button small"
              aria-label={`Rename ${active}`}
              title="Rename"
              onClick={() => setRenaming(true)}
            >
              <Pencil size={13} />
            </button>
          )}
          {files.length > 1 && (
            <button
              type="button"
              className="icon-button small"
              aria-label={`Remove ${active}`}
              title="Remove"
              onClick={() => removeFile(active)}
            >
              <X size={14} />
            </button>
          )}
          <button
            type="button"
            className="icon-button small"
            aria-label="New file"
            title="New file"
            onClick={() => addFile(freeName(files, 'file'))}
          >
            <Plus size={15} />
          </button>
        </div>
      )}
    </>
  );
}

interface NameFieldProps {
  readonly path: string;
  readonly onDone: () => void;
}

function NameField({ path, onDone }: NameFieldProps) {
  const [name, setName] = useState(path);
  const taken = usePage((state) => name !== path && state.files.some((file) => file.path === name));
  const finish = (isKept: boolean) => {
    const clean = name.trim();
    if (isKept && clean !== '' && !taken && !clean.includes('/')) renameFile(path, clean);
    onDone();
  };
  return (
    <input
      className="field mono"
      aria-label="Name of the file"
      aria-invalid={taken}
      value={name}
      ref={(element) => element?.focus()}
      onChange={(event) => setName(event.target.value)}
      onFocus={(event) => event.target.setSelectionRange(0, path.replace(/\.\w+$/, '').length)}
      onBlur={() => finish(true)}
      onKeyDown={(event) => {
        if (event.key === 'Enter') finish(true);
        if (event.key === 'Escape') finish(false);
      }}
    />
  );
}
