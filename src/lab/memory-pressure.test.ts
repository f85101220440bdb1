import { describe, expect, it } from 'vitest';
import type { Node, Pod } from '../api/types';
import { createSimulator } from '../simulator';
import type { ClusterSimulator } from './simulator-api';

const MIB = 1024 ** 2;

function lab(): ClusterSimulator {
  const simulator = createSimulator({ pulledImages: ['busybox:1.37'] });
  const pod = (name: string, resources: string) =>
    `{apiVersion: v1, kind: Pod, metadata: {name: ${name}}, spec: {terminationGracePeriodSeconds: 5, containers: [{name: app, image: "busybox:1.37", command: [sleep, "100000"], resources: ${resources}}]}}`;
  simulator.apply(
    [
      pod('besteffort', '{}'),
      pod('burstable', '{requests: {memory: 256Mi}}'),
      pod('guaranteed', '{limits: {cpu: 100m, memory: 2Gi}}'),
    ].join('\n---\n'),
  );
  simulator.advance(5000);
  return simulator;
}

function leak(simulator: ClusterSimulator, name: string, mebibytes: number): void {
  simulator.inject({ do: 'leak memory', pod: `default/${name}`, bytes: mebibytes * MIB });
}

function statusOf(simulator: ClusterSimulator, name: string): Pod['status'] {
  return (simulator.get('Pod', name) as Pod).status;
}

function pressure(simulator: ClusterSimulator): string | undefined {
  const node = simulator.get('Node', 'node-1') as Node;
  return node.status?.conditions?.find(({ type }) => type === 'MemoryPressure')?.status;
}

/** A node of the lab has 7957.6 MiB, of which its own programs hold 640. */
describe('a node that is short of memory', () => {
  it('evicts the pod that is furthest over its request', () => {
    const simulator = lab();
    leak(simulator, 'guaranteed', 1500);
    leak(simulator, 'besteffort', 1000);
    leak(simulator, 'burstable', 4750);
    simulator.advance(20_000);
    const message =
      'The node was low on resource: memory. Threshold quantity: 100Mi, available: 67728Ki. Container app was using 4864512Ki, request is 256Mi, has larger consumption of memory. ';
    expect(statusOf(simulator, 'burstable')).toMatchObject({
      phase: 'Failed',
      reason: 'Evicted',
      message,
    });
    expect(statusOf(simulator, 'burstable')?.conditions?.[0]).toMatchObject({
      type: 'DisruptionTarget',
      status: 'True',
      reason: 'TerminationByKubelet',
      message,
    });
    expect(statusOf(simulator, 'besteffort')?.phase).toBe('Running');
    expect(statusOf(simulator, 'guaranteed')?.phase).toBe('Running');
    expect(pressure(simulator)).toBe('True');
    const events = simulator.sh('kubectl get events').stdout;
    expect(events).toMatch(
      /Warning +EvictionThresholdMet +node\/node-1 +Attempting to reclaim memory/,
    );
    expect(events).toMatch(/NodeHasInsufficientMemory +node\/node-1 +Node node-1 status is now: /);
  });

  it('refuses pods without requests until the pressure has been over for five minutes', () => {
    const simulator = lab();
    leak(simulator, 'burstable', 7250);
    simulator.advance(20_000);
    const late = (name: string) => {
      simulator.apply(
        `{apiVersion: v1, kind: Pod, metadata: {name: ${name}}, spec: {nodeName: node-1, containers: [{name: app, image: "busybox:1.37", command: [sleep, "100000"]}]}}`,
      );
      simulator.advance(2000);
      return statusOf(simulator, name);
    };
    expect(late('early')).toMatchObject({
      phase: 'Failed',
      reason: 'Evicted',
      message: 'Pod was rejected: The node had condition: [MemoryPressure]. ',
    });
    simulator.advance(330_000);
    expect(pressure(simulator)).toBe('False');
    expect(late('later')?.phase).toBe('Running');
  });

  it('has the kernel kill when nothing is left: first who is promised nothing', () => {
    const simulator = lab();
    leak(simulator, 'besteffort', 3700);
    leak(simulator, 'burstable', 3600);
    leak(simulator, 'guaranteed', 100);
    simulator.advance(3000);
    expect(statusOf(simulator, 'besteffort')?.containerStatuses?.[0]).toMatchObject({
      restartCount: 1,
      lastState: { terminated: { exitCode: 137, reason: 'OOMKilled' } },
    });
    expect(statusOf(simulator, 'burstable')?.containerStatuses?.[0]?.restartCount).toBe(0);
    expect(simulator.sh('kubectl get events').stdout).toMatch(
      /SystemOOM +node\/node-1 +System OOM encountered, victim process: sleep, pid: 1/,
    );
  });
});

