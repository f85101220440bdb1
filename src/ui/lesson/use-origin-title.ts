import { usePage } from '../store/store';
import { EXAMPLES } from './examples';
import { useOpenLesson } from './use-lessons';

/** What the header calls the open work. */
export function useOriginTitle(): { readonly chapter: string; readonly name: string } {
  const origin = usePage((state) => state.origin);
  const lesson = useOpenLesson();
  // A question says itself what it is, and needs the room.
  if (lesson?.kind === 'question') return { chapter: '', name: lesson.title };
  if (lesson) return { chapter: lesson.chapter, name: lesson.title };
  const example = EXAMPLES.find((one) => one.id === origin);
  return example ? { chapter: 'Examples', name: example.title } : { chapter: '', name: 'My lab' };
}
