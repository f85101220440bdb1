import { create } from 'zustand';
import type { Snapshot } from '../session/messages';
import { project } from './project';
import type {
  LabState,
  LessonProgress,
  LessonState,
  Notice,
  PageState,
  ViewState,
  WorkState,
} from './state';
import { TraceIndex } from './trace-index';

const lab: LabState = {
  t: 0,
  horizon: 0,
  playing: false,
  reached: undefined,
  busy: undefined,
  dropped: undefined,
  failure: undefined,
  index: new TraceIndex(),
  traceVersion: 0,
  nodes: [],
  pods: [],
  unchosenPod: undefined,
  objects: new Map(),
  terminal: { generation: 0, text: '' },
  run: undefined,
  openEdit: undefined,
  scrub: undefined,
};

const work: WorkState = {
  files: [{ path: 'pod.yaml', text: '' }],
  activePath: 'pod.yaml',
  verdict: { state: 'unknown' },
  applied: undefined,
  origin: undefined,
};

const view: ViewState = {
  speed: 1,
  theme: 'system',
  outputTab: 'logs',
  narrowTab: 'pod',
  lessonPaneOpen: true,
  layouts: {},
  selectedPod: undefined,
  subject: undefined,
  dialog: undefined,
  faultRequest: undefined,
  pageSection: undefined,
  notices: [],
  pendingCommand: undefined,
};

const lesson: LessonState = { lessons: [], lessonId: undefined, progress: {} };

/** The one store of the page: the projection of the lab, the person's work, what is open, and progress. */
export const usePage = create<PageState>()(() => ({
  ...lab,
  ...work,
  ...view,
  ...lesson,
  flow: 'starting' as const,
  flowReason: '',
}));

export function update(change: Partial<PageState>): void {
  usePage.setState(change);
}

export function receiveSnapshot(snapshot: Snapshot): void {
  usePage.setState((state) => project(state, snapshot));
}

/** Every history starts with an empty trace. */
export function forgetHistory(): void {
  const { index } = usePage.getState();
  index.clear();
  usePage.setState({
    t: 0,
    horizon: 0,
    pods: [],
    unchosenPod: undefined,
    objects: new Map(),
    terminal: { generation: usePage.getState().terminal.generation + 1, text: '' },
    openEdit: undefined,
    traceVersion: index.version,
    scrub: undefined,
    dropped: undefined,
  });
}

export function editFile(path: string, text: string): void {
  usePage.setState((state) => ({
    files: state.files.map((file) => (file.path === path ? { path, text } : file)),
    // What was refused is being changed: the complaint was about another text.
    applied: state.applied?.ok === false ? undefined : state.applied,
  }));
}

export function openFiles(files: WorkState['files'], origin: string | undefined): void {
  const first = files[0];
  if (!first) return;
  usePage.setState({
    files,
    activePath: first.path,
    origin,
    applied: undefined,
    verdict: { state: 'unknown' },
  });
}

export function addFile(path: string, text = ''): void {
  usePage.setState((state) => ({
    files: [...state.files, { path, text }],
    activePath: path,
  }));
}

export function renameFile(from: string, to: string): void {
  usePage.setState((state) => ({
    files: state.files.map((file) => (file.path === from ? { ...file, path: to } : file)),
    activePath: state.activePath === from ? to : state.activePath,
  }));
}

/** Removes a file and offers to bring it back; the last one stays. */
export function removeFile(path: string): void {
  const { files, activePath } = usePage.getState();
  const at = files.findIndex((file) => file.path === path);
  const removed = files[at];
  if (!removed || files.length < 2) return;
  const left = files.filter((file) => file.path !== path);
  const neighbour = left[Math.min(at, left.length - 1)]?.path ?? '';
  usePage.setState({ files: left, activePath: activePath === path ? neighbour : activePath });
  notify({
    tone: 'info',
    text: `${path} was removed.`,
    action: { label: 'Bring it back', run: () => addFile(removed.path, removed.text) },
  });
}

/** A name for a new file that no file has yet. */
export function freeName(files: WorkState['files'], base = 'pod', extension = 'yaml'): string {
  const taken = new Set(files.map((file) => file.path));
  for (let n = 1; ; n++) {
    const name = n === 1 ? `${base}.${extension}` : `${base}-${n}.${extension}`;
    if (!taken.has(name)) return name;
  }
}

let noticeCount = 0;

/** Says something in passing. What is said already is not said twice. */
export function notify(notice: Omit<Notice, 'id'>): void {
  noticeCount += 1;
  const id = noticeCount;
  usePage.setState((state) => {
    const others = state.notices.filter(({ text }) => text !== notice.text);
    return { notices: [...others.slice(-2), { ...notice, id }] };
  });
}

export function dismissNotice(id: number): void {
  usePage.setState((state) => ({ notices: state.notices.filter((one) => one.id !== id) }));
}

const untouched: LessonProgress = { step: 0, answers: {}, solved: false };

export function progressOf(state: LessonState, lessonId: string): LessonProgress {
  return state.progress[lessonId] ?? untouched;
}

export function recordProgress(lessonId: string, change: Partial<LessonProgress>): void {
  usePage.setState((state) => ({
    progress: { ...state.progress, [lessonId]: { ...progressOf(state, lessonId), ...change } },
  }));
}
