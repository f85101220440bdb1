import { CornerDownLeft } from 'lucide-react';
import { useId } from 'react';
import type { LessonBlock } from '../../lessons/lesson';
import { addFile, editFile, update, usePage } from '../store/store';

interface AnswerLineProps {
  readonly answer: Extract<LessonBlock, { kind: 'answer' }>;
}

/** One line of the answer that is no manifest: the same text as the editor's file of that name. */
export function AnswerLine({ answer: { file, label } }: AnswerLineProps) {
  const id = useId();
  const text = usePage((state) => state.files.find(({ path }) => path === file)?.text);
  const line = (text ?? '').replace(/\n$/, '');
  const isCommand = file.endsWith('.sh');
  const write = (value: string) => {
    const { files, activePath } = usePage.getState();
    if (files.some(({ path }) => path === file)) editFile(file, `${value}\n`);
    else {
      addFile(file, `${value}\n`);
      update({ activePath });
    }
  };
  const tryIt = () =>
    update({ outputTab: 'terminal', narrowTab: 'output', pendingCommand: `${line}\r` });
  return (
    <div className="answer-line">
      <label htmlFor={id}>{label}</label>
      <div className="row">
        <input
          id={id}
          type="text"
          className={isCommand ? 'mono' : undefined}
          value={line}
          disabled={line.includes('\n')}
          spellCheck={false}
          autoCapitalize="off"
          autoComplete="off"
          onChange={({ target }) => write(target.value)}
        />
        {isCommand && (
          <button type="button" className="button" disabled={line.trim() === ''} onClick={tryIt}>
            <CornerDownLeft size={14} />
            Try it
          </button>
        )}
      </div>
    </div>
  );
}
