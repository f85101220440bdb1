import { reopen } from '../store/lab';
import { toSaved } from '../store/saved-work';
import { notify, update, usePage } from '../store/store';
import { type Example, openExample } from './examples';

/** Opens something else in the editor; what was there can be brought back. */
export async function openInstead(what: string, open: () => Promise<void>): Promise<void> {
  const before = toSaved(usePage.getState(), Date.now());
  await open();
  notify({
    tone: 'info',
    text: `${what} is open.`,
    action: { label: 'Back to what I had', run: () => reopen(before) },
  });
}

export function chooseExample(example: Example): void {
  void openInstead(example.title, async () => {
    update({ lessonId: undefined });
    await openExample(example);
  });
}
