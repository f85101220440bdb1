import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Event, Pod } from '../api/types';
import { type ClusterSimulator, createSimulator } from '../simulator';
import { example } from './test-example';

const IMAGES = ['busybox:1.35', 'busybox:1.36', 'busybox:1.37'] as const;
const LOOP = "trap 'exit 0' TERM; while true; do sleep 1 & wait $!; done";

function cluster(nodes = 1): ClusterSimulator {
  return createSimulator({ nodes, pulledImages: IMAGES });
}

function podSpec(extra: object = {}, container: object = {}) {
  const command = ['sh', '-c', LOOP];
  return { ...extra, containers: [{ name: 'a', image: IMAGES[1], command, ...container }] };
}

function deployment(spec: object = {}, pod: object = podSpec()) {
  const labels = { app: 'web' };
  return JSON.stringify({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web' },
    spec: {
      replicas: 3,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: pod },
      ...spec,
    },
  });
}

function job(spec: object, pod: object) {
  const template = { spec: { restartPolicy: 'Never', ...pod } };
  const metadata = { name: 'j' };
  return JSON.stringify({
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata,
    spec: { ...spec, template },
  });
}

function script(text: string) {
  return podSpec({}, { command: ['sh', '-c', text] });
}

function pods(simulator: ClusterSimulator): Pod[] {
  return simulator.list('Pod', 'default') as Pod[];
}

const isReady = ({ status }: Pod) =>
  status?.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True') ===
  true;

const names = (list: readonly Pod[]) => list.map(({ metadata }) => metadata.name ?? '');

function conditions(simulator: ClusterSimulator, kind: string, name: string): string[] {
  const { status } = simulator.get(kind, name) as unknown as {
    status?: { conditions?: { type: string; status: string; reason?: string }[] };
  };
  return (status?.conditions ?? []).map((one) => `${one.type}=${one.status} ${one.reason}`);
}

function messages(simulator: ClusterSimulator, kind: string): string[] {
  return simulator
    .list('Event')
    .map((event) => event as unknown as { involvedObject: { kind: string }; message: string })
    .filter(({ involvedObject }) => involvedObject.kind === kind)
    .map(({ message }) => message);
}

