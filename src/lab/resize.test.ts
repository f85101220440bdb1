import { describe, expect, it } from 'vitest';
import type { Pod } from '../api/types';
import { createSimulator } from '../simulator';
import type { ClusterSimulator } from './simulator-api';

function lab(policy = ''): ClusterSimulator {
  const simulator = createSimulator({ pulledImages: ['busybox:1.37'] });
  simulator.apply(`apiVersion: v1
kind: Pod
metadata: {name: p}
spec:
  terminationGracePeriodSeconds: 1
  containers:
  - {name: app, image: "busybox:1.37", command: [sleep, "100000"], resources: {requests: {cpu: 200m, memory: 64Mi}, limits: {cpu: 400m, memory: 128Mi}}${policy}}
  - {name: idle, image: "busybox:1.37", command: [sleep, "100000"]}
`);
  simulator.advance(5000);
  return simulator;
}

function resize(simulator: ClusterSimulator, resources: string): string {
  const patch = `{"spec":{"containers":[{"name":"app","resources":${resources}}]}}`;
  const { stdout, stderr } = simulator.sh(`kubectl patch pod p --subresource resize -p '${patch}'`);
  simulator.advance(3000);
  return stdout + stderr;
}

function pod(simulator: ClusterSimulator): Pod {
  return simulator.get('Pod', 'p') as Pod;
}

function events(simulator: ClusterSimulator): string[] {
  const { stdout } = simulator.sh(
    'kubectl get events -o custom-columns=R:.reason,M:.message --no-headers',
  );
  return stdout
    .split('\n')
    .filter((line) => /^Resize|^Killing/.test(line))
    .map((line) => line.replace(/ +/, ' '));
}

function inside(simulator: ClusterSimulator, file: string): string {
  return simulator.sh(`kubectl exec p -c app -- cat /sys/fs/cgroup/${file}`).stdout.trim();
}

const MORE = '{"requests":{"cpu":"300m"},"limits":{"cpu":"500m","memory":"256Mi"}}';
const GIVEN =
  '{"containers":[{"name":"app","resources":{"limits":{"cpu":"500m","memory":"256Mi"},"requests":{"cpu":"300m","memory":"64Mi"}}},{"name":"idle","resources":{}}],"generation":2}';

describe('in-place resize', () => {
  it('changes the limits of a container that goes on running', () => {
    const simulator = lab();
    expect(inside(simulator, 'cpu.max')).toBe('40000 100000');
    expect(resize(simulator, MORE)).toBe('pod/p patched\n');
    expect(inside(simulator, 'cpu.max')).toBe('50000 100000');
    expect(inside(simulator, 'memory.max')).toBe(String(256 * 1024 ** 2));
    const app = pod(simulator).status?.containerStatuses?.[0];
    expect(app).toMatchObject({
      restartCount: 0,
      allocatedResources: { cpu: '300m', memory: '64Mi' },
      resources: { limits: { cpu: '500m', memory: '256Mi' } },
    });
    expect(events(simulator)).toEqual([
      `ResizeStarted Pod resize started: ${GIVEN}`,
      `ResizeCompleted Pod resize completed: ${GIVEN}`,
    ]);
    expect(pod(simulator).status?.conditions?.map(({ type }) => type)).not.toContain(
      'PodResizeInProgress',
    );
  });

  it('restarts a container whose policy says so, and it alone', () => {
    const simulator = lab(
      ', resizePolicy: [{resourceName: memory, restartPolicy: RestartContainer}]',
    );
    resize(simulator, '{"limits":{"cpu":"450m"}}');
    expect(pod(simulator).status?.containerStatuses?.[0]?.restartCount).toBe(0);
    resize(simulator, '{"limits":{"memory":"256Mi"}}');
    simulator.advance(5000);
    expect(pod(simulator).status?.containerStatuses?.map((one) => one.restartCount)).toEqual([
      1, 0,
    ]);
    expect(events(simulator)).toContain('Killing Container app resize requires restart');
    expect(inside(simulator, 'memory.max')).toBe(String(256 * 1024 ** 2));
  });

  it('does not take memory away that is in use, and tries again', () => {
    const simulator = lab();
    simulator.inject({ do: 'leak memory', pod: 'default/p', container: 'app', bytes: 100 << 20 });
    simulator.advance(2000);
    resize(simulator, '{"limits":{"memory":"80Mi"}}');
    // The status of the pod is made at the beginning of a sync, so the next one tells.
    simulator.advance(20_000);
    const condition = () =>
      pod(simulator).status?.conditions?.find(({ type }) => type === 'PodResizeInProgress');
    const why =
      /^cannot decrease memory limits: attempting to set container "app" memory limit \(83886080\) below current usage \(\d+\)$/;
    expect(condition()).toMatchObject({
      status: 'True',
      reason: 'Error',
      message: expect.stringMatching(why),
    });
    expect(events(simulator).at(-1)).toMatch(/^ResizeError Pod resize error: \{"containers":\[/);
    expect(inside(simulator, 'memory.max')).toBe(String(128 * 1024 ** 2));
    resize(simulator, '{"limits":{"memory":"120Mi"}}');
    expect(condition()).toBeUndefined();
    expect(inside(simulator, 'memory.max')).toBe(String(120 * 1024 ** 2));
  });

  it('says what can never be had, and keeps what there is', () => {
    const simulator = lab();
    resize(simulator, '{"requests":{"cpu":"100"},"limits":{"cpu":"100"}}');
    const why = "Node didn't have enough capacity: cpu, requested: 100000, capacity: 4000";
    expect(pod(simulator).status?.conditions?.[0]).toMatchObject({
      type: 'PodResizePending',
      status: 'True',
      reason: 'Infeasible',
      message: why,
      observedGeneration: 2,
    });
    expect(inside(simulator, 'cpu.max')).toBe('40000 100000');
    expect(pod(simulator).status?.containerStatuses?.[0]?.resources?.limits?.cpu).toBe('400m');
    expect(events(simulator)).toEqual([
      expect.stringContaining(
        `ResizeInfeasible Pod resize Infeasible: {"containers":[{"name":"app"`,
      ),
    ]);
    resize(simulator, '{"requests":{"cpu":"200m"},"limits":{"cpu":"400m"}}');
    expect(pod(simulator).status?.conditions?.[0]?.type).toBe('PodReadyToStartContainers');
  });

  it('waits for room, and takes it', () => {
    const simulator = lab();
    simulator.apply(
      '{apiVersion: v1, kind: Pod, metadata: {name: big}, spec: {terminationGracePeriodSeconds: 1, containers: [{name: a, image: "busybox:1.37", command: [sleep, "100000"], resources: {requests: {cpu: "3"}}}]}}',
    );
    simulator.advance(3000);
    resize(simulator, '{"requests":{"cpu":"2"},"limits":{"cpu":"2"}}');
    expect(pod(simulator).status?.conditions?.[0]).toMatchObject({
      reason: 'Deferred',
      message: "Node didn't have enough resource: cpu, requested: 2000, used: 3000, capacity: 4000",
    });
    simulator.sh('kubectl delete pod big');
    simulator.advance(5000);
    expect(inside(simulator, 'cpu.max')).toBe('200000 100000');
    expect(pod(simulator).status?.conditions?.[0]?.type).toBe('PodReadyToStartContainers');
  });
});
