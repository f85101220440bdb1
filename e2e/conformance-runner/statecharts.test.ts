import path from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { CHART_STATES, walkStatecharts } from '../../src/lab/test-statechart-walk.ts';
import { expectationsHold } from './adapters/lifecycle.ts';
import { runScenario } from './adapters/scenario/run-scenario.ts';
import { readScenario } from './adapters/scenario/scenario.ts';
import { readTable } from './table.ts';

const TABLE = path.join(import.meta.dirname, '../conformance/lifecycle.json');

afterEach(() => {
  vi.restoreAllMocks();
});

it('the statecharts foresee everything that happens in the lifecycle scenarios', {
  timeout: 300_000,
}, () => {
  const { refused, visited } = walkStatecharts();
  for (const testCase of readTable('lifecycle', TABLE).cases) {
    const scenario = readScenario(testCase);
    runScenario(scenario, {
      expectationsHold: (run) => expectationsHold(scenario.expect, run),
    });
    expect([...refused], scenario.name).toEqual([]);
  }
  const unvisited = CHART_STATES.filter((state) => !visited.has(state));
  // No scenario has a container whose program is not there.
  expect(unvisited).toEqual(['container startFailed']);
});
