import { settleEdits } from './pending-edits';
import { save, toSaved } from './saved-work';
import type { PageState } from './state';
import { usePage } from './store';

/** Real ms between a change and its being kept; leaving the page keeps it at once. */
const DELAY_MS = 400;

/** What makes saving worth while; the running clock alone does not. */
function signature(state: PageState): readonly unknown[] {
  return [
    state.files,
    state.activePath,
    state.run,
    state.playing,
    state.speed,
    state.lessonId,
    state.progress,
    state.theme,
    state.outputTab,
    state.narrowTab,
    state.lessonPaneOpen,
    state.layouts,
    state.selectedPod,
  ];
}

/** Keeps the work a moment after every change, and when the page is hidden or left. */
export function startAutosave(onFailure: () => void): () => void {
  let before = signature(usePage.getState());
  let timer: ReturnType<typeof setTimeout> | undefined;
  const saveNow = () => {
    settleEdits();
    clearTimeout(timer);
    timer = undefined;
    save(toSaved(usePage.getState(), Date.now())).catch(onFailure);
  };
  const unsubscribe = usePage.subscribe((state) => {
    const after = signature(state);
    if (after.every((part, i) => part === before[i])) return;
    before = after;
    timer ??= setTimeout(saveNow, DELAY_MS);
  });
  const onHide = () => {
    if (document.visibilityState === 'hidden') saveNow();
  };
  window.addEventListener('pagehide', saveNow);
  document.addEventListener('visibilitychange', onHide);
  return () => {
    unsubscribe();
    clearTimeout(timer);
    window.removeEventListener('pagehide', saveNow);
    document.removeEventListener('visibilitychange', onHide);
  };
}
