import { expect } from 'vitest';
import type { Deployment } from '../../api/types';
import type { ClusterSimulator } from '../../lab/simulator-api';
import { example } from '../../lab/test-example';
import { shell, withFullNames } from './test-examples';

/** The notes' Deployment: three replicas of two init containers and four containers. */

const statuses = (simulator: ClusterSimulator) =>
  shell(simulator, 'kubectl get pods -l app=production-app --no-headers')
    .trim()
    .split('\n')
    .map((line) => line.split(/\s+/).slice(1, 3).join(' '));

const names = (simulator: ClusterSimulator) =>
  shell(simulator, 'kubectl get pods -l app=production-app -o name').trim().split('\n');

export function deploymentRunsAndRolls(simulator: ClusterSimulator): void {
  expect(statuses(simulator)).toEqual(Array(3).fill('0/4 Init:0/2'));
  expect(shell(simulator, 'kubectl get events')).toContain(
    'MountVolume.SetUp failed for volume "fluent-config" : configmap "fluent-bit-config" not found',
  );
  simulator.apply(example('then/production-app'));
  simulator.apply(example('then/config-server'));
  simulator.advance(180_000);
  // The volumes are there, both Services exist, and busybox still does not find them by their short names.
  expect(statuses(simulator)).toEqual(Array(3).fill('0/4 Init:0/2'));
  const [waiting] = names(simulator);
  expect(shell(simulator, `kubectl logs ${waiting} -c wait-for-services --tail=1`)).toBe(
    'Waiting for services...\n',
  );

  simulator.apply(withFullNames(example('production-app')));
  expect(shell(simulator, 'kubectl rollout status deployment/production-app --timeout=5m')).toMatch(
    /successfully rolled out\n$/,
  );
  // What it rolled from has its grace period.
  simulator.advance(40_000);
  expect(statuses(simulator)).toEqual(Array(3).fill('4/4 Running'));
  containersDoTheirWork(simulator);
  aDeletedPodIsReplaced(simulator);
  aNewImageRolls(simulator);
  aReadinessFailureStopsTheRoll(simulator);
}

function containersDoTheirWork(simulator: ClusterSimulator): void {
  const [pod] = names(simulator);
  const inApp = `kubectl exec ${pod} -c webapp --`;
  expect(shell(simulator, `${inApp} cat /etc/app/app.yaml`)).toBe('greeting: hello\n');
  expect(shell(simulator, `${inApp} wget -qO- localhost:8080`)).toContain('visits: 1\n');
  simulator.advance(8000);
  expect(shell(simulator, `kubectl logs ${pod} -c log-collector`)).toContain('GET /ready HTTP/1.1');
  expect(shell(simulator, `${inApp} wget -qO- localhost:9102/metrics`)).toContain(
    'statsd_exporter',
  );
  const probes = simulator.trace.filter(
    ({ type, pod: of, result }) =>
      type === 'probe' && `pod/${String(of).split('/')[1]}` === pod && result === 'success',
  );
  expect(new Set(probes.map(({ probe }) => probe))).toEqual(new Set(['liveness', 'readiness']));
}

function aDeletedPodIsReplaced(simulator: ClusterSimulator): void {
  const [gone = '', ...others] = names(simulator);
  shell(simulator, `kubectl delete ${gone}`);
  simulator.advance(30_000);
  expect(names(simulator)).toHaveLength(3);
  expect(names(simulator)).toEqual(expect.arrayContaining(others));
  expect(names(simulator)).not.toContain(gone);
  expect(statuses(simulator)).toEqual(Array(3).fill('4/4 Running'));
}

function aNewImageRolls(simulator: ClusterSimulator): void {
  const before = names(simulator);
  shell(simulator, 'kubectl set image deployment/production-app webapp=webapp:1.1');
  shell(simulator, 'kubectl rollout status deployment/production-app --timeout=5m');
  simulator.advance(40_000);
  expect(names(simulator).filter((name) => before.includes(name))).toEqual([]);
  const images = `kubectl get pods -l app=production-app -o jsonpath='{.items[*].spec.containers[0].image}'`;
  expect(shell(simulator, images)).toBe('webapp:1.1 webapp:1.1 webapp:1.1');
}

function aReadinessFailureStopsTheRoll(simulator: ClusterSimulator): void {
  const before = names(simulator);
  // nginx does not listen on the port that the probes ask.
  shell(simulator, 'kubectl set image deployment/production-app webapp=nginx');
  simulator.advance(120_000);
  const after = names(simulator);
  expect(after).toEqual(expect.arrayContaining(before));
  expect(after).toHaveLength(4);
  const { status } = simulator.get('Deployment', 'production-app') as Deployment;
  expect(status).toMatchObject({ readyReplicas: 3, updatedReplicas: 1, unavailableReplicas: 1 });
  shell(simulator, 'kubectl rollout undo deployment/production-app');
  simulator.advance(60_000);
  expect(names(simulator).sort()).toEqual([...before].sort());
}
