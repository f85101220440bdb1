import { usePage } from '../store/store';
import { EXAMPLES } from './examples';
import { LESSONS } from './lesson-list';

/** What the header calls the open work. */
export function useOriginTitle(): { readonly chapter: string; readonly name: string } {
  const lessonId = usePage((state) => state.lessonId);
  const origin = usePage((state) => state.origin);
  const lesson = LESSONS.find((one) => one.id === lessonId);
  if (lesson) return { chapter: lesson.chapter, name: lesson.title };
  const example = EXAMPLES.find((one) => one.id === origin);
  return example ? { chapter: 'Examples', name: example.title } : { chapter: '', name: 'My lab' };
}
