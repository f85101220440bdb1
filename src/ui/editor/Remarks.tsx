import { Lightbulb } from 'lucide-react';
import { limitsLink } from '../layout/facts-link';
import type { DryRunVerdict } from '../session/messages';
import { replaceWithFile } from '../store/lab';
import { editFile, notify, usePage } from '../store/store';
import { revealLine } from './reveal';

type Remark = NonNullable<DryRunVerdict['remarks']>[number];

/** What is worth knowing about a text that the API server would take; the first in one line, all on demand. */
export function Remarks({ remarks }: { readonly remarks: readonly Remark[] }) {
  return (
    <details className="remarks">
      <summary>
        <Lightbulb size={14} />
        <span>
          Worth knowing{remarks.length > 1 && <> ({remarks.length})</>}:{' '}
          <span className="soft">{remarks[0]?.message}</span>
        </span>
      </summary>
      <ul>
        {remarks.map((remark) => (
          <li key={`${remark.line} ${remark.message}`}>
            {remark.line !== undefined && (
              <button
                type="button"
                className="link"
                onClick={() => revealLine(remark.line ?? 1, remark.column)}
              >
                line {remark.line}
              </button>
            )}
            {remark.message}
            {remark.limitation && (
              <>
                {' '}
                <a href={limitsLink(remark.limitation)}>What is not simulated</a>
              </>
            )}
            {remark.repair && <Repair repair={remark.repair} />}
          </li>
        ))}
      </ul>
    </details>
  );
}

function Repair({ repair }: { readonly repair: NonNullable<Remark['repair']> }) {
  return (
    <button type="button" className="button repair" onClick={() => put(repair.text)}>
      {repair.label}
    </button>
  );
}

/** Puts a repaired text into the editor, and says what it takes to see it run. */
function put(text: string): void {
  const { activePath, files, pods } = usePage.getState();
  const before = files.find(({ path }) => path === activePath)?.text ?? '';
  editFile(activePath, text);
  const isReplacing = pods.some(({ name }) => new RegExp(`^ {2}name: ${name}$`, 'm').test(text));
  if (isReplacing && /^kind: Pod$/m.test(text)) {
    notify({
      tone: 'info',
      text: 'The repaired text is in the editor. A Pod’s containers cannot be changed in place: it has to be replaced.',
      action: { label: 'Replace the Pod', run: () => void replaceWithFile() },
    });
    return;
  }
  notify({
    tone: 'info',
    text: 'The repaired text is in the editor. Apply it to see it run.',
    action: { label: 'Undo', run: () => editFile(activePath, before) },
  });
}
