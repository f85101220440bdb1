import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSimulator, replay } from '../simulator';
import type { Fault, Run } from './run';
import type { ClusterSimulator } from './simulator-api';

/** A pod in which much happens in a few seconds: init, a crash loop, pipes, a volume, HTTP, a probe. */
const BUSY = `apiVersion: v1
kind: Pod
metadata: {name: busy}
spec:
  initContainers:
  - {name: first, image: "busybox:1.37", command: [sh, -c, "sleep 1; echo ready > /data/state"], volumeMounts: [{name: data, mountPath: /data}]}
  containers:
  - {name: writer, image: "busybox:1.37", command: [sh, -c, "while true; do date +%s | tee -a /data/log | wc -c; sleep 1; done"], volumeMounts: [{name: data, mountPath: /data}]}
  - {name: crashes, image: "busybox:1.37", command: [sh, -c, "echo $RANDOM; sleep 1; exit 3"]}
  - name: web
    image: nginx:1.29
    readinessProbe: {httpGet: {path: /, port: 80}, periodSeconds: 1}
  volumes: [{name: data, emptyDir: {}}]
`;

const SMALL = `apiVersion: v1
kind: Pod
metadata: {name: small}
spec:
  containers:
  - {name: app, image: "busybox:1.37", command: [sh, -c, "while true; do echo tick; sleep 1; done"]}
`;

/** What can be seen of a run: everything, when it is compared. */
function seen(simulator: ClusterSimulator) {
  return {
    now: simulator.now,
    records: simulator.trace.length,
    hash: simulator.traceHash,
    pods: simulator.list('Pod'),
    events: simulator.list('Event'),
    terminal: simulator.terminal.output().text,
  };
}

/** The same at a slower pace, for an hour. */
const QUIET = BUSY.replaceAll('sleep 1', 'sleep 20').replace(
  'periodSeconds: 1',
  'periodSeconds: 30',
);

/** Real ms before a test counts as hung, on a machine however slow; nothing here measures time. */
const PATIENCE_MS = 120_000;

function busyRun(seed = 7, manifest = BUSY): ClusterSimulator {
  const simulator = createSimulator({ seed });
  simulator.apply(manifest);
  return simulator;
}

describe('the same run', () => {
  it('gives the same trace twenty times', { timeout: PATIENCE_MS }, () => {
    const hashes = Array.from({ length: 20 }, () => {
      const simulator = busyRun();
      simulator.advance(20_000);
      return simulator.traceHash;
    });
    expect(new Set(hashes).size).toBe(1);
  });

  it('gives another trace with another seed', () => {
    const [one, other] = [busyRun(1), busyRun(2)].map((simulator) => {
      simulator.advance(30_000);
      return simulator.traceHash;
    });
    expect(one).not.toBe(other);
  });

  it.each([
    ['1 ms', 1, 20_000, BUSY],
    ['7 ms', 7, 21_000, BUSY],
    ['1 s', 1000, 3_600_000, QUIET],
    ['1 h', 3_600_000, 3_600_000, QUIET],
  ])('is the same in steps of %s', { timeout: PATIENCE_MS }, (_, step, horizon, manifest) => {
    const whole = busyRun(7, manifest);
    while (whole.now < horizon) whole.advance(Math.min(777_777, horizon - whole.now));
    const pieces = busyRun(7, manifest);
    for (let t = 0; t < horizon; t += step) pieces.advance(step);
    expect(seen(pieces)).toEqual(seen(whole));
  });

  it('is the same when it is advanced from instant to instant', () => {
    const whole = busyRun();
    whole.advance(20_000);
    const pieces = busyRun();
    while (pieces.now < 20_000) pieces.step(20_000 - pieces.now);
    expect(seen(pieces)).toEqual(seen(whole));
  });

  it('is the same when it has been looked at all the time', () => {
    const whole = busyRun();
    whole.advance(20_000);
    const watched = busyRun();
    for (let t = 0; t < 20_000; t += 500) {
      watched.advance(500);
      watched.picture();
      watched.dryRun(BUSY);
      watched.logs('default/busy', 'writer');
    }
    expect(seen(watched)).toEqual(seen(whole));
  });

  it('survives JSON, as in a link', () => {
    const simulator = busyRun();
    simulator.advance(3000);
    simulator.sh('kubectl get pods; echo $RANDOM');
    simulator.terminal.input('echo hello\n');
    simulator.advance(5000);
    const run = JSON.parse(JSON.stringify(simulator.run)) as Run;
    expect(seen(replay(run, simulator.now))).toEqual(seen(simulator));
  });
});

