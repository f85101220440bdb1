import { useEffect } from 'react';
import type { Lesson } from '../../lessons/lesson';
import { notify, update, usePage } from '../store/store';
import { openFromAddress } from './open-lesson';

let isLoading = false;

async function load(): Promise<void> {
  try {
    const { readLessons } = await import('./lesson-source');
    const lessons = await readLessons();
    update({ lessons });
    openFromAddress(lessons);
    window.addEventListener('hashchange', () => openFromAddress(lessons));
  } catch (error) {
    notify({ tone: 'bad', text: `The lessons cannot be read: ${String(error)}` });
  }
}

/** The lessons; they are read once the lab runs, because its first picture comes first. */
export function useLessons(): readonly Lesson[] {
  const lessons = usePage((state) => state.lessons);
  const isReady = usePage((state) => state.flow === 'ready');
  useEffect(() => {
    if (!isReady || isLoading) return;
    isLoading = true;
    // After the frame in which the lab can be used for the first time.
    requestAnimationFrame(() => setTimeout(() => void load()));
  }, [isReady]);
  return lessons;
}

export function useOpenLesson(): Lesson | undefined {
  return usePage((state) => state.lessons.find((lesson) => lesson.id === state.lessonId));
}
