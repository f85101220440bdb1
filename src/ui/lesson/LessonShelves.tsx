import { BookOpen, Check, CircleQuestionMark } from 'lucide-react';
import { DOMAINS } from '../../lessons/domains';
import type { Lesson } from '../../lessons/lesson';
import { usePage } from '../store/store';
import { openLesson } from './open-lesson';
import { lessonMatches, type Shelf, shelvesOf } from './shelves';

interface LessonShelvesProps {
  readonly lessons: readonly Lesson[];
  /** What is looked for; '' shows all. */
  readonly wanted: string;
}

/** Lessons and questions by chapter, with what is solved. */
export function LessonShelves({ lessons, wanted }: LessonShelvesProps) {
  return shelvesOf(lessons).map((shelf) => (
    <LessonShelf key={shelf.title} shelf={shelf} wanted={wanted} />
  ));
}

function LessonShelf({ shelf, wanted }: { readonly shelf: Shelf; readonly wanted: string }) {
  const progress = usePage((state) => state.progress);
  const shown = shelf.lessons.filter((lesson) => lessonMatches(lesson, wanted));
  if (shown.length === 0) return null;
  const solved = shelf.lessons.filter(({ id }) => progress[id]?.solved).length;
  return (
    <details className="chapter-shelf" open>
      <summary>
        <h3>{shelf.title}</h3>
        <span className="num">
          {solved} of {shelf.lessons.length} solved
        </span>
      </summary>
      <ul className="library">
        {shown.map((lesson) => (
          <li key={lesson.id}>
            <LessonRow lesson={lesson} isSolved={progress[lesson.id]?.solved ?? false} />
          </li>
        ))}
      </ul>
    </details>
  );
}

function LessonRow({ lesson, isSolved }: { readonly lesson: Lesson; readonly isSolved: boolean }) {
  const Icon = isSolved ? Check : lesson.kind === 'question' ? CircleQuestionMark : BookOpen;
  const { title, label } = DOMAINS[lesson.domain];
  return (
    <button
      type="button"
      className={isSolved ? 'solved' : undefined}
      title={lesson.summary}
      onClick={() => openLesson(lesson)}
    >
      <Icon size={15} />
      <span>
        {lesson.title}
        <span className="hint">
          {lesson.minutes} min{isSolved ? ' · solved' : ''} ·{' '}
          <span className={`domain domain-${lesson.domain}`} title={`CKAD: ${title}`}>
            {label}
          </span>
        </span>
      </span>
    </button>
  );
}
