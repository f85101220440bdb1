import type { CheckResult } from '../../lessons/grade';
import type { Lesson, LessonBlock } from '../../lessons/lesson';
import Markdown from './Markdown';
import { watchScenario } from './open-lesson';
import { regionName } from './region-name';
import type { Grading } from './use-grading';

interface TaskProps {
  readonly lesson: Lesson;
  readonly task: Extract<LessonBlock, { kind: 'task' }>;
  readonly grading: Grading;
}

/** Something to do, and its checks: each with its verdict, and why it failed. */
export function Task({ lesson, task, grading }: TaskProps) {
  const { results, progress, failure } = grading;
  const own = results?.filter(({ id }) => task.checks.includes(id));
  const passed = own?.filter((one) => one.passed).length ?? 0;
  return (
    <section className="card task" aria-label={regionName('Your task', task.markdown)}>
      <h3>
        Your task
        {own && ` · ${passed} of ${own.length}`}
      </h3>
      <Markdown text={task.markdown} />
      <ul className="checks">
        {task.checks.map((id) => (
          <CheckLine
            key={id}
            lesson={lesson}
            id={id}
            result={own?.find((one) => one.id === id)}
            answer={grading.answer}
          />
        ))}
      </ul>
      <div className="row">
        <button
          type="button"
          className="button primary"
          disabled={progress !== undefined}
          onClick={grading.start}
        >
          {progress ? `Checking ${progress.done} of ${progress.all} …` : 'Check my answer'}
        </button>
        {progress && (
          <button type="button" className="button" onClick={grading.cancel}>
            Cancel
          </button>
        )}
      </div>
      <p role="status">
        {failure}
        {own && !progress && passed === own.length && 'All checks of this task pass.'}
      </p>
    </section>
  );
}

interface CheckLineProps {
  readonly lesson: Lesson;
  readonly id: string;
  readonly result: CheckResult | undefined;
  readonly answer: Readonly<Record<string, string>>;
}

function CheckLine({ lesson, id, result, answer }: CheckLineProps) {
  const check = lesson.checks.find((one) => one.id === id);
  const look = result === undefined ? '' : result.passed ? 'ok' : 'no';
  const sign = { '': '○', ok: '✓', no: '✕' }[look];
  const scenario = check && lesson.scenarios[check.scenario];
  return (
    <li className="check">
      <span className={`sign ${look}`} aria-hidden="true">
        {sign}
      </span>
      <span>
        {check?.title ?? id}
        {result && <span className="hidden-visually">{result.passed ? ' passes' : ' fails'}</span>}
        {result && !result.passed && (
          <span className="why-not">
            {result.reason} {result.hint}{' '}
            {scenario && (
              <button
                type="button"
                className="link"
                onClick={() => watchScenario(scenario, answer, lesson.files)}
              >
                Watch it
              </button>
            )}
          </span>
        )}
      </span>
    </li>
  );
}
