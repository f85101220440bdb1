import { describe, expect, it } from 'vitest';
import { project } from '../store/project';
import type { LabState } from '../store/state';
import { usePage } from '../store/store';
import { TraceIndex } from '../store/trace-index';
import { createFixtureSimulator } from '../testdata/fixture-simulator';
import { LabSession } from './lab-session';
import type { Run, Snapshot } from './messages';

const EMPTY: Run = { seed: 1, epoch: '2026-01-01T00:00:00Z', options: {}, inputs: [] };

/** A session on a clock that the test turns, and a page that takes every snapshot. */
function startSession() {
  let real = 0;
  const waiting: { at: number; callback: () => void }[] = [];
  const session = new LabSession(createFixtureSimulator, {
    now: () => real,
    schedule: (callback, delayMs) => void waiting.push({ at: real + delayMs, callback }),
  });
  let state: LabState = { ...usePage.getState(), index: new TraceIndex() };
  const snapshots: Snapshot[] = [];
  session.connect((snapshot) => {
    snapshots.push(snapshot);
    state = { ...state, ...project(state, snapshot) };
  });
  const pass = (ms: number) => {
    const until = real + ms;
    for (let turns = 0; turns < 100_000; turns++) {
      waiting.sort((a, b) => a.at - b.at);
      const next = waiting[0];
      if (!next || next.at > until) break;
      waiting.shift();
      real = Math.max(real, next.at) + 0.05;
      next.callback();
    }
    real = until;
  };
  const open = (run = EMPTY, at = 0, playing = false) => {
    session.open({ run, at, horizon: at, playing, speed: 1 });
    pass(50);
  };
  return { session, pass, open, state: () => state, snapshots };
}

describe('LabSession', () => {
  it('plays in step with real time, at the speed that was asked for', () => {
    const { session, pass, open, state } = startSession();
    open();
    session.setSpeed(10);
    session.play();
    pass(1000);
    expect(state().t).toBeGreaterThan(9500);
    expect(state().t).toBeLessThan(10_500);
    session.pause();
    const { t } = state();
    pass(1000);
    expect(state().t - t).toBeLessThan(200);
  });

  it('starts to play when something is applied, and tells records and pods once', () => {
    const { session, pass, open, state, snapshots } = startSession();
    open();
    expect(session.apply('kind: Pod', [])).toMatchObject({ ok: true });
    pass(5000);
    expect(state().playing).toBe(true);
    expect(state().pods.map((pod) => pod.name)).toEqual(['webserver']);
    const told = snapshots.reduce((sum, one) => sum + (one.records?.length ?? 0), 0);
    expect(told).toBe(state().index.records.length);
    expect(told).toBeGreaterThan(10);
  });

  it('gives the words of a refused apply', () => {
    const { session, open } = startSession();
    open();
    expect(session.apply('refuse me', [])).toEqual({ ok: false, message: 'error: refused' });
  });

  it('rewinds by replay without telling the page again what it knows', () => {
    const { session, pass, open, state, snapshots } = startSession();
    open();
    session.apply('kind: Pod', []);
    pass(10_000);
    session.pause();
    pass(50);
    const known = state().index.records.length;
    const before = snapshots.length;
    session.seek(3000);
    pass(500);
    expect(state().t).toBe(3000);
    expect(state().horizon).toBeGreaterThan(9000);
    expect(state().pods[0]?.containers[2]?.restartCount).toBe(0);
    expect(state().index.records.length).toBe(known);
    expect(snapshots.slice(before).every((one) => one.keep === undefined)).toBe(true);
  });

  it('goes on into the known future with the inputs that were made there', () => {
    const { session, pass, open, state } = startSession();
    open();
    session.play();
    pass(2000);
    session.apply('kind: Pod', []);
    pass(4000);
    session.pause();
    session.seek(1000);
    pass(200);
    expect(state().pods).toEqual([]);
    expect(state().run?.inputs).toHaveLength(1);
    session.seek(4000);
    pass(200);
    expect(state().pods).toHaveLength(1);
  });

  it('drops what lay ahead when something new is done in the past, and can undo that', () => {
    const { session, pass, open, state } = startSession();
    open();
    session.play();
    pass(2000);
    session.apply('kind: Pod', []);
    pass(4000);
    session.pause();
    session.seek(1000);
    pass(200);
    session.inject({ do: 'lose sandbox', pod: 'default/webserver' });
    pass(50);
    expect(state().dropped).toMatchObject({ inputs: 1 });
    expect(state().run?.inputs.map((input) => input.op)).toEqual(['inject']);
    expect(state().index.records).toEqual([]);
    session.undoBranch();
    pass(200);
    expect(state().run?.inputs.map((input) => input.op)).toEqual(['apply']);
    expect(state().horizon).toBeGreaterThan(5000);
    expect(state().dropped).toBeUndefined();
  });

  it('stops at the next event', () => {
    const { session, pass, open, state } = startSession();
    open();
    session.apply('kind: Pod', []);
    session.pause();
    pass(20);
    const { t } = state();
    session.stepToNextEvent();
    pass(100);
    expect(state().t).toBeGreaterThan(t);
    expect(state().index.records.at(-1)?.t).toBe(state().t);
    expect(state().playing).toBe(false);
  });

  it('rests while nobody sees the page', () => {
    const { session, pass, open, state } = startSession();
    open(EMPTY, 0, true);
    pass(500);
    session.setVisible(false);
    pass(50);
    const { t } = state();
    pass(5000);
    expect(state().t - t).toBeLessThan(100);
  });

  it('inspects on a copy: the run has no new input', async () => {
    const { session, open, state } = startSession();
    open();
    session.apply('kind: Pod', []);
    const outcome = await session.inspect('kubectl describe pod');
    expect(outcome.stdout).toContain('kubectl describe pod');
    expect(state().run?.inputs ?? []).not.toContainEqual(expect.objectContaining({ op: 'sh' }));
  });
});
