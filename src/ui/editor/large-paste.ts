import { editFile, notify } from '../store/store';

/** Texts longer than this (characters) are kept, but neither edited nor checked while one writes. */
export const LARGEST_EDITED = 1_000_000;

/**
 * Takes a paste that would make a text too large out of the editor's hands: editors need seconds for it, a
 * string does not. True when it has.
 */
export function takeLargePaste(
  event: ClipboardEvent,
  path: string,
  text: string,
  selection: { readonly start: number; readonly end: number },
): boolean {
  const pasted = event.clipboardData?.getData('text/plain') ?? '';
  if (text.length + pasted.length <= LARGEST_EDITED) return false;
  event.preventDefault();
  event.stopImmediatePropagation();
  editFile(path, text.slice(0, selection.start) + pasted + text.slice(selection.end));
  notify({
    tone: 'info',
    text: 'The text is too large to edit here; it is kept.',
    action: { label: 'Undo the paste', run: () => editFile(path, text) },
  });
  return true;
}
