import * as Comlink from 'comlink';
import { revealLine } from '../editor/reveal';
import { STARTER, STARTER_PATH } from '../lesson/starter';
import type {
  Fault,
  LabCommands,
  LabFile,
  OpenEdit,
  OpenRequest,
  Run,
  Snapshot,
} from '../session/messages';
import { type FlowActor, startFlow } from './flow';
import { settleEdits } from './pending-edits';
import { load, type SavedWork } from './saved-work';
import {
  addFile,
  editFile,
  forgetHistory,
  notify,
  openFiles,
  receiveSnapshot,
  update,
  usePage,
} from './store';
import { isBorrowed, receiveFiles, tabOf } from './terminal-files';

const DEFAULT_SEED = 1;
/** Longest wait for an animation frame: a page that nobody sees has none. */
const NO_FRAME_MS = 250;

let makeWorker: () => Worker;
let worker: Worker | undefined;
let remote: Comlink.Remote<LabCommands> | undefined;
let flow: FlowActor | undefined;
let seeks = 0;
let firstSnapshot: (() => void) | undefined;

/** The worker's commands. Calls made before it has started are lost, so the page disables its controls. */
export function lab(): Comlink.Remote<LabCommands> {
  if (!remote) throw new Error('the lab has not started');
  return remote;
}

/** A fresh worker of the page's kind, for work beside the lab. */
export function makeLabWorker(): Worker {
  return makeWorker();
}

/** How far the starter has come when the page is first seen, virtual ms. */
const HEAD_START_MS = 6000;

export function newRun(): Run {
  return { seed: DEFAULT_SEED, epoch: '2026-01-01T00:00:00Z', options: {}, inputs: [] };
}

/** Starts a worker (made by `make`) at once, so that it loads while the page is drawn. */
export function startLab(make: () => Worker): void {
  makeWorker = make;
  flow = startFlow({ start: startWorker, ping: () => lab().ping() });
}

export function restartLab(): void {
  flow?.send({ type: 'restart' });
}

function spawn(): void {
  worker?.terminate();
  seeks = 0;
  worker = makeWorker();
  worker.addEventListener('error', (event) => {
    flow?.send({ type: 'worker failed', reason: event.message || 'the lab could not be loaded' });
  });
  remote = Comlink.wrap<LabCommands>(worker);
}

let restored: Promise<void> | undefined;

async function startWorker(): Promise<void> {
  spawn();
  restored ??= restore();
  await restored;
  const { run, t, horizon, playing, speed } = usePage.getState();
  const arrived = new Promise<void>((resolve) => {
    firstSnapshot = resolve;
  });
  const request = { run: run ?? newRun(), at: t, horizon, playing, speed };
  forgetHistory();
  forgetToldFiles();
  await Promise.all([lab().connect(Comlink.proxy(receive)), lab().open(request)]);
  if (!run) {
    await applyFiles();
    // A first visit finds the pod running; its start is there to rewind to.
    seek(HEAD_START_MS);
  }
  await arrived;
}

/** Takes a snapshot in with the next frame; the worker sends no other before. */
function receive(snapshot: Snapshot): Promise<void> {
  return new Promise((resolve) => {
    let isTaken = false;
    const take = () => {
      if (isTaken) return;
      isTaken = true;
      takeIn(snapshot);
      firstSnapshot?.();
      resolve();
    };
    requestAnimationFrame(take);
    setTimeout(take, NO_FRAME_MS);
  });
}

function takeIn(snapshot: Snapshot): void {
  const { openEdit } = usePage.getState();
  receiveSnapshot(snapshot);
  if (snapshot.files) receiveFiles(snapshot.files, (file) => toldFiles.includes(file));
  if (!snapshot.edit) return;
  if (openEdit) giveBack(openEdit);
  if (snapshot.edit.open) openForEdit(snapshot.edit.open, snapshot.horizon > snapshot.t);
}

/** Shows the file that `vi` has laid out. Who looks at the past keeps what is in the editor now. */
function openForEdit({ path, text }: OpenEdit, isPast: boolean): void {
  const tab = tabOf(path);
  settleEdits();
  const { files } = usePage.getState();
  if (!files.some((file) => file.path === tab)) addFile(tab, text);
  else if (!isPast) editFile(tab, text);
  update({ activePath: tab });
  if (isPast) return;
  update({ narrowTab: 'editor' });
  requestAnimationFrame(() => revealLine(1));
}

/** The edit is over: a file that is none of the editor's own is put away. */
function giveBack({ path }: OpenEdit): void {
  const tab = tabOf(path);
  if (!isBorrowed(tab)) return;
  const files = usePage.getState().files.filter((file) => file.path !== tab);
  const [first] = files;
  if (first) update({ files, activePath: first.path });
}

/** Ends what `vi` waits for: with the text in the editor, or leaving the file as it is. */
export async function finishEdit(isSaved: boolean): Promise<void> {
  settleEdits();
  const { openEdit, files } = usePage.getState();
  if (!openEdit) return;
  const tab = tabOf(openEdit.path);
  const text = files.find((file) => file.path === tab)?.text;
  update({ outputTab: 'terminal', narrowTab: 'output' });
  await lab().finishEdit(openEdit.id, isSaved ? text : undefined);
}

