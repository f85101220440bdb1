import { progressOf, recordProgress, usePage } from '../store/store';
import Markdown from './Markdown';

interface HintsProps {
  readonly lessonId: string;
  readonly step: number;
  readonly hints: readonly string[];
}

/** Hints one at a time: where to look, the principle, a worked step. */
export function Hints({ lessonId, step, hints }: HintsProps) {
  const progress = usePage((state) => progressOf(state, lessonId));
  const opened = Math.min(progress.hints[String(step)] ?? 0, hints.length);
  if (hints.length === 0) return null;
  return (
    <section className="card" aria-label="Hints">
      <h3>Hints</h3>
      <ol>
        {hints.slice(0, opened).map((hint) => (
          <li key={hint}>
            <Markdown text={hint} />
          </li>
        ))}
      </ol>
      {opened < hints.length && (
        <button
          type="button"
          className="button"
          onClick={() =>
            recordProgress(lessonId, { hints: { ...progress.hints, [String(step)]: opened + 1 } })
          }
        >
          {opened === 0 ? 'Give me a hint' : 'Another hint'}
        </button>
      )}
    </section>
  );
}