it('the files of a container tell its limits and what it takes', () => {
  const simulator = createSimulator({ pulledImages: ['busybox:1.37'] });
  simulator.apply(
    '{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: [{name: app, image: "busybox:1.37", command: [sh, -c, "while :; do :; done"], resources: {requests: {cpu: 100m, memory: 80Mi}, limits: {cpu: 200m, memory: 160Mi}}}]}}',
  );
  simulator.advance(20_000);
  const read = (file: string) => simulator.sh(`kubectl exec p -- cat ${file}`).stdout.trim();
  expect(read('/sys/fs/cgroup/cpu.max')).toBe('20000 100000');
  expect(read('/sys/fs/cgroup/cpu.weight')).toBe('4');
  expect(read('/sys/fs/cgroup/memory.max')).toBe(String(160 * MIB));
  expect(read('/proc/1/oom_score_adj')).toBe('990');
  const statistics = new Map(
    read('/sys/fs/cgroup/cpu.stat')
      .split('\n')
      .map((line) => line.split(' ') as [string, string]),
  );
  const used = Number(statistics.get('usage_usec'));
  expect(used).toBeGreaterThan(3_500_000);
  expect(used).toBeLessThan(4_500_000);
  expect(Number(statistics.get('nr_throttled'))).toBeGreaterThan(150);
  expect(Number(statistics.get('throttled_usec'))).toBeGreaterThan(10_000_000);
});

it.each([
  ['a program that holds all it reads', '["tail", "/dev/zero"]', 137, 'OOMKilled'],
  ['files in memory', '[sh, -c, "dd if=/dev/zero of=/dev/shm/f bs=1M count=60"]', 137, 'OOMKilled'],
  ['files on the disk', '[sh, -c, "dd if=/dev/zero of=/f bs=1M count=200"]', 0, 'Completed'],
])('the memory limit counts %s', (_, command, exitCode, reason) => {
  const simulator = createSimulator({ pulledImages: ['busybox:1.37'] });
  simulator.apply(
    `{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {restartPolicy: Never, containers: [{name: app, image: "busybox:1.37", command: ${command}, resources: {limits: {memory: 32Mi}}}]}}`,
  );
  simulator.advance(10_000);
  const { state } = statusOf(simulator, 'p')?.containerStatuses?.[0] ?? {};
  expect(state?.terminated).toMatchObject({ exitCode, reason });
});

it('a disk that is filled beyond the limit evicts', () => {
  const simulator = createSimulator({ pulledImages: ['busybox:1.37'] });
  simulator.apply(
    '{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: [{name: app, image: "busybox:1.37", command: [sh, -c, "dd if=/dev/zero of=/cache/f bs=1M count=600; sleep 100000"], volumeMounts: [{name: cache, mountPath: /cache}]}], volumes: [{name: cache, emptyDir: {sizeLimit: 500Mi}}]}}',
  );
  simulator.advance(200_000);
  expect(statusOf(simulator, 'p')).toMatchObject({
    reason: 'Evicted',
    message: 'Usage of EmptyDir volume "cache" exceeds the limit "500Mi". ',
  });
});