/** Puts into the store what a link or the last visit left; a first visit gets the starter. */
async function restore(): Promise<void> {
  const [saved, shared] = await Promise.all([load(), sharedLab()]);
  if (saved) restoreWork(saved);
  if (shared) {
    openFiles(shared.files, undefined);
    update({
      run: shared.run,
      t: shared.at,
      horizon: shared.horizon,
      playing: false,
      lessonId: shared.lessonId,
    });
    history.replaceState(null, '', location.pathname + location.search);
    if (saved) {
      notify({
        tone: 'info',
        text: 'This lab came with the link.',
        action: { label: 'Back to my own work', run: () => reopen(saved) },
      });
    }
  } else if (!saved) {
    openFiles([{ path: STARTER_PATH, text: STARTER }], 'starter');
    update({ playing: true });
  }
}

async function sharedLab() {
  if (!location.hash.startsWith('#lab=')) return undefined;
  const { decodeLink } = await import('../link/link-codec');
  const shared = decodeLink(location.hash);
  if (!shared) notify({ tone: 'bad', text: 'The link holds no lab that can be read.' });
  return shared;
}

function restoreWork(saved: SavedWork): void {
  update({
    ...ownFiles(saved),
    origin: saved.origin,
    run: saved.run,
    t: saved.playhead,
    horizon: saved.horizon,
    playing: saved.playing,
    speed: saved.speed,
    lessonId: saved.lessonId,
    progress: saved.progress,
    ...saved.view,
  });
}

/** Without what was borrowed from the terminal: its program opens that again if it still waits. */
function ownFiles({ files, activePath }: SavedWork): Pick<SavedWork, 'files' | 'activePath'> {
  const own = files.filter(({ path }) => !isBorrowed(path));
  const [first] = own;
  if (!first || own.length === files.length) return { files, activePath };
  return { files: own, activePath: first.path };
}

/** Opens work that was saved elsewhere: an imported file, or what a link had pushed aside. */
export function reopen(saved: SavedWork): void {
  restoreWork(saved);
  openLab({
    run: saved.run ?? newRun(),
    at: saved.playhead,
    horizon: saved.horizon,
    playing: saved.playing,
    speed: saved.speed,
  });
}

export function openLab(request: OpenRequest): void {
  forgetHistory();
  forgetToldFiles();
  update({ run: request.run, failure: undefined });
  void lab().open(request);
}

/** A fresh cluster with nothing in it. */
export function openEmptyLab(): void {
  openLab({ run: newRun(), at: 0, horizon: 0, playing: true, speed: usePage.getState().speed });
}

let toldFiles: readonly LabFile[] = [];

/** The editor's files that the workstation does not have yet as they are now. */
export function changedFiles(): readonly LabFile[] {
  const { files } = usePage.getState();
  const changed = files.filter((file) => !toldFiles.includes(file) && !isBorrowed(file.path));
  toldFiles = files;
  return changed;
}

/** The workstation may have older files now, or none: the next command brings all of them. */
function forgetToldFiles(): void {
  toldFiles = [];
}

/** Applies the active file, as `kubectl apply -f` does. */
export async function applyFiles(): Promise<void> {
  settleEdits();
  const { files, activePath } = usePage.getState();
  const text = files.find((file) => file.path === activePath)?.text ?? '';
  const outcome = await lab().apply(text, changedFiles());
  if (!outcome.ok) {
    update({ applied: { ok: false, text: outcome.message } });
    return;
  }
  const pod = outcome.results.find((one) => one.kind.toLowerCase() === 'pod');
  if (pod) {
    update({ selectedPod: `${pod.namespace ?? 'default'}/${pod.name}`, subject: undefined });
  }
  const lines = outcome.results.map(
    ({ kind, name, action }) => `${kind.toLowerCase()}/${name} ${action}`,
  );
  update({ applied: { ok: true, text: lines.join('\n') } });
}

/** Deletes what the active file describes; the pods end as Kubernetes ends them. */
export async function deleteFiles(): Promise<void> {
  const { activePath } = usePage.getState();
  const { stdout, stderr, exitCode } = await lab().command(
    `kubectl delete --wait=false -f ${quote(activePath)}`,
    changedFiles(),
  );
  update({ applied: { ok: exitCode === 0, text: (stdout + stderr).trim() } });
}

/** Deletes what the active file describes and makes it anew, for what cannot be changed in place. */
export async function replaceWithFile(): Promise<void> {
  const { activePath } = usePage.getState();
  const { stdout, stderr, exitCode } = await lab().command(
    `kubectl replace --force --grace-period=0 -f ${quote(activePath)}`,
    changedFiles(),
  );
  update({ applied: { ok: exitCode === 0, text: (stdout + stderr).trim() } });
}

export async function deletePod(namespace: string, name: string): Promise<void> {
  const script = `kubectl delete pod ${name} -n ${namespace} --wait=false`;
  const { stdout, stderr, exitCode } = await lab().command(script, changedFiles());
  notify({ tone: exitCode === 0 ? 'info' : 'bad', text: (stdout + stderr).trim() });
}

/** Does a fault to the lab; false when it cannot be done, which a notice says. */
export async function inject(fault: Fault): Promise<boolean> {
  const outcome = await lab().inject(fault);
  if (!outcome.ok) notify({ tone: 'bad', text: outcome.message });
  return outcome.ok;
}

export function seek(t: number): void {
  seeks += 1;
  forgetToldFiles();
  update({ scrub: { t: Math.max(0, t), seek: seeks } });
  void lab().seek(t);
}

/** Takes back the last branching. */
export function undoBranch(): void {
  forgetToldFiles();
  void lab().undoBranch();
}

/** Keys for the terminal. The files come along with what ends a line: a command may read them. */
export function typeInTerminal(text: string): void {
  void lab().typeInTerminal(text, text.includes('\r') ? changedFiles() : []);
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
