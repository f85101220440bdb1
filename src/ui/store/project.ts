import { objectKey, type PodPicture, type Snapshot } from '../session/messages';
import { stayWith } from './shown-pod';
import type { LabState } from './state';

/** The page's state after a snapshot: parts that it does not mention stay the same objects. */
export function project(state: LabState, snapshot: Snapshot): Partial<LabState> {
  const { t, horizon, playing, reached, busy, dropped, failure } = snapshot;
  const next: { -readonly [K in keyof LabState]?: LabState[K] } = {
    t,
    horizon,
    playing,
    reached,
    busy,
    dropped,
    failure,
  };
  if (snapshot.reset) {
    next.pods = [];
    next.unchosenPod = undefined;
    next.objects = new Map();
    next.scrub = undefined;
    state.index.clear();
  }
  const known = { ...state, ...next };
  const pods = snapshot.pods && mergePods(known.pods, snapshot.pods);
  if (pods) {
    next.pods = pods;
    next.unchosenPod = stayWith(known.unchosenPod, pods);
    state.index.learn(snapshot.pods?.changed ?? []);
  }
  if (snapshot.keep !== undefined) state.index.truncate(snapshot.keep);
  if (snapshot.records) state.index.append(snapshot.records);
  if (state.index.version !== state.traceVersion) next.traceVersion = state.index.version;
  if (snapshot.nodes) next.nodes = snapshot.nodes;
  if (snapshot.objects) next.objects = mergeObjects(known.objects, snapshot.objects);
  if (snapshot.terminal) {
    const { reset, text } = snapshot.terminal;
    const { generation, text: shown } = state.terminal;
    next.terminal = reset
      ? { generation: generation + 1, text }
      : { generation, text: shown + text };
  }
  if (snapshot.run) next.run = snapshot.run;
  if (snapshot.edit) next.openEdit = snapshot.edit.open;
  if (known.scrub && !busy && snapshot.seeks >= known.scrub.seek) next.scrub = undefined;
  return next;
}

function mergePods(
  known: readonly PodPicture[],
  { order, changed }: NonNullable<Snapshot['pods']>,
): readonly PodPicture[] {
  const byUid = new Map([...known, ...changed].map((pod) => [pod.uid, pod]));
  return order.flatMap((uid) => byUid.get(uid) ?? []);
}

function mergeObjects(
  known: LabState['objects'],
  { changed, removed }: NonNullable<Snapshot['objects']>,
): LabState['objects'] {
  const objects = new Map(known);
  for (const key of removed) objects.delete(key);
  for (const object of changed) objects.set(objectKey(object), object);
  return objects;
}
