import { expect } from 'vitest';
import type { ClusterSimulator } from '../../lab/simulator-api';
import { applied, columns, restarts, shell } from './test-examples';

/** What the notes' sidecars and adapters do for their neighbours. */

export function logCollectorShowsRequests(simulator: ClusterSimulator): void {
  const pod = 'webserver-with-logging-sidecar';
  const page = shell(simulator, `kubectl exec ${pod} -c nginx -- curl -s localhost`);
  expect(page).toContain('Welcome to nginx!');
  simulator.advance(2000);
  expect(shell(simulator, `kubectl logs ${pod} -c log-collector`)).toMatch(
    /^127\.0\.0\.1 - - \[01\/Jan\/2026:00:0\d:\d\d \+0000\] "GET \/ HTTP\/1\.1" 200 \d+ "-" "curl\/[\d.]+"( "-")?\n$/,
  );
}

export function metricsAreTheApps(simulator: ClusterSimulator): void {
  const inAdapter = 'kubectl exec app-with-monitoring-adapter -c monitoring-adapter -- wget -qO-';
  shell(simulator, `for i in 1 2 3; do ${inAdapter} localhost:8080/; done`);
  const metrics = shell(simulator, `${inAdapter} localhost:9091/metrics`);
  expect(metrics).toContain('my_app_requests_total 3\n');
  expect(metrics).toContain('my_app_up 1\n');
  for (const line of metrics.trimEnd().split('\n')) {
    expect(line).toMatch(/^(# (HELP|TYPE) \w+ .+|\w+ -?[\d.]+)$/);
  }
  expect(shell(simulator, `${inAdapter} localhost:8080/stats`)).toContain('requests: 3\n');
  shell(simulator, 'kubectl exec app-with-monitoring-adapter -c app -- kill 1');
  expect(shell(simulator, `${inAdapter} localhost:9091/metrics`)).toContain('my_app_up 0\n');
}

export function exporterCountsTheAppsRequests(simulator: ClusterSimulator): void {
  const inApp = 'kubectl exec app-with-metrics -c webapp -- wget -qO-';
  const counted = () =>
    Number(
      /^nginx_http_requests_total (\d+)$/m.exec(
        shell(simulator, `${inApp} localhost:9113/metrics`),
      )?.[1],
    );
  const before = counted();
  shell(simulator, `${inApp} localhost:8080/; ${inApp} localhost:8080/`);
  // The scrape itself is a request.
  expect(counted()).toBe(before + 3);
}

export function convertedLogIsTheAppsLog(simulator: ClusterSimulator): void {
  const read = (path: string) =>
    shell(simulator, `kubectl exec app-with-adapter -c log-adapter -- cat ${path}`);
  const json = read('/var/log/formatted/legacy.json').trimEnd().split('\n');
  const source = read('/var/log/app/legacy.log').split('\n');
  expect(json.length).toBeGreaterThanOrEqual(10);
  for (const [i, line] of json.entries()) {
    const { time, level, message, ms } = JSON.parse(line) as Record<string, string>;
    const stamp = (time ?? '').replace(/[-:Z]/g, '').replace('T', ' ');
    expect(source[i]).toBe(`${stamp} [${level?.toUpperCase().padEnd(5)}] ${message} (${ms} ms)`);
  }
}

export function restAdapterAsksTheDatabase(simulator: ClusterSimulator): void {
  const pod = 'database-with-adapter';
  const get = (path: string) =>
    `kubectl exec ${pod} -c rest-adapter -- wget -qO- localhost:8080${path}`;
  expect(JSON.parse(shell(simulator, get('/records/2')))).toEqual({
    id: '2',
    name: 'Grace Hopper',
  });
  expect(JSON.parse(shell(simulator, get('/records')))).toHaveLength(3);
  shell(
    simulator,
    `kubectl exec ${pod} -c rest-adapter -- sh -c 'echo PUT 4 Alan Turing | nc localhost 5000 -w 1'`,
  );
  expect(JSON.parse(shell(simulator, get('/records/4')))).toEqual({ id: '4', name: 'Alan Turing' });
  expect(shell(simulator, `kubectl logs ${pod} -c database`)).toContain('legacy-db: GET 2\n');
  expect(simulator.sh(get('/records/9')).stderr).toContain('404');
}

export function sidecarLogsWhatMainAnswers(simulator: ClusterSimulator): void {
  const log = shell(simulator, 'kubectl logs multi-container-pod -c sidecar-container');
  expect(log).toContain('sidecar-container: main-container on multi-container-pod, request 5\n');
  const main = shell(simulator, 'kubectl logs multi-container-pod -c main-container');
  expect(main.match(/"GET \/ HTTP\/1\.1" 200/g)?.length).toBeGreaterThanOrEqual(5);
}

export function logAgentSeesNothingOfTheApp(simulator: ClusterSimulator): void {
  const inApp = 'kubectl exec multi-container-pod -c webapp --';
  const inAgent = 'kubectl exec multi-container-pod -c log-agent --';
  // What the app writes into its own /var/log stays there: the note gives the volume to the agent alone.
  shell(simulator, `${inApp} sh -c 'echo hello > /var/log/app.log'`);
  expect(shell(simulator, `${inAgent} ls /var/log`)).not.toContain('app.log');
  // Over localhost they do meet.
  expect(shell(simulator, `${inAgent} wget -qO- localhost:8080/`)).toBe(
    'webapp on multi-container-pod\n',
  );
}

export function readerLogsTheWritersFile(simulator: ClusterSimulator): void {
  // Between two lines, so that the reader has seen the last one: tail looks once a second.
  simulator.advance(3000);
  const log = shell(simulator, 'kubectl logs shared-volume-pod -c reader');
  const file = shell(simulator, 'kubectl exec shared-volume-pod -c writer -- cat /data/log.txt');
  expect(log).toBe(file);
  const times = log
    .trimEnd()
    .split('\n')
    .map((line) => Date.parse(line.replace(' UTC', 'Z').replace(/^\w+ /, '')) / 1000);
  expect(times.length).toBeGreaterThanOrEqual(12);
  for (const [i, time] of times.entries()) {
    if (i > 0) expect(time - (times[i - 1] ?? 0)).toBeCloseTo(5, 0);
  }
}

export function signalsCrossContainers(simulator: ClusterSimulator): void {
  const ps = shell(simulator, 'kubectl exec ipc-pod -c container1 -- ps');
  expect(ps).toMatch(/^ +1 root .* \/pause$/m);
  const pid = /^ *(\d+) root .* app2$/m.exec(ps)?.[1];
  shell(simulator, `kubectl exec ipc-pod -c container1 -- kill -HUP ${pid}`);
  simulator.advance(1000);
  expect(shell(simulator, 'kubectl logs ipc-pod -c container2')).toContain('app2: got SIGHUP\n');
  shell(simulator, `kubectl exec ipc-pod -c container1 -- kill ${pid}`);
  simulator.advance(5000);
  expect(restarts(simulator, 'ipc-pod', 'container2')).toBe(1);
  expect(restarts(simulator, 'ipc-pod', 'container1')).toBe(0);
}

export function appOutlivesItsCache(simulator: ClusterSimulator): void {
  const app = 'kubectl exec app-with-cache -c webapp --';
  expect(shell(simulator, `${app} wget -qO- localhost:8080`)).toContain('visits: 1\n');
  shell(simulator, 'kubectl exec app-with-cache -c redis -- redis-cli set visits 41');
  expect(shell(simulator, `${app} wget -qO- localhost:8080`)).toContain('visits: 42\n');
  const before = shell(simulator, 'kubectl logs app-with-cache -c webapp | wc -l');
  shell(simulator, 'kubectl exec app-with-cache -c redis -- kill 1');
  simulator.advance(5000);
  const since = `kubectl logs app-with-cache -c webapp | tail -n +${Number(before) + 1}`;
  expect(shell(simulator, since)).toContain('webapp: cache localhost:6379: Connection refused');
  expect(shell(simulator, since)).toMatch(/cache localhost:6379: connected\n$/);
  expect(restarts(simulator, 'app-with-cache', 'webapp')).toBe(0);
  expect(restarts(simulator, 'app-with-cache', 'redis')).toBe(1);
  expect(columns(simulator)).toEqual({ ready: '2/2', status: 'Running' });
  // The data went with the process.
  expect(shell(simulator, `${app} wget -qO- localhost:8080`)).toContain('visits: 1\n');
}

export function ambassadorCannotBind(simulator: ClusterSimulator): void {
  const pod = 'redis-with-ambassador';
  const log = `kubectl logs ${pod} -c redis-ambassador`;
  expect(shell(simulator, log)).toMatch(/6379: Address already in use\n$/);
  expect(shell(simulator, `kubectl exec ${pod} -c redis -- redis-cli ping`)).toBe('PONG\n');
  const seen = new Set<string>();
  simulator.runUntil(() => {
    const [picture] = simulator.picture().pods;
    seen.add(`${picture?.ready} ${picture?.status}`);
    return false;
  }, 120_000);
  expect([...seen].sort()).toEqual(['1/2 CrashLoopBackOff', '1/2 Error', '2/2 Running']);
  expect(restarts(simulator, pod, 'redis')).toBe(0);
  expect(restarts(simulator, pod, 'redis-ambassador')).toBeGreaterThanOrEqual(4);
  ambassadorWorksOnAnotherPort();
}

function ambassadorWorksOnAnotherPort(): void {
  const env = 'image: redis-ambassador\n    env: [{name: LISTEN_PORT, value: "6380"}]';
  const repaired = applied('redis-with-ambassador', (text) =>
    text.replace('image: redis-ambassador', env),
  );
  repaired.advance(20_000);
  expect(columns(repaired)).toEqual({ ready: '2/2', status: 'Running' });
  const cli = 'kubectl exec redis-with-ambassador -c redis -- redis-cli';
  expect(shell(repaired, `${cli} -p 6380 set a 1; ${cli} get a`)).toBe('OK\n1\n');
}
