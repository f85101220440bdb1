import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Pod } from '../api/types';
import { type ClusterSimulator, createSimulator } from '../simulator';

const IMAGES = ['busybox:1.35', 'busybox:1.36', 'busybox:1.37'] as const;
const LOOP = "trap 'exit 0' TERM; while true; do sleep 1 & wait $!; done";

interface Workload {
  readonly spec: {
    readonly replicas?: number;
    readonly template: { readonly spec: Pod['spec'] };
  };
}

function template(app: string) {
  const container = { name: 'a', image: IMAGES[0], command: ['sh', '-c', LOOP] };
  return { metadata: { labels: { app } }, spec: { containers: [container] } };
}

function setOf(kind: string, name: string, spec: object): string {
  const selector = { matchLabels: { app: name } };
  return JSON.stringify({
    apiVersion: 'apps/v1',
    kind,
    metadata: { name },
    spec: { selector, template: template(name), ...spec },
  });
}

function jobOf(completions: number, parallelism: number, completionMode: string): string {
  const container = { name: 'a', image: IMAGES[0], command: ['sh', '-c', 'sleep 4'] };
  const pod = { spec: { restartPolicy: 'Never', containers: [container] } };
  const spec = { completions, parallelism, completionMode, backoffLimit: 20, template: pod };
  return JSON.stringify({ apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'j' }, spec });
}

const image = fc.constantFrom(...IMAGES);

/** What somebody may do to the three of them; each with how long to wait afterwards, in ms. */
const step = fc.tuple(
  fc.oneof(
    fc.nat(4).map((count) => `kubectl scale sts w --replicas=${count}`),
    image.map((one) => `kubectl set image sts/w a=${one}`),
    image.map((one) => `kubectl set image ds/d a=${one}`),
    fc.constantFrom('app=w', 'app=d', 'job-name=j').map((label) => {
      return `kubectl delete pod -l ${label} --wait=false`;
    }),
    fc.constantFrom('sts w', 'ds d').map((target) => `kubectl rollout undo ${target}`),
    fc.constantFrom('NoSchedule', 'NoExecute').map((effect) => {
      return `kubectl taint node node-2 k=v:${effect}`;
    }),
    fc.boolean().map((suspend) => `kubectl patch job j -p '{"spec":{"suspend":${suspend}}}'`),
  ),
  fc.constantFrom(0, 50, 1000, 4000, 9000),
);

function podsOf(simulator: ClusterSimulator, label: string, value: string): Pod[] {
  const pods = simulator.list('Pod', 'default') as Pod[];
  return pods.filter(({ metadata }) => metadata.labels?.[label] === value);
}

const isReady = ({ status }: Pod) =>
  status?.conditions?.some((one) => one.type === 'Ready' && one.status === 'True') === true;

function expectPods(simulator: ClusterSimulator, kind: string, name: string, count?: number) {
  const { spec } = simulator.get(kind, name) as unknown as Workload;
  const pods = podsOf(simulator, 'app', name);
  expect(pods.filter(isReady)).toHaveLength(count ?? spec.replicas ?? 0);
  expect(pods).toHaveLength(count ?? spec.replicas ?? 0);
  const wanted = spec.template.spec.containers[0]?.image;
  for (const pod of pods) expect(pod.spec.containers[0]?.image).toBe(wanted);
}

describe('StatefulSets, DaemonSets and Jobs', () => {
  it('end where they shall, whatever is done to them on the way', () => {
    const management = fc.constantFrom('OrderedReady', 'Parallel');
    const rolling = fc.constantFrom({}, { maxSurge: 1, maxUnavailable: 0 });
    const job = fc.tuple(
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 1, max: 3 }),
      fc.constantFrom('Indexed', 'NonIndexed'),
    );
    const steps = fc.array(step, { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(management, rolling, job, steps, (policy, rollingUpdate, jobSpec, todo) => {
        const simulator = createSimulator({ nodes: 2, pulledImages: IMAGES });
        const ordered = { serviceName: 'w', replicas: 3, podManagementPolicy: policy };
        const updateStrategy = { type: 'RollingUpdate', rollingUpdate };
        simulator.apply(setOf('StatefulSet', 'w', ordered));
        simulator.apply(setOf('DaemonSet', 'd', { updateStrategy }));
        simulator.apply(jobOf(...jobSpec));
        for (const [command, ms] of todo) {
          simulator.sh(command);
          simulator.advance(ms);
        }
        simulator.sh('kubectl taint node node-2 k-');
        simulator.sh(`kubectl patch job j -p '{"spec":{"suspend":false}}'`);
        simulator.advance(300_000);
        expectPods(simulator, 'StatefulSet', 'w');
        expectPods(simulator, 'DaemonSet', 'd', 2);
        const { status } = simulator.get('Job', 'j') as { status?: object };
        expect(status).toMatchObject({ succeeded: jobSpec[0], terminating: 0 });
        for (const { metadata } of podsOf(simulator, 'job-name', 'j')) {
          expect(metadata.finalizers).toBeUndefined();
        }
      }),
      { numRuns: 10, seed: 11 },
    );
  }, 60_000);
});