// Rewinding ----------------------------------------------------------------------------------------

/** Something that a person does at a moment, ms. */
interface Deed {
  readonly at: number;
  readonly what: (simulator: ClusterSimulator) => void;
  readonly words: string;
}

const LAST_DEED_MS = 9000;
const HORIZON_MS = 15_000;

function deed(words: string, what: Deed['what']): fc.Arbitrary<Deed> {
  return fc.integer({ min: 0, max: LAST_DEED_MS }).map((at) => ({ at, what, words }));
}

/** Faults may hit something that is not there: that is part of the run too. */
function inject(fault: Fault): Deed['what'] {
  return (simulator) => {
    try {
      simulator.inject(fault);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
    }
  };
}

const POD = { pod: 'default/busy' } as const;

const deeds = fc.array(
  fc.oneof(
    deed('apply busy', (simulator) => simulator.apply(BUSY)),
    deed('apply small', (simulator) => simulator.apply(SMALL)),
    deed('get', (simulator) => simulator.sh('kubectl get pods -o wide')),
    deed('logs', (simulator) => simulator.sh('kubectl logs busy -c writer | tail -1')),
    deed('delete', (simulator) => simulator.sh('kubectl delete pod small --grace-period=1')),
    deed('sleep', (simulator) => simulator.sh('sleep 1; echo $RANDOM')),
    deed('kill', inject({ do: 'signal', ...POD, container: 'web', signal: 'KILL' })),
    deed('lose sandbox', inject({ do: 'lose sandbox', ...POD })),
    deed('no image', inject({ do: 'image', image: 'nginx:1.29', fail: 'no such host' })),
    deed('stop kubelet', inject({ do: 'kubelet', action: 'stop' })),
    deed('start kubelet', inject({ do: 'kubelet', action: 'start' })),
    deed('type', (simulator) => simulator.terminal.input('kubectl get pods\n')),
    deed('interrupt', (simulator) => simulator.terminal.input('sleep 5\n\x03')),
    deed('resize', (simulator) => simulator.terminal.resize(100, 30)),
    deed('file', (simulator) => simulator.writeFile('pod.yaml', SMALL)),
  ),
  { maxLength: 6 },
);

/** Does what falls before `untilMs`, and stops there. */
function live(seed: number, todo: readonly Deed[], untilMs: number): ClusterSimulator {
  const simulator = createSimulator({ seed });
  for (const { at, what } of [...todo].sort((a, b) => a.at - b.at)) {
    if (at > untilMs || simulator.now > untilMs) break;
    simulator.advance(at - simulator.now);
    what(simulator);
  }
  simulator.advance(untilMs - simulator.now);
  return simulator;
}

describe('rewinding', () => {
  it('to any moment equals having stopped there', { timeout: PATIENCE_MS }, () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1000 }),
        deeds,
        fc.integer({ min: 0, max: HORIZON_MS }),
        (seed, todo, moment) => {
          const stopped = live(seed, todo, moment);
          // A script that is still at work at the moment carries the clock beyond it: then both stand there.
          const { run } = live(seed, todo, HORIZON_MS);
          expect(seen(replay(run, moment))).toEqual(seen(stopped));
        },
      ),
      { numRuns: 200 },
    );
  });

  it('leaves the run as it was: going on from there is the run itself', () => {
    const simulator = busyRun();
    simulator.advance(4000);
    simulator.sh('kubectl get pods');
    const rewound = replay(simulator.run, 2500);
    expect(rewound.run.inputs).toEqual(simulator.run.inputs.slice(0, 1));
    expect(seen(replay(simulator.run, 8000)).hash).toBe(
      (() => {
        simulator.advance(8000 - simulator.now);
        return simulator.traceHash;
      })(),
    );
  });
});
