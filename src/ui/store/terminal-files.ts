import type { LabFile } from '../session/messages';
import { settleEdits } from './pending-edits';
import { addFile, editFile, notify, update, usePage } from './store';

/** The home folder of the workstation: files in it are the editor's files. */
const HOME = '/root/';
/** New files of these kinds are offered to the editor. */
const OFFERED = /\.(ya?ml|json)$/;

/** The editor's name for a file of the workstation. Outside the home folder it is the whole path. */
export function tabOf(path: string): string {
  return path.startsWith(HOME) ? path.slice(HOME.length) : path;
}

/** Whether a tab is one of the workstation's files elsewhere, open only to be edited. */
export function isBorrowed(path: string): boolean {
  return path.startsWith('/');
}

/**
 * Takes in what the terminal has changed in its home folder. `isAsTold` says whether a tab has nothing that
 * the terminal had not been told: only then it follows, and that can be undone.
 */
export function receiveFiles(
  changed: readonly LabFile[],
  isAsTold: (file: LabFile) => boolean,
): void {
  settleEdits();
  for (const { path, text } of changed) {
    const tab = usePage.getState().files.find((file) => file.path === path);
    if (!tab) offerNew(path, text);
    else if (tab.text !== text) {
      if (isAsTold(tab)) follow(path, text, tab.text);
      else {
        notify({
          tone: 'info',
          text: `${path} was changed in the terminal too, and differs from the editor’s.`,
          action: { label: 'Take the terminal’s', run: () => editFile(path, text) },
        });
      }
    }
  }
}

function follow(path: string, text: string, before: string): void {
  editFile(path, text);
  notify({
    tone: 'info',
    text: `${path} was changed in the terminal.`,
    action: { label: 'Undo', run: () => editFile(path, before) },
  });
}

function offerNew(path: string, text: string): void {
  if (!OFFERED.test(path) || path.includes('/')) return;
  notify({
    tone: 'info',
    text: `${path} is new in the terminal’s folder.`,
    action: {
      label: 'Open it',
      run: () => {
        if (usePage.getState().files.some((file) => file.path === path)) editFile(path, text);
        else addFile(path, text);
        update({ activePath: path, narrowTab: 'editor' });
      },
    },
  });
}