describe('a Deployment', () => {
  it('names its ReplicaSet as a real cluster does', () => {
    const simulator = createSimulator();
    simulator.apply(example('production-app'));
    simulator.advance(1000);
    const [set] = simulator.list('ReplicaSet', 'default');
    expect(set?.metadata.name).toBe('production-app-85448b8966');
  });

  it('has a new pod for one that is deleted', () => {
    const simulator = cluster();
    simulator.apply(deployment());
    simulator.advance(5000);
    const before = names(pods(simulator));
    expect(before).toHaveLength(3);
    simulator.sh(`kubectl delete pod ${before[0]} --wait=false`);
    simulator.advance(5000);
    const after = pods(simulator);
    expect(after.filter(isReady)).toHaveLength(3);
    expect(names(after)).not.toContain(before[0]);
  });

  it('rolls with the events of a real one, one pod at a time', () => {
    const simulator = cluster();
    simulator.apply(deployment());
    simulator.advance(5000);
    simulator.sh(`kubectl set image deploy/web a=${IMAGES[2]}`);
    simulator.advance(15_000);
    const texts = messages(simulator, 'Deployment').map((text) =>
      text.replace(/web-[a-z0-9]+/g, 'RS'),
    );
    expect(texts).toEqual([
      'Scaled up replica set RS from 0 to 3',
      'Scaled up replica set RS from 0 to 1',
      'Scaled down replica set RS from 3 to 2',
      'Scaled up replica set RS from 1 to 2',
      'Scaled down replica set RS from 2 to 1',
      'Scaled up replica set RS from 2 to 3',
      'Scaled down replica set RS from 1 to 0',
    ]);
    expect(conditions(simulator, 'Deployment', 'web')).toContain(
      'Progressing=True NewReplicaSetAvailable',
    );
  });

  it('is stopped by pods that do not become ready, and says so after its deadline', () => {
    const simulator = cluster();
    simulator.apply(deployment({ progressDeadlineSeconds: 8 }));
    simulator.advance(5000);
    const readinessProbe = { exec: { command: ['false'] } };
    const broken = podSpec({}, { image: IMAGES[2], readinessProbe });
    simulator.apply(deployment({ progressDeadlineSeconds: 8 }, broken));
    simulator.advance(30_000);
    expect(pods(simulator)).toHaveLength(4);
    expect(pods(simulator).filter(isReady)).toHaveLength(3);
    expect(conditions(simulator, 'Deployment', 'web')).toContain(
      'Progressing=False ProgressDeadlineExceeded',
    );
  });

  it('that recreates has no old pod left when the first new one comes', () => {
    const simulator = cluster();
    simulator.apply(deployment({ strategy: { type: 'Recreate' } }));
    simulator.advance(5000);
    simulator.sh(`kubectl set image deploy/web a=${IMAGES[2]}`);
    const mixed = simulator.runUntil(() => {
      const alive = pods(simulator).filter(({ status }) => status?.phase !== 'Succeeded');
      const images = new Set(alive.map(({ spec }) => spec.containers[0]?.image));
      return images.size > 1;
    }, 60_000);
    expect(mixed).toBe(false);
    expect(pods(simulator).filter(isReady)).toHaveLength(3);
  });

  it('adopts a ReplicaSet that matches, and orphans it when asked to', () => {
    const simulator = cluster();
    simulator.apply(deployment());
    simulator.advance(5000);
    simulator.sh('kubectl delete deploy web --cascade=orphan');
    const before = names(pods(simulator));
    simulator.advance(1000);
    expect(simulator.list('ReplicaSet', 'default')).toHaveLength(1);
    simulator.apply(deployment());
    simulator.advance(3000);
    expect(simulator.list('ReplicaSet', 'default')).toHaveLength(1);
    expect(names(pods(simulator))).toEqual(before);
  });

  it('ends in the right number of ready pods, whatever is done to it on the way', () => {
    const step = fc.oneof(
      fc.nat(6).map((count) => `kubectl scale deploy web --replicas=${count}`),
      fc.constantFrom(...IMAGES).map((image) => `kubectl set image deploy/web a=${image}`),
      fc.constantFrom('pause', 'resume', 'undo', 'restart').map((verb) => {
        return `kubectl rollout ${verb} deploy web`;
      }),
      fc.constant('kubectl delete pod --all --wait=false'),
      fc.constant('kubectl delete rs --all --wait=false'),
    );
    const pause = fc.constantFrom(0, 100, 1500, 6000);
    const run = fc.array(fc.tuple(step, pause), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(run, fc.constantFrom('RollingUpdate', 'Recreate'), (steps, type) => {
        const simulator = cluster();
        simulator.apply(deployment({ strategy: { type } }));
        for (const [command, ms] of steps) {
          simulator.sh(command);
          simulator.advance(ms);
        }
        simulator.sh('kubectl rollout resume deploy web');
        simulator.advance(60_000);
        const { spec } = simulator.get('Deployment', 'web') as unknown as {
          spec: { replicas: number; template: { spec: Pod['spec'] } };
        };
        const left = pods(simulator);
        expect(left.filter(isReady)).toHaveLength(spec.replicas);
        expect(left).toHaveLength(spec.replicas);
        for (const pod of left) {
          expect(pod.spec.containers[0]?.image).toBe(spec.template.spec.containers[0]?.image);
        }
      }),
      { numRuns: 12, seed: 4 },
    );
  }, 60_000);
});

describe('a Job', () => {
  it('ends with both conditions and the event', () => {
    const simulator = cluster();
    simulator.apply(job({ completions: 3, parallelism: 2 }, script('sleep 1')));
    simulator.advance(20_000);
    expect(conditions(simulator, 'Job', 'j')).toEqual([
      'SuccessCriteriaMet=True CompletionsReached',
      'Complete=True CompletionsReached',
    ]);
    expect(messages(simulator, 'Job')).toContain('Job completed');
    for (const { metadata } of pods(simulator)) expect(metadata.finalizers).toBeUndefined();
  });

  it('waits longer and longer, then gives up', () => {
    const simulator = cluster();
    simulator.apply(job({ backoffLimit: 2 }, script('exit 1')));
    simulator.advance(20_000);
    expect(pods(simulator)).toHaveLength(2);
    simulator.advance(40_000);
    expect(pods(simulator)).toHaveLength(3);
    expect(conditions(simulator, 'Job', 'j')).toEqual([
      'FailureTarget=True BackoffLimitExceeded',
      'Failed=True BackoffLimitExceeded',
    ]);
  });

  it('is ended by a native sidecar’s pod, not by a classic one’s', () => {
    const sidecar = { name: 's', image: IMAGES[1], command: ['sh', '-c', LOOP] };
    const native = cluster();
    const always = { ...sidecar, restartPolicy: 'Always' };
    native.apply(job({}, { ...script('sleep 1'), initContainers: [always] }));
    native.advance(30_000);
    expect(conditions(native, 'Job', 'j').at(-1)).toBe('Complete=True CompletionsReached');
    const classic = cluster();
    const main = script('sleep 1').containers;
    classic.apply(job({}, { containers: [...main, sidecar] }));
    classic.advance(30_000);
    expect(conditions(classic, 'Job', 'j')).toEqual([]);
  });

  it('gives each pod of an indexed one its number', () => {
    const simulator = cluster();
    const spec = { completions: 3, parallelism: 3, completionMode: 'Indexed' };
    simulator.apply(job(spec, script('echo $JOB_COMPLETION_INDEX $(hostname)')));
    simulator.advance(15_000);
    const logs = names(pods(simulator)).map((name) => {
      return simulator.logs(`default/${name}`, 'a')[0]?.text.trim();
    });
    expect(logs.sort()).toEqual(['0 j-0', '1 j-1', '2 j-2']);
    expect(simulator.get('Job', 'j')?.status).toMatchObject({ completedIndexes: '0-2' });
  });

  it('goes on after it was suspended before it had begun', () => {
    const simulator = cluster();
    simulator.apply(job({ suspend: true }, script('sleep 1')));
    simulator.advance(3000);
    expect(pods(simulator)).toEqual([]);
    const resumed = simulator.sh(`kubectl patch job j -p '{"spec":{"suspend":false}}'`);
    expect(resumed.stdout).toBe('job.batch/j patched\n');
    simulator.advance(20_000);
    expect(conditions(simulator, 'Job', 'j')).toEqual([
      'Suspended=False JobResumed',
      'SuccessCriteriaMet=True CompletionsReached',
      'Complete=True CompletionsReached',
    ]);
  });

  it('is deleted some time after its end, and its pods with it', () => {
    const simulator = cluster();
    simulator.apply(job({ ttlSecondsAfterFinished: 10 }, script('true')));
    simulator.advance(30_000);
    expect(simulator.get('Job', 'j')).toBeUndefined();
    expect(pods(simulator)).toHaveLength(0);
  });
});

