import { Fragment } from 'react';
import { DOMAINS } from '../../lessons/domains';
import type { Lesson } from '../../lessons/lesson';
import { MenuItem, MenuTitle } from '../layout/Menu';
import { usePage } from '../store/store';
import { applyCompanion, EXAMPLE_SHELVES } from './examples';
import { openLesson } from './open-lesson';
import { chooseExample } from './open-work';
import { exampleMatches, lessonMatches, shelvesOf } from './shelves';
import { useLessons } from './use-lessons';

/** The items of the menu of lessons and examples: those that somebody looks for, or all. */
export function Library({ wanted }: { readonly wanted: string }) {
  const lessons = useLessons();
  const lessonId = usePage((state) => state.lessonId);
  const origin = usePage((state) => state.origin);
  const progress = usePage((state) => state.progress);
  const shelves = shelvesOf(lessons)
    .map(({ title, lessons: all }) => ({
      title,
      lessons: all.filter((lesson) => lessonMatches(lesson, wanted)),
    }))
    .filter((shelf) => shelf.lessons.length > 0);
  const exampleShelves = EXAMPLE_SHELVES.map(({ title, examples }) => ({
    title,
    examples: examples.filter((example) => exampleMatches(example, title, wanted)),
  })).filter(({ examples }) => examples.length > 0);
  return (
    <>
      {shelves.map((shelf) => (
        <Fragment key={shelf.title}>
          <MenuTitle>{shelf.title}</MenuTitle>
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
      {exampleShelves.map(({ title, examples }) => (
        <Fragment key={title}>
          <MenuTitle>{title}</MenuTitle>
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
      {shelves.length + exampleShelves.length === 0 && (
        <p role="presentation" className="nothing-found">
          Nothing has these words.
        </p>
      )}
    </>
  );
}

function hintOf({ minutes, domain }: Lesson, isSolved: boolean): string {
  return [`${minutes} min`, DOMAINS[domain].label, ...(isSolved ? ['solved'] : [])].join(' · ');
}
