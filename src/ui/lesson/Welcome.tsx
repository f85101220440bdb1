import { FileCode2, Play } from 'lucide-react';
import { Fragment, useEffect, useRef, useState } from 'react';
import { usePage } from '../store/store';
import { applyCompanion, EXAMPLE_SHELVES, type Example } from './examples';
import { LessonShelves } from './LessonShelves';
import { chooseExample } from './open-work';
import { SearchField } from './SearchField';
import { exampleMatches } from './shelves';
import { useLessons } from './use-lessons';

/** What the lesson pane shows while no lesson is open: where to begin. */
export function Welcome() {
  const lessons = useLessons();
  const [wanted, setWanted] = useState('');
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
        <SearchField wanted={wanted} onChange={setWanted} />
        <LessonShelves lessons={lessons} wanted={wanted} />
        <Examples wanted={wanted} />
        {lessons.length > 0 && (
          <p className="footnote">
            Each lesson is labelled with the CKAD domain that it belongs to: the five of the
            curriculum since 2021.
          </p>
        )}
      </div>
    </>
  );
}

function Examples({ wanted }: { readonly wanted: string }) {
  const origin = usePage((state) => state.origin);
  const shown = useRef(origin);
  const current = useRef<HTMLLIElement>(null);
  // What to watch appears under the title that was clicked: below the fold it would go unread.
  useEffect(() => {
    const isChosen = shown.current !== undefined && shown.current !== origin;
    if (isChosen) current.current?.scrollIntoView({ block: 'nearest' });
    shown.current = origin;
  }, [origin]);
  const shelves = EXAMPLE_SHELVES.map(({ title, examples }) => ({
    title,
    examples: examples.filter((one) => exampleMatches(one, title, wanted)),
  }));
  return shelves.map(({ title, examples }) => (
    <Fragment key={title}>
      {examples.length > 0 && <h3>{title}</h3>}
      <ul className="library">
        {examples.map((example) => {
          const isOpen = example.id === origin;
          return (
            <li key={example.id} ref={isOpen ? current : undefined}>
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