describe('the garbage collector', () => {
  it('lets an owner wait for its dependents in the foreground', () => {
    const simulator = cluster();
    simulator.apply(deployment({}, podSpec({}, { command: ['sleep', '1000'] })));
    simulator.advance(5000);
    simulator.sh('kubectl delete deploy web --cascade=foreground --wait=false');
    simulator.advance(5000);
    const finalizers = ['foregroundDeletion'];
    expect(simulator.get('Deployment', 'web')?.metadata).toMatchObject({ finalizers });
    expect(simulator.list('ReplicaSet', 'default')[0]?.metadata).toMatchObject({ finalizers });
    expect(pods(simulator).every(({ metadata }) => metadata.deletionTimestamp)).toBe(true);
    simulator.advance(40_000);
    expect(pods(simulator)).toEqual([]);
    expect(simulator.list('ReplicaSet', 'default')).toEqual([]);
    expect(simulator.get('Deployment', 'web')).toBeUndefined();
  });

  it('deletes what names an owner that is not there, unless it cannot know', () => {
    const simulator = cluster();
    const owned = (name: string, apiVersion: string, kind: string) =>
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name, ownerReferences: [{ apiVersion, kind, name: 'x', uid: 'u-1' }] },
      });
    simulator.apply(owned('lost', 'apps/v1', 'Deployment'));
    simulator.apply(owned('foreign', 'example.com/v1', 'Widget'));
    simulator.advance(1000);
    expect(simulator.get('ConfigMap', 'lost')).toBeUndefined();
    expect(simulator.get('ConfigMap', 'foreign')).toBeDefined();
  });

  it('empties a namespace with a Job in it', () => {
    const simulator = cluster();
    simulator.sh(
      `kubectl create ns x; kubectl -n x create job j --image=${IMAGES[1]} -- sleep 999`,
    );
    simulator.advance(3000);
    simulator.sh('kubectl delete ns x --wait=false');
    simulator.advance(90_000);
    expect(simulator.get('Namespace', 'x')).toBeUndefined();
    expect(simulator.list('Job', 'x')).toEqual([]);
  });
});

