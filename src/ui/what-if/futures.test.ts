import { describe, expect, it } from 'vitest';
import { createSimulator } from '../../simulator';
import type { Host } from '../session/host';
import { objectKey } from '../session/messages';
import { answerOf, fateOf } from './compare';
import { stretchesOf } from './future-lanes';
import { futuresOf } from './futures';
import { runFuture } from './run-future';

const FOR_MS = 180_000;

const POD = `
apiVersion: v1
kind: Pod
metadata: {name: demo}
spec:
  initContainers:
  - name: first
    image: busybox:1.37
    command: ['sh', '-c', 'echo ready > /data/flag']
    volumeMounts: [{name: data, mountPath: /data}]
  - name: side
    image: busybox:1.37
    restartPolicy: Always
    command: ['sleep', '3600']
  containers:
  - name: app
    image: busybox:1.37
    command: ['sh', '-c', 'trap "exit 0" TERM; sleep 3600 & wait']
    resources: {limits: {memory: 32Mi}}
    volumeMounts: [{name: data, mountPath: /data}]
  - name: other
    image: busybox:1.37
    command: ['sleep', '3600']
    restartPolicy: Always
    restartPolicyRules:
    - action: RestartAllContainers
      exitCodes: {operator: In, values: [88]}
  volumes:
  - name: data
    emptyDir: {}
`;

const DEPLOYMENT = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 1
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - {name: app, image: 'busybox:1.37', command: ['sleep', '3600']}
`;

const host: Host = { now: () => 0, schedule: (callback) => void queueMicrotask(callback) };

function askAbout(manifest: string) {
  const simulator = createSimulator();
  simulator.apply(manifest);
  simulator.advance(20_000);
  const [pod] = simulator.picture().pods;
  if (!pod) throw new Error('no pod');
  const objects = new Map(
    simulator.list('Pod').map((object) => {
      const known = { ...object, kind: 'Pod' } as Parameters<typeof objectKey>[0];
      return [objectKey(known), known] as const;
    }),
  );
  const list = futuresOf(pod, objects);
  const at = simulator.now;
  const live = async (id: string) => {
    const found = list.find((one) => one.id === id);
    if (!found && id !== 'nothing') throw new Error(`no future ${id}`);
    return runFuture(
      createSimulator,
      {
        run: simulator.run,
        at,
        forMs: FOR_MS,
        pod: `default/${pod.name}`,
        steps: found?.steps ?? [],
      },
      host,
      () => {},
    );
  };
  return { simulator, list, at, live };
}

/** What each future answers, and what stays. */
const EXPECTED: Readonly<Record<string, { answer: string; identity: string; inits: boolean }>> = {
  'exit app': { answer: 'app restarts.', identity: 'same', inits: false },
  'exit side': { answer: 'side restarts.', identity: 'same', inits: false },
  'rule other': {
    answer: 'All 3 containers restart, init containers run again.',
    identity: 'same',
    inits: true,
  },
  'memory app': { answer: 'app restarts.', identity: 'same', inits: false },
  sandbox: {
    answer: 'All 3 containers restart, init containers run again.',
    identity: 'same',
    inits: true,
  },
  reboot: {
    answer: 'All 3 containers restart, init containers run again.',
    identity: 'same',
    inits: true,
  },
  kubelet: { answer: 'Nothing restarts.', identity: 'same', inits: false },
  delete: { answer: 'Nothing restarts: the Pod ends.', identity: 'gone', inits: false },
  image: { answer: 'app restarts.', identity: 'same', inits: false },
};

describe('what would restart if', () => {
  it('offers what can happen to this pod', () => {
    const { list } = askAbout(POD);
    const ids = list.map(({ id }) => id);
    expect(ids).toEqual(expect.arrayContaining(Object.keys(EXPECTED)));
    expect(ids).not.toContain('exit first');
    expect(ids).not.toContain('memory other');
  });

  it.each(Object.entries(EXPECTED))('%s', async (id, { answer, identity, inits }) => {
    const { live, at } = askAbout(POD);
    const without = fateOf(await live('nothing'), at);
    const outcome = await live(id);
    expect(outcome.refusal).toBeUndefined();
    const fate = fateOf(outcome, at);
    expect(answerOf(fate, without)).toBe(answer);
    expect(fate.identity).toBe(identity);
    expect(fate.initsAgain).toBe(inits);
    const kept = identity === 'gone' ? 'lost' : 'kept';
    expect(fate.volumes).toEqual([{ name: 'data', fate: kept }]);
  });

  it('leaves the run as it is, and its lanes end with the pod’s own', async () => {
    const { simulator, live, at } = askAbout(POD);
    const { inputs } = simulator.run;
    const outcome = await live('exit app');
    expect(simulator.run.inputs).toEqual(inputs);
    const stretches = stretchesOf(outcome.records, 'app', at - 5000, at + FOR_MS);
    expect(stretches.map(({ kind }) => kind)).toContain('running');
    expect(stretches[0]).toMatchObject({ kind: 'failed', left: 0 });
    const idle = stretchesOf((await live('nothing')).records, 'app', at, at + FOR_MS);
    expect(idle).toMatchObject([{ kind: 'running', left: 0, width: 100 }]);
  });

  it('finds the pod that an owner makes instead', async () => {
    const { live, at } = askAbout(DEPLOYMENT);
    const fate = fateOf(await live('delete'), at);
    expect(fate.identity).toBe('gone');
    expect(fate.heirs).toEqual([expect.stringMatching(/^web-.* \(1\/1 Running\)$/)]);
  });

  it('says why something cannot be done', async () => {
    const { simulator, at } = askAbout(POD);
    const outcome = await runFuture(
      createSimulator,
      {
        run: simulator.run,
        at,
        forMs: FOR_MS,
        pod: 'default/demo',
        steps: [{ op: 'inject', fault: { do: 'lose sandbox', pod: 'default/none' } }],
      },
      host,
      () => {},
    );
    expect(outcome.refusal).toContain('default/none');
  });
});
