import { describe, expect, it } from 'vitest';
import { statecharts } from '../src/lab/statecharts';
import { createSimulator } from '../src/simulator';
import { readChart } from '../src/ui/statechart/chart';
import { placeChart } from '../src/ui/statechart/chart-layout';
import { placeInWords, placesOf, takenEdges } from '../src/ui/statechart/machine-place';

const POD = `apiVersion: v1
kind: Pod
metadata: {name: demo}
spec:
  containers:
  - name: app
    image: busybox:1.37
    command: [sh, -c, 'touch /tmp/ok; sleep 20; exit 1']
    readinessProbe: {exec: {command: [cat, /tmp/ok]}, periodSeconds: 2}
`;

function machinesAt(t: number) {
  const simulator = createSimulator();
  simulator.apply(POD);
  simulator.advance(t);
  const [pod] = simulator.picture().pods;
  if (!pod) throw new Error('no pod');
  return placesOf(pod);
}

describe('the machines of a pod', () => {
  it('are its own, its containers’ and their probes’', () => {
    const places = machinesAt(10_000);
    expect(places.map(({ id }) => id)).toEqual(['pod', 'container app', 'probe app readiness']);
    expect(places.map(placeInWords)).toEqual([
      'is in syncing ▸ running; last: run, from syncing ▸ startingContainers',
      'is in running ▸ ready; last: ready, from running ▸ started',
      'is in succeeding; last: success, from probing',
    ]);
  });

  it.each([3000, 10_000, 26_000, 30_000, 60_000])('mark the edge that was taken, at %i ms', (t) => {
    const charts: Record<string, unknown> = { ...statecharts() };
    for (const place of machinesAt(t)) {
      if (!place.last) continue;
      const chart = readChart(charts[place.machine] as Parameters<typeof readChart>[0]);
      const taken = takenEdges(placeChart(chart).edges, place.last);
      const anywhere = chart.anywhere.some(({ event }) => event === place.last?.event);
      expect(taken.length === 1 || anywhere, `${place.id} ${JSON.stringify(place.last)}`).toBe(
        true,
      );
    }
  });
});
