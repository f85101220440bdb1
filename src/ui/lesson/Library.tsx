import { Fragment } from 'react';
import { DOMAINS } from '../../lessons/domains';
import type { Lesson } from '../../lessons/lesson';
import { MenuItem } from '../layout/Menu';
import { usePage } from '../store/store';
import { applyCompanion, EXAMPLE_SHELVES } from './examples';
import { openLesson } from './open-lesson';
import { chooseExample } from './open-work';
import { shelvesOf } from './shelves';
import { useLessons } from './use-lessons';

/** The menu of lessons and examples. */
export function Library() {
  const lessons = useLessons();
  const lessonId = usePage((state) => state.lessonId);
  const origin = usePage((state) => state.origin);
  const progress = usePage((state) => state.progress);
  return (
    <>
      {shelvesOf(lessons).map((shelf) => (
        <Fragment key={shelf.title}>
          <h3>{shelf.title}</h3>
          {shelf.lessons.map((lesson) => (
            <MenuItem
              key={lesson.id}
              checked={lesson.id === lessonId}
              hint={hintOf(lesson, progress[lesson.id]?.solved ?? false)}
              onSelect={() => openLesson(lesson)}
            >
              {lesson.title}
            </MenuItem>
          ))}
        </Fragment>
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

function hintOf({ minutes, domain }: Lesson, isSolved: boolean): string {
  return [`${minutes} min`, DOMAINS[domain].label, ...(isSolved ? ['solved'] : [])].join(' · ');
}
