import { useEffect, useRef, useState } from 'react';
import type { PodPicture } from '../../lab/picture';
import { containerWord } from './status-look';

/** Real ms between two announcements: states can change faster than they can be spoken. */
const EVERY_MS = 1500;

function wordsOf(pod: PodPicture): ReadonlyMap<string, string> {
  return new Map([
    [pod.name, `pod ${pod.name} ${pod.status}`],
    ...pod.containers.map((one): [string, string] => [
      `container ${one.name}`,
      `${one.name} ${containerWord(one)}${one.state === 'running' && one.ready ? ', ready' : ''}`,
    ]),
  ]);
}

/** Tells screen readers which states have changed. */
export function StateAnnouncer({ pod }: { readonly pod: PodPicture }) {
  const [said, setSaid] = useState('');
  const latest = useRef(pod);
  latest.current = pod;
  useEffect(() => {
    let told = wordsOf(latest.current);
    const timer = setInterval(() => {
      const now = wordsOf(latest.current);
      const changes = [...now].filter(([key, words]) => told.get(key) !== words);
      if (changes.length > 0) setSaid(changes.map(([, words]) => words).join('; '));
      told = now;
    }, EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  return (
    <div className="hidden-visually" role="status">
      {said}
    </div>
  );
}
