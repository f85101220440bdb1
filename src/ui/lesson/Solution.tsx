import { useState } from 'react';
import type { Lesson } from '../../lessons/lesson';
import { addFile, editFile, notify, usePage } from '../store/store';
import { changesOnly, diffLines } from './diff-lines';

/** The solution is always visible on demand, as a difference to what is in the editor. */
export function Solution({ lesson }: { readonly lesson: Lesson }) {
  const [isShown, setShown] = useState(false);
  const files = usePage((state) => state.files);
  const put = () => {
    const before = files;
    for (const [path, text] of Object.entries(lesson.solution)) {
      if (files.some((file) => file.path === path)) editFile(path, text);
      else addFile(path, text);
    }
    notify({
      tone: 'info',
      text: 'The solution is in the editor. Apply it to see it run.',
      action: { label: 'Undo', run: () => usePage.setState({ files: before }) },
    });
  };
  return (
    <section className="card" aria-label="Solution">
      <h3>Solution</h3>
      {isShown ? (
        <>
          {Object.entries(lesson.solution).map(([path, text]) => (
            <pre key={path} className="diff">
              <Changes before={files.find((file) => file.path === path)?.text ?? ''} after={text} />
            </pre>
          ))}
          <button type="button" className="button" onClick={put}>
            Put it into the editor
          </button>
        </>
      ) : (
        <button type="button" className="button quiet" onClick={() => setShown(true)}>
          Show the solution
        </button>
      )}
    </section>
  );
}

function Changes({ before, after }: { readonly before: string; readonly after: string }) {
  const lines = changesOnly(diffLines(before, after));
  if (lines.every((line) => line === undefined)) return 'The editor holds the solution.';
  return lines.map((line, i) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place in the text.
    <span key={i} className={line && { '+': 'plus', '-': 'minus', ' ': undefined }[line.sign]}>
      {line ? `${line.sign} ${line.line}` : '⋯'}
    </span>
  ));
}
