import { get, set } from 'idb-keyval';
import type { Run } from '../session/messages';
import type { PageState, ViewState, WorkFile } from './state';

const KEY = 'podlab';
/** Texts above this many characters go to IndexedDB: local storage holds about five million in all. */
const LOCAL_STORAGE_LIMIT = 1_000_000;
export const SAVED_VERSION = 1;

/** Everything that survives a reload; also what export and import carry. */
export interface SavedWork {
  readonly version: typeof SAVED_VERSION;
  /** Unix ms. */
  readonly savedAt: number;
  readonly files: readonly WorkFile[];
  readonly activePath: string;
  readonly origin: string | undefined;
  readonly run: Run | undefined;
  /** Virtual ms. */
  readonly playhead: number;
  readonly horizon: number;
  readonly playing: boolean;
  readonly speed: number;
  readonly lessonId: string | undefined;
  readonly progress: PageState['progress'];
  readonly view: Pick<
    ViewState,
    'theme' | 'outputTab' | 'narrowTab' | 'lessonPaneOpen' | 'layouts' | 'selectedPod'
  >;
}

export function toSaved(state: PageState, savedAt: number): SavedWork {
  const { theme, outputTab, narrowTab, lessonPaneOpen, layouts, selectedPod } = state;
  return {
    version: SAVED_VERSION,
    savedAt,
    files: state.files,
    activePath: state.activePath,
    origin: state.origin,
    run: state.run,
    playhead: state.t,
    horizon: state.horizon,
    playing: state.playing,
    speed: state.speed,
    lessonId: state.lessonId,
    progress: state.progress,
    view: { theme, outputTab, narrowTab, lessonPaneOpen, layouts, selectedPod },
  };
}

export function isSavedWork(value: unknown): value is SavedWork {
  if (typeof value !== 'object' || value === null) return false;
  const { version, files, run, view } = value as Partial<Record<keyof SavedWork, unknown>>;
  return (
    version === SAVED_VERSION &&
    Array.isArray(files) &&
    files.every((file) => typeof file?.path === 'string' && typeof file?.text === 'string') &&
    files.length > 0 &&
    (run === undefined || (typeof run === 'object' && Array.isArray((run as Run).inputs))) &&
    typeof view === 'object' &&
    view !== null
  );
}

/** About how many characters the work would have as text. */
function weight({ files, run }: SavedWork): number {
  const texts = [
    ...files.map((file) => file.text),
    ...(run?.inputs ?? []).flatMap(({ args }) => args.filter((arg) => typeof arg === 'string')),
  ];
  return texts.reduce((sum, text) => sum + text.length, 0);
}

/** Keeps the work; local storage first, because it holds what was written in a page's last moment. */
export async function save(work: SavedWork): Promise<void> {
  if (weight(work) <= LOCAL_STORAGE_LIMIT) {
    try {
      localStorage.setItem(KEY, JSON.stringify(work));
      return;
    } catch {
      // Full or forbidden: IndexedDB may still take it.
    }
  }
  await set(KEY, work);
}

/** The newest work that was kept, or undefined. */
export async function load(): Promise<SavedWork | undefined> {
  const local = readLocal();
  const kept: unknown[] = [
    local === null ? undefined : parse(local),
    await get<unknown>(KEY).catch(() => undefined),
  ];
  return kept.filter(isSavedWork).sort((a, b) => b.savedAt - a.savedAt)[0];
}

export function parse(text: string): SavedWork | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isSavedWork(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function readLocal(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}
