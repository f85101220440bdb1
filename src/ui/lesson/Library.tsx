import { MenuItem } from '../layout/Menu';
import { usePage } from '../store/store';
import { EXAMPLES } from './examples';
import { openLesson } from './open-lesson';
import { chooseExample } from './open-work';
import { useLessons } from './use-lessons';

/** The menu of lessons and examples. */
export function Library() {
  const lessons = useLessons();
  const lessonId = usePage((state) => state.lessonId);
  const origin = usePage((state) => state.origin);
  const progress = usePage((state) => state.progress);
  return (
    <>
      {lessons.length > 0 && <h3>Lessons</h3>}
      {lessons.map((lesson) => (
        <MenuItem
          key={lesson.id}
          checked={lesson.id === lessonId}
          hint={`${lesson.minutes} min${progress[lesson.id]?.solved ? ' · solved' : ''}`}
          onSelect={() => openLesson(lesson)}
        >
          {lesson.title}
        </MenuItem>
      ))}
      <h3>Examples</h3>
      {EXAMPLES.map((example) => (
        <MenuItem
          key={example.id}
          checked={lessonId === undefined && example.id === origin}
          onSelect={() => chooseExample(example)}
        >
          {example.title}
        </MenuItem>
      ))}
    </>
  );
}
