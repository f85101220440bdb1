import { expect } from 'vitest';
import type { ClusterSimulator } from '../../lab/simulator-api';
import { example } from '../../lab/test-example';
import { columns, shell, uid, until } from './test-examples';
import { waitsGetLonger } from './test-seed-inits';

/** The notes' manifests that wait for objects which the notes do not show. */

/** Creates what a pod waits for; the pod must start without being made again. */
function create(
  simulator: ClusterSimulator,
  pod: string,
  file: string,
  ready: string,
  status = 'Running',
): void {
  const before = uid(simulator, pod);
  simulator.apply(example(`then/${file}`));
  until(simulator, pod, ready, status, 200);
  expect(uid(simulator, pod)).toBe(before);
}

function expectFailedMount(
  simulator: ClusterSimulator,
  pod: string,
  volume: string,
  configMap: string,
): void {
  const events = `kubectl get events --field-selector involvedObject.name=${pod},reason=FailedMount`;
  expect(shell(simulator, events)).toContain(
    `MountVolume.SetUp failed for volume "${volume}" : configmap "${configMap}" not found`,
  );
}

export function logShipperCollects(simulator: ClusterSimulator): void {
  const pod = 'webapp-with-logging';
  expectFailedMount(simulator, pod, 'config', 'fluent-bit-config');
  create(simulator, pod, pod, '2/2');
  shell(simulator, `kubectl exec ${pod} -c webapp -- curl -s localhost/hello`);
  simulator.advance(4000);
  expect(shell(simulator, `kubectl logs ${pod} -c log-shipper`)).toMatch(
    /\{"date":[\d.]+,"log":"127\.0\.0\.1 - - \[.+\] \\"GET \/hello HTTP\/1\.1\\" 404 /,
  );
}

export function queriesGoThroughTheAmbassador(simulator: ClusterSimulator): void {
  const pod = 'app-with-ambassador';
  expectFailedMount(simulator, pod, 'config', 'haproxy-config');
  create(simulator, pod, pod, '2/2');
  simulator.advance(10_000);
  // The app asks localhost:5432, haproxy listens there, and the Service leads to the database.
  const ask = `kubectl exec ${pod} -c webapp -- wget -qO- localhost:8080/db`;
  expect(shell(simulator, ask)).toMatch(/^database: PostgreSQL 17\.\d+ on /);
  const ip = shell(simulator, `kubectl get pod ${pod} -o jsonpath='{.status.podIP}'`);
  const query = `kubectl exec database -- env PGPASSWORD=example psql -h ${ip} -U postgres -d app -Atc 'select 40 + 2'`;
  expect(shell(simulator, query)).toBe('42\n');
  expect(shell(simulator, `kubectl logs ${pod} -c db-ambassador`)).toContain('database/db1');
  shell(simulator, 'kubectl delete pod database');
  expect(simulator.sh(ask)).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining('HTTP/1.1 502 Bad Gateway'),
  });
}

export function gatewayRefusesAndLimits(simulator: ClusterSimulator): void {
  const pod = 'app-with-gateway';
  expectFailedMount(simulator, pod, 'nginx-config', 'nginx-gateway-config');
  create(simulator, pod, pod, '2/2');
  const curl = `kubectl exec ${pod} -c api-gateway -- curl -s`;
  const code = `${curl} -o /dev/null -w '%{http_code}' localhost`;
  const ask = (options: string) => {
    simulator.advance(2000);
    return shell(simulator, `${code} ${options}`);
  };
  expect(ask('')).toBe('401');
  expect(ask('-u learner:wrong')).toBe('401');
  expect(ask('-u learner:let-me-in')).toBe('200');
  expect(shell(simulator, `${curl} -u learner:let-me-in localhost`)).toBe(`webapp on ${pod}\n`);
  simulator.advance(5000);
  const burst = shell(
    simulator,
    `kubectl exec ${pod} -c api-gateway -- sh -c 'for i in 1 2 3 4 5 6 7 8; do curl -s -o /dev/null -w "%{http_code} " -u learner:let-me-in localhost; done'`,
  );
  expect(burst).toMatch(/^(200 ){2,5}(503 )+$/);
  expect(ask('-u learner:let-me-in')).toBe('200');
}

export function nginxServesTheClone(simulator: ClusterSimulator): void {
  const inApp = 'kubectl exec git-sync-pod -c webapp --';
  const file = shell(simulator, `${inApp} cat /usr/share/nginx/html/index.html`);
  expect(file).toContain('github.com/user/repo');
  expect(shell(simulator, `${inApp} curl -s localhost`)).toBe(file);
  expect(shell(simulator, 'kubectl logs git-sync-pod -c git-clone')).toContain(
    "Cloning into '/data'...",
  );
}

export function migrationWaitsThreeTimes(simulator: ClusterSimulator): void {
  const pod = 'app-with-migration';
  expectFailedMount(simulator, pod, 'migrations', 'db-migrations');
  create(simulator, pod, pod, '0/1', 'Init:CreateContainerConfigError');
  expect(shell(simulator, `kubectl describe pod ${pod}`)).toContain(
    'Error: secret "db-secret" not found',
  );
  create(simulator, pod, 'app-with-migration-database', '1/1');
  const rows = `kubectl exec database -- env PGPASSWORD=example psql -h localhost -U postgres -d app -Atc`;
  expect(shell(simulator, `${rows} 'select item from orders'`)).toBe('first order\n');
  expect(shell(simulator, `${rows} 'select version, dirty from schema_migrations'`)).toBe('2|f\n');
}

export function downloadsSucceedInTheEnd(simulator: ClusterSimulator): void {
  waitsGetLonger(simulator);
  create(simulator, 'config-downloader', 'config-server', '1/1');
  const inApp = 'kubectl exec config-downloader -c webapp --';
  expect(shell(simulator, `${inApp} cat /etc/app/app.conf /etc/app/secrets.conf`)).toBe(
    'greeting = hello\ntoken = not-so-secret\n',
  );
  expect(columns(simulator, 'config-downloader')).toEqual({ ready: '1/1', status: 'Running' });
}
