import { reopen } from '../store/lab';
import { type SavedWork, toSaved } from '../store/saved-work';
import type { WorkFile } from '../store/state';
import { notify, update, usePage } from '../store/store';
import { type Example, openExample } from './examples';

const BACK = 'Back to what I had';

/** What was opened last, and what it pushed aside. */
let opened: { readonly files: readonly WorkFile[]; readonly before: SavedWork } | undefined;

/**
 * Opens something else in the editor; what was there can be brought back. Who only looks from one lesson to
 * the next is brought back to the last work of their own.
 */
export async function openInstead(what: string, open: () => Promise<void>): Promise<void> {
  const state = usePage.getState();
  const before =
    opened && opened.files === state.files ? opened.before : toSaved(state, Date.now());
  await open();
  const { files, notices } = usePage.getState();
  opened = { files, before };
  update({ notices: notices.filter(({ action }) => action?.label !== BACK) });
  notify({
    tone: 'info',
    text: `${what} is open.`,
    action: { label: BACK, run: () => reopen(before) },
  });
}

export function chooseExample(example: Example): void {
  void openInstead(example.title, async () => {
    update({ lessonId: undefined });
    await openExample(example);
  });
}
