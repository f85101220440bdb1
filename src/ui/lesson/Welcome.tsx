import { BookOpen, Check, FileCode2 } from 'lucide-react';
import { usePage } from '../store/store';
import { EXAMPLES } from './examples';
import { LESSONS } from './lesson-list';
import { openLesson } from './open-lesson';
import { chooseExample } from './open-work';

/** What the lesson pane shows while no lesson is open: where to begin. */
export function Welcome() {
  const progress = usePage((state) => state.progress);
  const origin = usePage((state) => state.origin);
  return (
    <>
      <div className="tabs">
        <h2>Start here</h2>
      </div>
      <div className="lesson">
        <p className="lead">
          This is a Kubernetes cluster in your browser. It runs the Pod in the editor, in virtual
          time: you can stop it, speed it up, and go back.
        </p>
        <ul className="first-steps">
          <li>
            <b>Break it.</b> The <span aria-hidden="true">⋯</span> beside a container kills it. See
            what restarts, and what does not.
          </li>
          <li>
            <b>Rewind.</b> Drag the playhead on the timeline; everything shown follows.
          </li>
          <li>
            <b>Ask why.</b> Click any name or condition: kubectl’s words, what they mean, and the
            rule.
          </li>
        </ul>
        {LESSONS.length > 0 && (
          <>
            <h3>Lessons</h3>
            <ul className="library">
              {LESSONS.map((lesson) => (
                <li key={lesson.id}>
                  <button type="button" onClick={() => openLesson(lesson)}>
                    {progress[lesson.id]?.solved ? <Check size={15} /> : <BookOpen size={15} />}
                    <span>
                      {lesson.title}
                      <span className="hint">{lesson.chapter}</span>
                    </span>
                  </button>
                </li>
              ))}
            </ul>
          </>
        )}
        <h3>Examples</h3>
        <ul className="library">
          {EXAMPLES.map((example) => (
            <li key={example.id}>
              <button
                type="button"
                aria-current={example.id === origin ? 'true' : undefined}
                onClick={() => chooseExample(example)}
              >
                <FileCode2 size={15} />
                <span>{example.title}</span>
              </button>
            </li>
          ))}
        </ul>
      </div>
    </>
  );
}
