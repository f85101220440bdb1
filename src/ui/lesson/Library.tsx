import { Fragment } from 'react';
import { MenuItem } from '../layout/Menu';
import { usePage } from '../store/store';
import { applyCompanion, EXAMPLE_SHELVES } from './examples';
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
      {EXAMPLE_SHELVES.map(({ title, examples }) => (
        <Fragment key={title}>
          <h3>{title}</h3>
          {examples.map((example) => {
            const isOpen = lessonId === undefined && example.id === origin;
            return (
              <Fragment key={example.id}>
                <MenuItem checked={isOpen} onSelect={() => chooseExample(example)}>
                  {example.title}
                </MenuItem>
                {isOpen &&
                  example.companions?.map((companion) => (
                    <MenuItem
                      key={companion.file}
                      hint="then"
                      onSelect={() => void applyCompanion(companion)}
                    >
                      {companion.label}
                    </MenuItem>
                  ))}
              </Fragment>
            );
          })}
        </Fragment>
      ))}
    </>
  );
}
