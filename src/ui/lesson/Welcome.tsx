import { BookOpen, Check, FileCode2, Play } from 'lucide-react';
import { Fragment } from 'react';
import { usePage } from '../store/store';
import { applyCompanion, EXAMPLE_SHELVES, type Example } from './examples';
import { openLesson } from './open-lesson';
import { chooseExample } from './open-work';
import { useLessons } from './use-lessons';

/** What the lesson pane shows while no lesson is open: where to begin. */
export function Welcome() {
  return (
    <>
      <div className="tabs">
        <h2>Start here</h2>
      </div>
      <div className="lesson">
        <p className="lead">
          A Kubernetes cluster that runs in your browser, in virtual time: stop it, speed it up, go
          back.
        </p>
        <ul className="first-steps">
          <li>
            <b>Break it.</b> <span aria-hidden="true">⋯</span> beside a container ends it. See what
            restarts, and what does not.
          </li>
          <li>
            <b>Rewind.</b> Drag the playhead on the timeline: everything shown follows.
          </li>
          <li>
            <b>Ask why.</b> Click a name or a condition: kubectl’s words, what they mean, the rule.
          </li>
        </ul>
        <Lessons />
        <Examples />
      </div>
    </>
  );
}

function Lessons() {
  const lessons = useLessons();
  const progress = usePage((state) => state.progress);
  if (lessons.length === 0) return null;
  return (
    <>
      <h3>Lessons</h3>
      <ul className="library">
        {lessons.map((lesson) => {
          const isSolved = progress[lesson.id]?.solved;
          return (
            <li key={lesson.id}>
              <button type="button" onClick={() => openLesson(lesson)}>
                {isSolved ? <Check size={15} /> : <BookOpen size={15} />}
                <span>
                  {lesson.title}
                  <span className="hint">
                    {lesson.minutes} min{isSolved ? ' · solved' : ''}
                  </span>
                </span>
              </button>
            </li>
          );
        })}
      </ul>
    </>
  );
}

function Examples() {
  const origin = usePage((state) => state.origin);
  return EXAMPLE_SHELVES.map(({ title, examples }) => (
    <Fragment key={title}>
      <h3>{title}</h3>
      <ul className="library">
        {examples.map((example) => {
          const isOpen = example.id === origin;
          return (
            <li key={example.id}>
              <button
                type="button"
                aria-current={isOpen ? 'true' : undefined}
                onClick={() => chooseExample(example)}
              >
                <FileCode2 size={15} />
                <span>{example.title}</span>
              </button>
              {isOpen && <WhatToWatch example={example} />}
            </li>
          );
        })}
      </ul>
    </Fragment>
  ));
}

/** Under the example that is open: what to look at, and what it waits for. */
export function WhatToWatch({ example }: { readonly example: Example }) {
  return (
    <section className="watch" aria-label="What to watch">
      <p>{example.watch}</p>
      {example.companions?.map((companion) => (
        <button
          key={companion.file}
          type="button"
          className="button then"
          onClick={() => void applyCompanion(companion)}
        >
          <Play size={12} fill="currentColor" />
          {companion.label}
        </button>
      ))}
    </section>
  );
}
