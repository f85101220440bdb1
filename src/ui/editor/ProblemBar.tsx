import { CircleAlert, CircleCheck, Info } from 'lucide-react';
import { useState } from 'react';
import type { DryRunVerdict } from '../session/messages';
import { usePage } from '../store/store';
import { Remarks } from './Remarks';
import { revealLine } from './reveal';

/** What the API server thinks of the text, and what came of the last Apply. */
export function ProblemBar() {
  const verdict = usePage((state) => state.verdict);
  const applied = usePage((state) => state.applied);
  const isFilled = usePage((state) =>
    /\S/.test(state.files.find((file) => file.path === state.activePath)?.text ?? ''),
  );
  const problems = verdict.state === 'known' ? verdict.verdict.problems : [];
  const remarks = (verdict.state === 'known' && verdict.verdict.remarks) || [];
  return (
    <div className="problems">
      {applied && (
        <div className={applied.ok ? 'applied good' : 'applied bad'} role="status">
          {applied.ok ? <CircleCheck size={14} /> : <CircleAlert size={14} />}
          <span className="mono">{shortened(applied.text)}</span>
        </div>
      )}
      <div aria-live="polite" className="verdict">
        {verdict.state === 'too large' && (
          <p>
            <Info size={14} /> This text is too large to be checked while you write. It is kept, and
            can be applied.
          </p>
        )}
        {verdict.state === 'known' && problems.length === 0 && isFilled && (
          <p className="soft">
            <span className="ok-mark" aria-hidden="true">
              ✓
            </span>{' '}
            The API server would take this.
          </p>
        )}
        {problems.length > 0 && <Problems problems={problems} />}
      </div>
      {remarks.length > 0 && <Remarks remarks={remarks} />}
    </div>
  );
}

function Problems({ problems }: { readonly problems: DryRunVerdict['problems'] }) {
  const errors = problems.filter(({ severity }) => severity === 'error').length;
  const words = errors > 0 ? `${errors} ${errors === 1 ? 'problem' : 'problems'}` : 'warning';
  return (
    <div className="problem-list">
      <span className={`chip ${errors > 0 ? 'tone-err' : 'tone-wait'}`}>! {words}</span>
      <ul>
        {problems.map(({ message, line, column }) => (
          <li key={`${line} ${message}`}>
            {line !== undefined && (
              <button type="button" className="link" onClick={() => revealLine(line, column)}>
                line {line}
              </button>
            )}
            <Message text={message} />
          </li>
        ))}
      </ul>
    </div>
  );
}

/** So many result lines are shown; what was applied is in the picture, too. */
const RESULT_LINES = 4;

function shortened(text: string): string {
  const lines = text.split('\n');
  if (lines.length <= RESULT_LINES + 1) return text;
  return [...lines.slice(0, RESULT_LINES), `… and ${lines.length - RESULT_LINES} more`].join('\n');
}

/** Messages longer than this are shown with their middle left out, until somebody wants all of it. */
const LONG = 420;
const HEAD = 90;
const TAIL = 260;

function Message({ text }: { readonly text: string }) {
  const [isWhole, setWhole] = useState(false);
  if (text.length <= LONG || isWhole) return <code>{text}</code>;
  return (
    <code>
      {text.slice(0, HEAD)}{' '}
      <button type="button" className="link" onClick={() => setWhole(true)}>
        … all of it …
      </button>{' '}
      {text.slice(-TAIL)}
    </code>
  );
}
