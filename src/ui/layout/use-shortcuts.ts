import { useEffect } from 'react';
import { applyFiles, finishEdit, lab } from '../store/lab';
import { update, usePage } from '../store/store';
import { seekPreviousEvent, togglePlaying } from './Transport';

export const SHORTCUTS = [
  { keys: ['Ctrl', 'Enter'], what: 'Apply the open file' },
  { keys: ['Alt', 'P'], what: 'Play or pause' },
  { keys: ['Alt', '.'], what: 'Forward to the next event' },
  { keys: ['Alt', ','], what: 'Back to the previous event' },
  { keys: ['Alt', '1'], what: 'Go to the editor' },
  { keys: ['Alt', '2'], what: 'Go to the pod' },
  { keys: ['Alt', '3'], what: 'Go to the timeline' },
  { keys: ['Alt', '4'], what: 'Go to the logs, terminal and events' },
  { keys: ['Ctrl', 'S'], what: 'Save and close what vi in the terminal has opened' },
  { keys: ['Ctrl', 'M'], what: 'In the editor: Tab moves on instead of indenting' },
  { keys: ['?'], what: 'Show these shortcuts' },
] as const;

/** Shortcuts with a modifier work everywhere; `?` only where nobody is writing. */
export function useShortcuts(): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (run(event)) event.preventDefault();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, []);
}

function run(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || usePage.getState().flow !== 'ready') return false;
  if ((event.ctrlKey || event.metaKey) && event.key === 'Enter') {
    void applyFiles();
    return true;
  }
  if ((event.ctrlKey || event.metaKey) && event.key === 's' && usePage.getState().openEdit) {
    void finishEdit(true);
    return true;
  }
  if (event.altKey && !event.ctrlKey && !event.metaKey) return runAlt(event.code);
  if (event.key === '?' && !isWriting(event.target)) {
    update({ dialog: 'shortcuts' });
    return true;
  }
  return false;
}

function runAlt(code: string): boolean {
  switch (code) {
    case 'KeyP':
      togglePlaying();
      return true;
    case 'Period':
      void lab().stepToNextEvent();
      return true;
    case 'Comma':
      seekPreviousEvent();
      return true;
    case 'Digit1':
      return goTo('editor');
    case 'Digit2':
      return goTo('pod');
    case 'Digit3':
      return goTo('timeline');
    case 'Digit4':
      return goTo('output');
    default:
      return false;
  }
}

/** Moves the focus to a pane's first control; in a narrow window its tab is opened first. */
function goTo(pane: 'editor' | 'pod' | 'timeline' | 'output'): boolean {
  update({ narrowTab: pane });
  requestAnimationFrame(() => {
    const section = document.getElementById(`pane-${pane}`);
    const writing = section?.querySelector<HTMLElement>('.native-edit-context, textarea');
    (writing ?? section)?.focus();
  });
  return true;
}

function isWriting(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return (
    target.isContentEditable ||
    target.closest('input, textarea, select, .monaco-editor, .xterm') !== null
  );
}