describe('the other controllers', () => {
  it('a ReplicationController keeps its pods', () => {
    const simulator = cluster();
    simulator.apply(
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'ReplicationController',
        metadata: { name: 'rc' },
        spec: {
          replicas: 2,
          selector: { app: 'rc' },
          template: { metadata: { labels: { app: 'rc' } }, spec: podSpec() },
        },
      }),
    );
    simulator.advance(3000);
    const [first] = names(pods(simulator));
    simulator.sh(`kubectl delete pod ${first} --wait=false`);
    simulator.advance(5000);
    expect(pods(simulator).filter(isReady)).toHaveLength(2);
    expect(simulator.get('ReplicationController', 'rc')?.status).toMatchObject({
      readyReplicas: 2,
    });
  });

  it('a CronJob starts Jobs by the minute and keeps three', () => {
    const simulator = cluster();
    const template = { spec: { restartPolicy: 'Never', ...script('true') } };
    simulator.apply(
      JSON.stringify({
        apiVersion: 'batch/v1',
        kind: 'CronJob',
        metadata: { name: 'c' },
        spec: { schedule: '* * * * *', jobTemplate: { spec: { template } } },
      }),
    );
    simulator.advance(5 * 60_000 + 20_000);
    const jobs = simulator.list('Job', 'default').map(({ metadata }) => metadata.name);
    expect(jobs).toEqual(['c-29453763', 'c-29453764', 'c-29453765']);
  });

  it('a StatefulSet makes its pods one after the other and deletes them from the end', () => {
    const simulator = cluster();
    const labels = { app: 'w' };
    simulator.apply(
      JSON.stringify({
        apiVersion: 'apps/v1',
        kind: 'StatefulSet',
        metadata: { name: 'w' },
        spec: {
          serviceName: 'w',
          replicas: 3,
          selector: { matchLabels: labels },
          template: { metadata: { labels }, spec: podSpec() },
        },
      }),
    );
    const outOfOrder = simulator.runUntil(() => {
      const list = pods(simulator);
      return list.some(
        (pod, index) => index > 0 && !isReady(list[index - 1] as Pod) && isReady(pod),
      );
    }, 15_000);
    expect(outOfOrder).toBe(false);
    expect(names(pods(simulator).filter(isReady))).toEqual(['w-0', 'w-1', 'w-2']);
    simulator.sh('kubectl scale sts w --replicas=1');
    simulator.advance(10_000);
    expect(names(pods(simulator))).toEqual(['w-0']);
    expect(messages(simulator, 'StatefulSet')).toContain(
      'Delete Pod w-2 in StatefulSet w successful',
    );
  });

  it('a DaemonSet has a pod on every node without taints', () => {
    const simulator = cluster(3);
    simulator.sh('kubectl taint node node-2 only=me:NoSchedule');
    const labels = { app: 'd' };
    simulator.apply(
      JSON.stringify({
        apiVersion: 'apps/v1',
        kind: 'DaemonSet',
        metadata: { name: 'd' },
        spec: {
          selector: { matchLabels: labels },
          template: { metadata: { labels }, spec: podSpec() },
        },
      }),
    );
    simulator.advance(5000);
    const nodes = () => pods(simulator).map(({ spec }) => spec.nodeName);
    expect(nodes().sort()).toEqual(['node-1', 'node-3']);
    simulator.sh('kubectl taint node node-2 only-');
    simulator.advance(5000);
    expect(nodes().sort()).toEqual(['node-1', 'node-2', 'node-3']);
  });

  it('a budget without pods is told of at its creation and at its first status', () => {
    const simulator = cluster();
    simulator.sh('kubectl create pdb lone --selector app=none --min-available 1');
    simulator.advance(10_000);
    const told = simulator.list('Event', 'default') as unknown as readonly Event[];
    expect(told.filter(({ reason }) => reason === 'NoPods').map(({ count }) => count)).toEqual([2]);
  });

  it('a namespace goes with all that is in it', () => {
    const simulator = cluster();
    simulator.sh(`kubectl create ns x; kubectl -n x create deploy d --image=${IMAGES[1]}`);
    simulator.sh('kubectl -n x create configmap c --from-literal=a=b');
    simulator.advance(3000);
    simulator.sh('kubectl delete ns x --wait=false');
    expect(simulator.get('Namespace', 'x')?.status).toMatchObject({ phase: 'Terminating' });
    simulator.advance(60_000);
    expect(simulator.get('Namespace', 'x')).toBeUndefined();
    expect(simulator.list('ConfigMap', 'x')).toEqual([]);
    expect(simulator.list('Pod', 'x')).toEqual([]);
  });

  it('pods leave a node that has fallen silent after their five minutes', () => {
    const simulator = cluster(2);
    simulator.apply(deployment({ replicas: 4 }));
    simulator.advance(5000);
    simulator.inject({ do: 'kubelet', node: 'node-2', action: 'stop' });
    simulator.advance(65_000);
    expect(simulator.sh('kubectl get node node-2').stdout).toContain('NotReady');
    const onLost = () => pods(simulator).filter(({ spec }) => spec.nodeName === 'node-2');
    expect(onLost().every(({ metadata }) => !metadata.deletionTimestamp)).toBe(true);
    simulator.advance(310_000);
    expect(onLost().every(({ metadata }) => metadata.deletionTimestamp !== undefined)).toBe(true);
    const others = pods(simulator).filter(({ spec }) => spec.nodeName === 'node-1');
    expect(others.filter(isReady)).toHaveLength(4);
  });
});
