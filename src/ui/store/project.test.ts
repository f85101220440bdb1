import { describe, expect, it } from 'vitest';
import type { PodPicture, Snapshot } from '../session/messages';
import { storyPod, storyRecords } from '../testdata/fixture-story';
import { project } from './project';
import { shownPod } from './shown-pod';
import type { LabState } from './state';
import { countUntil, TraceIndex } from './trace-index';

const still: Snapshot = {
  t: 0,
  horizon: 0,
  playing: false,
  reached: undefined,
  busy: undefined,
  dropped: undefined,
  failure: undefined,
  seeks: 0,
};

function emptyState(): LabState {
  return {
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
}

function stateAfter(...snapshots: readonly Partial<Snapshot>[]): LabState {
  let state = emptyState();
  for (const one of snapshots) state = { ...state, ...project(state, { ...still, ...one }) };
  return state;
}

const pod = (uid: string): PodPicture => ({ ...storyPod(5000), uid, name: uid });

describe('project', () => {
  it('keeps pods that did not change as the same objects, and drops those that are gone', () => {
    const first = stateAfter({ pods: { order: ['a', 'b'], changed: [pod('a'), pod('b')] } });
    const change = project(first, { ...still, pods: { order: ['b', 'c'], changed: [pod('c')] } });
    expect(change.pods?.map(({ uid }) => uid)).toEqual(['b', 'c']);
    expect(change.pods?.[0]).toBe(first.pods[1]);
  });

  it('stays with the pod that is shown when others come before it, and leaves it only when it is gone', () => {
    const first = stateAfter({ pods: { order: ['m'], changed: [pod('m')] } });
    const more = { pods: { order: ['a', 'm'], changed: [pod('a')] } };
    const second = { ...first, ...project(first, { ...still, ...more }) };
    expect(shownPod({ ...second, selectedPod: undefined })?.name).toBe('m');
    expect(shownPod({ ...second, selectedPod: 'default/a' })?.name).toBe('a');
    const less = { pods: { order: ['a'], changed: [] } };
    const third = { ...second, ...project(second, { ...still, ...less }) };
    expect(shownPod({ ...third, selectedPod: undefined })?.name).toBe('a');
  });

  it('appends records and takes back those of a history that was left', () => {
    const records = storyRecords(20_000);
    const state = stateAfter({ records }, { keep: 5 });
    expect(state.index.records).toEqual(records.slice(0, 5));
    expect(state.index.generation).toBe(1);
    expect(state.index.logs).toEqual([]);
  });

  it('appends to the terminal, and starts it over after a rewind', () => {
    const state = stateAfter(
      { terminal: { reset: true, text: '$ ' } },
      { terminal: { reset: false, text: 'ls' } },
    );
    expect(state.terminal.text).toBe('$ ls');
    const { terminal } = {
      ...state,
      ...project(state, { ...still, terminal: { reset: true, text: '$' } }),
    };
    expect(terminal).toEqual({ generation: state.terminal.generation + 1, text: '$' });
  });

  it('forgets everything when another lab was opened', () => {
    const object = {
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name: 'n', resourceVersion: '1' },
    };
    const state = stateAfter(
      {
        pods: { order: ['a'], changed: [pod('a')] },
        objects: { changed: [object], removed: [] },
        records: storyRecords(5000),
      },
      { reset: true, records: storyRecords(100) },
    );
    expect(state.pods).toEqual([]);
    expect(state.objects.size).toBe(0);
    expect(state.index.records).toEqual(storyRecords(100));
  });

  it('replaces and removes objects by kind, namespace and name', () => {
    const object = (name: string, resourceVersion: string) => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { namespace: 'default', name, resourceVersion },
    });
    const state = stateAfter(
      { objects: { changed: [object('a', '1'), object('b', '2')], removed: [] } },
      { objects: { changed: [object('a', '3')], removed: ['Pod/default/b'] } },
    );
    expect([...state.objects.keys()]).toEqual(['Pod/default/a']);
    expect(state.objects.get('Pod/default/a')?.metadata.resourceVersion).toBe('3');
  });

  it('shows a dragged playhead until the lab has taken up that very seek and arrived', () => {
    const dragged = { ...emptyState(), scrub: { t: 500, seek: 2 } };
    const busy = { what: 'replaying' as const, from: 0, to: 500, at: 100 };
    expect(project(dragged, { ...still, seeks: 1 })).not.toHaveProperty('scrub');
    expect(project(dragged, { ...still, seeks: 2, busy })).not.toHaveProperty('scrub');
    expect(project(dragged, { ...still, seeks: 2 })).toHaveProperty('scrub', undefined);
  });
});

describe('TraceIndex', () => {
  it('sorts lanes as the pod lists its containers and volumes', () => {
    const index = new TraceIndex();
    index.learn([storyPod(5000)]);
    index.append(storyRecords(20_000));
    expect(index.lanes().map((lane) => lane.title)).toEqual([
      'webserver',
      'fetch-page',
      'nginx',
      'log-collector',
      'network',
      'pages',
      'logs-volume',
    ]);
    expect(index.role(index.lanes()[1] as never)).toBe('init');
  });

  it('changes its lane version only when lanes come', () => {
    const index = new TraceIndex();
    index.append(storyRecords(20_000));
    const before = index.laneVersion;
    index.append([
      { t: 20_001, type: 'log', pod: 'default/webserver', container: 'nginx', text: 'x' },
    ]);
    expect(index.laneVersion).toBe(before);
  });
});

describe('countUntil', () => {
  it('counts what is at or before an instant', () => {
    const items = [{ t: 1 }, { t: 3 }, { t: 3 }, { t: 7 }];
    expect([0, 1, 3, 6, 7].map((t) => countUntil(items, t))).toEqual([0, 1, 3, 3, 4]);
  });
});
