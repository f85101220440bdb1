import { describe, expect, it } from 'vitest';
import { isLit, readChart } from './chart';
import { placeChart } from './chart-layout';

const machine = {
  id: 'container',
  initial: 'waiting',
  on: {
    removed: '.waiting',
    exited: [{ guard: 'ok', target: '.exited.completed' }, { target: '.exited.error' }],
  },
  states: {
    waiting: { on: { start: 'running' } },
    running: {
      initial: 'started',
      on: { kill: '.stopping', leave: 'exited' },
      states: {
        started: { on: { ready: 'ready' } },
        ready: {},
        stopping: { after: { 30000: '#container.exited' } },
      },
    },
    exited: { initial: 'completed', states: { completed: { type: 'final' }, error: {} } },
  },
};

describe('readChart', () => {
  const chart = readChart(machine);

  it('finds states with their parents, first and last ones', () => {
    expect(chart.states.map(({ path }) => path)).toContain('running.ready');
    expect(chart.states.find(({ path }) => path === 'running.started')).toMatchObject({
      parent: 'running',
      isInitial: true,
    });
    expect(chart.states.find(({ path }) => path === 'exited.completed')?.isFinal).toBe(true);
  });

  it('resolves siblings, children and absolute targets', () => {
    const pairs = chart.edges.map(({ from, to, events }) => `${from} > ${to}: ${events}`);
    expect(pairs).toContain('running.started > running.ready: ready');
    expect(pairs).toContain('running > running.stopping: kill');
    expect(pairs).toContain('running.stopping > exited: after 30 s');
  });

  it('keeps what is possible anywhere apart', () => {
    expect(chart.anywhere).toEqual([
      { event: 'removed', to: 'waiting' },
      { event: 'exited', to: 'exited.completed' },
      { event: 'exited', to: 'exited.error' },
    ]);
  });

  it('lights a state and the groups around it', () => {
    expect(isLit('running', 'running.ready')).toBe(true);
    expect(isLit('running.ready', 'running.ready')).toBe(true);
    expect(isLit('run', 'running.ready')).toBe(false);
  });

  it('gets a place for every state and edge', () => {
    const placed = placeChart(chart);
    expect(placed.states).toHaveLength(chart.states.length);
    for (const { x, y, width, height } of placed.states) {
      expect([x, y, width, height].every(Number.isFinite)).toBe(true);
    }
    expect(placed.edges).toHaveLength(chart.edges.length);
  });
});
