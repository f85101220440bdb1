import { expect } from 'vitest';
import type { ClusterSimulator } from '../../lab/simulator-api';
import { example } from '../../lab/test-example';
import { createSimulator } from '../../simulator';
import { advanceTo, applied, columns, service, shell } from './test-examples';

/** What the notes' init containers prepare, and what they wait for. */

const timesOf = (simulator: ClusterSimulator, container: string, type: string) =>
  simulator.trace
    .filter((record) => record.type === type && record.container === container)
    .map(({ t }) => t);

/** Each container starts only when the one before it has ended. */
function oneAfterTheOther(simulator: ClusterSimulator, ...containers: string[]): void {
  for (const [i, name] of containers.slice(1).entries()) {
    const [end = Number.NaN] = timesOf(simulator, containers[i] ?? '', 'container.exited');
    const [start] = timesOf(simulator, name, 'container.started');
    expect(start).toBeGreaterThan(end);
  }
}

export function initTakesFiveSeconds(simulator: ClusterSimulator): void {
  oneAfterTheOther(simulator, 'init-setup', 'webapp');
  const [start = 0] = timesOf(simulator, 'init-setup', 'container.started');
  const [end = 0] = timesOf(simulator, 'init-setup', 'container.exited');
  expect(end - start).toBeGreaterThanOrEqual(5000);
  expect(end - start).toBeLessThan(5200);
  expect(shell(simulator, 'kubectl logs init-demo -c init-setup')).toBe('Initializing...\n');
  const before = applied('init-demo');
  before.advance(start + 4000);
  expect(columns(before)).toEqual({ ready: '0/1', status: 'Init:0/1' });
}

export function initsRunInOrder(simulator: ClusterSimulator): void {
  oneAfterTheOther(simulator, 'init-container-1', 'init-container-2', 'main-container');
  const states = shell(
    simulator,
    "kubectl get pod init-container-pod -o jsonpath='{.status.initContainerStatuses[*].state.terminated.reason}'",
  );
  expect(states).toBe('Completed Completed');
}

export function shortNamesAreNeverFound(simulator: ClusterSimulator): void {
  expect(shell(simulator, 'kubectl logs webapp -c wait-for-db --tail=1')).toBe(
    'waiting for database\n',
  );
  simulator.apply(example('then/webapp'));
  simulator.advance(60_000);
  expect(columns(simulator, 'webapp')).toEqual({ ready: '0/1', status: 'Init:0/2' });
  const answers = shell(simulator, 'kubectl logs webapp -c wait-for-db --tail=40');
  expect(answers).toContain('Name:\tdatabase-service.default.svc.cluster.local\n');
  expect(answers).toContain("** server can't find database-service.cluster.local: NXDOMAIN\n");
  expect(answers).toMatch(/waiting for database\n$/);
  fullNamesAreFound();
}

function fullNamesAreFound(): void {
  const repaired = createSimulator();
  repaired.apply(
    example('webapp').replace(/nslookup (\S+-service)/g, 'nslookup $1.default.svc.cluster.local'),
  );
  advanceTo(repaired, 20);
  expect(columns(repaired)).toEqual({ ready: '0/1', status: 'Init:0/2' });
  repaired.apply(service('database-service'));
  repaired.advance(20_000);
  expect(columns(repaired)).toEqual({ ready: '0/1', status: 'Init:1/2' });
  repaired.apply(service('redis-service'));
  repaired.advance(20_000);
  expect(columns(repaired)).toEqual({ ready: '1/1', status: 'Running' });
}

export function volumeHasOwnersAndModes(simulator: ClusterSimulator): void {
  const inApp = 'kubectl exec permission-setup -c webapp --';
  const listing = shell(simulator, `${inApp} ls -ln /data`);
  expect(listing.split('\n').map((line) => line.split(/\s+/).slice(0, 4).join(' '))).toEqual([
    'total 8',
    'drwxrwxrwx 2 1000 1000',
    'drwxr-xr-x 2 1000 1000',
    '',
  ]);
  expect(shell(simulator, `${inApp} id -u`)).toBe('1000\n');
  shell(simulator, `${inApp} touch /data/uploads/mine /data/logs/mine`);
  anotherUserIsRefused();
}

function anotherUserIsRefused(): void {
  const stranger = `  - name: stranger
    image: busybox
    command: ["sleep", "3600"]
    securityContext: {runAsUser: 2000}
    volumeMounts: [{name: data, mountPath: /data}]
`;
  const simulator = applied('permission-setup', (text) =>
    text.replace(/(?=\n {2}volumes:\n)/, `\n${stranger}`),
  );
  simulator.advance(30_000);
  const touch = 'kubectl exec permission-setup -c stranger -- touch';
  expect(simulator.sh(`${touch} /data/uploads/mine`)).toMatchObject({
    stderr: expect.stringContaining('touch: /data/uploads/mine: Permission denied\n'),
    exitCode: 1,
  });
  shell(simulator, `${touch} /data/logs/mine`);
}

export function waitsGetLonger(simulator: ClusterSimulator): void {
  expect(shell(simulator, 'kubectl logs config-downloader -c download-config')).toContain(
    'curl: (6) Could not resolve host: config-server\n',
  );
  advanceTo(simulator, 180);
  const starts = timesOf(simulator, 'download-config', 'container.started');
  const pauses = timesOf(simulator, 'download-config', 'container.exited').map(
    (end) => ((starts.find((t) => t > end) ?? 0) - end) / 1000,
  );
  // The first restart is at once; what comes on top of a back-off is the kubelet's own second or two.
  for (const [index, backOff] of [10, 20, 40].entries()) {
    expect(pauses[index + 1]).toBeGreaterThanOrEqual(backOff);
    expect(pauses[index + 1]).toBeLessThanOrEqual(backOff * 1.5 + 2);
  }
}
