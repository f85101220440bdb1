import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Pod } from '../api/types';
import { createSimulator } from '../simulator';
import type { ClusterSimulator } from './simulator-api';

const EXAMPLES = new URL('../../lessons/examples/', import.meta.url);

/** A new cluster to which an example has just been applied. */
function applied(example: string): ClusterSimulator {
  const simulator = createSimulator();
  simulator.apply(readFileSync(new URL(`${example}.yaml`, EXAMPLES), 'utf8'));
  return simulator;
}

/** What a script prints on the workstation; fails the test when the script fails. */
function shell(simulator: ClusterSimulator, script: string): string {
  const { stdout, stderr, exitCode } = simulator.sh(script);
  expect({ script, stderr: exitCode === 0 ? '' : stderr, exitCode }).toEqual({
    script,
    stderr: '',
    exitCode: 0,
  });
  return stdout;
}

/** READY and STATUS as `kubectl get pods` shows them. */
function columns(simulator: ClusterSimulator): { ready: string; status: string } {
  const [ready = '', status = ''] = shell(simulator, 'kubectl get pods --no-headers')
    .trim()
    .split(/\s+/)
    .slice(1);
  return { ready, status };
}

function advanceTo(simulator: ClusterSimulator, seconds: number): void {
  simulator.advance(seconds * 1000 - simulator.now);
}

function service(name: string): string {
  return `apiVersion: v1\nkind: Service\nmetadata: {name: ${name}}\nspec:\n  selector: {app: ${name}}\n  ports: [{port: 80}]\n`;
}

describe('the notes’ manifests on a bare cluster, at 60 s', () => {
  it.each([
    ['app-with-cache', '2/2', /^Running$/],
    ['config-downloader', '0/1', /^Init:(Error|CrashLoopBackOff)$/],
    ['init-demo', '1/1', /^Running$/],
    ['permission-setup', '1/1', /^Running$/],
    ['shared-volume-pod', '2/2', /^Running$/],
    ['webapp', '0/1', /^Init:0\/2$/],
    ['webapp-with-logging', '0/2', /^ContainerCreating$/],
    ['webserver-with-logging-sidecar', '2/2', /^Running$/],
  ])('%s: %s %s', (example, ready, status) => {
    const simulator = applied(example);
    advanceTo(simulator, 60);
    expect(columns(simulator)).toEqual({ ready, status: expect.stringMatching(status) });
  });
});

describe('init-demo', () => {
  it('is 0/1 during the five seconds of its init container, then 1/1', () => {
    const simulator = applied('init-demo');
    const has = (type: string, container: string) =>
      simulator.trace.find((record) => record.type === type && record.container === container);
    expect(
      simulator.runUntil(() => has('container.started', 'init-setup') !== undefined, 60_000),
    ).toBe(true);
    simulator.advance(4000);
    expect(columns(simulator)).toEqual({ ready: '0/1', status: 'Init:0/1' });
    simulator.advance(2000);
    const ran =
      (has('container.exited', 'init-setup')?.t ?? 0) -
      (has('container.started', 'init-setup')?.t ?? 0);
    expect(ran).toBeGreaterThanOrEqual(5000);
    expect(ran).toBeLessThan(5200);
    simulator.advance(15_000);
    expect(columns(simulator)).toEqual({ ready: '1/1', status: 'Running' });
    expect(shell(simulator, 'kubectl logs init-demo -c init-setup')).toBe('Initializing...\n');
  });
});

describe('shared-volume-pod', () => {
  it('reads what it writes: a line every five seconds', () => {
    const simulator = applied('shared-volume-pod');
    // Between two lines, so that the reader has seen the last one: tail looks once a second.
    advanceTo(simulator, 63);
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
  });
});

describe('webserver-with-logging-sidecar', () => {
  it('shows a request to nginx in the log of the collector', () => {
    const simulator = applied('webserver-with-logging-sidecar');
    advanceTo(simulator, 60);
    const pod = 'webserver-with-logging-sidecar';
    const page = shell(simulator, `kubectl exec ${pod} -c nginx -- curl -s localhost`);
    expect(page).toContain('Welcome to nginx!');
    simulator.advance(2000);
    expect(shell(simulator, `kubectl logs ${pod} -c log-collector`)).toMatch(
      /^127\.0\.0\.1 - - \[01\/Jan\/2026:00:0\d:\d\d \+0000\] "GET \/ HTTP\/1\.1" 200 \d+ "-" "curl\/[\d.]+"( "-")?\n$/,
    );
  });
});

describe('webapp, which waits for two services', () => {
  const wait = 'kubectl logs webapp -c wait-for-db --tail=1';

  it('waits for ever, as on a real cluster: nslookup fails if one search domain does', () => {
    const simulator = applied('webapp');
    advanceTo(simulator, 60);
    expect(shell(simulator, wait)).toBe('waiting for database\n');
    simulator.apply(`${service('database-service')}---\n${service('redis-service')}`);
    simulator.advance(60_000);
    expect(columns(simulator)).toEqual({ ready: '0/1', status: 'Init:0/2' });
    const answers = shell(simulator, 'kubectl logs webapp -c wait-for-db --tail=40');
    expect(answers).toContain('Name:\tdatabase-service.default.svc.cluster.local\n');
    expect(answers).toContain("** server can't find database-service.cluster.local: NXDOMAIN\n");
    expect(answers).toMatch(/waiting for database\n$/);
  });

  it('goes on with each full name that comes to exist', () => {
    const text = readFileSync(new URL('webapp.yaml', EXAMPLES), 'utf8');
    const simulator = createSimulator();
    simulator.apply(
      text.replace(/nslookup (\S+-service)/g, 'nslookup $1.default.svc.cluster.local'),
    );
    advanceTo(simulator, 20);
    expect(columns(simulator)).toEqual({ ready: '0/1', status: 'Init:0/2' });
    simulator.apply(service('database-service'));
    simulator.advance(20_000);
    expect(columns(simulator)).toEqual({ ready: '0/1', status: 'Init:1/2' });
    simulator.apply(service('redis-service'));
    simulator.advance(20_000);
    expect(columns(simulator)).toEqual({ ready: '1/1', status: 'Running' });
  });
});

describe('permission-setup', () => {
  it('finds the volume as its init container left it', () => {
    const simulator = applied('permission-setup');
    advanceTo(simulator, 60);
    const listing = shell(simulator, 'kubectl exec permission-setup -c webapp -- ls -ln /data');
    expect(listing.split('\n').map((line) => line.split(/\s+/).slice(0, 4).join(' '))).toEqual([
      'total 8',
      'drwxrwxrwx 2 1000 1000',
      'drwxr-xr-x 2 1000 1000',
      '',
    ]);
    expect(shell(simulator, 'kubectl exec permission-setup -c webapp -- id -u')).toBe('1000\n');
  });
});

describe('webapp-with-logging', () => {
  it('waits for its ConfigMap and starts without being created again', () => {
    const simulator = applied('webapp-with-logging');
    const uid = () => (simulator.get('Pod', 'webapp-with-logging') as Pod).metadata.uid;
    const before = uid();
    advanceTo(simulator, 60);
    expect(shell(simulator, 'kubectl get events')).toContain(
      'MountVolume.SetUp failed for volume "config" : configmap "fluent-bit-config" not found',
    );
    simulator.apply(
      'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: fluent-bit-config}\ndata:\n  fluent-bit.conf: |\n    [SERVICE]\n        Flush 1\n',
    );
    simulator.advance(150_000);
    expect(columns(simulator)).toEqual({ ready: '2/2', status: 'Running' });
    expect(uid()).toBe(before);
  });
});

describe('config-downloader', () => {
  it('fails over and over, with words that alternate', () => {
    const simulator = applied('config-downloader');
    advanceTo(simulator, 15);
    expect(shell(simulator, 'kubectl logs config-downloader -c download-config')).toContain(
      'curl: (6) Could not resolve host: config-server\n',
    );
    const seen = new Set<string>();
    const look = () => {
      seen.add(simulator.picture().pods[0]?.status ?? '');
      return false;
    };
    simulator.runUntil(look, 180_000);
    expect([...seen]).toEqual(expect.arrayContaining(['Init:Error', 'Init:CrashLoopBackOff']));
  });

  it.each([1, 2, 3])('backs off 10 s, 20 s, 40 s, up to half as long again (seed %i)', (seed) => {
    const simulator = createSimulator({ seed });
    simulator.apply(readFileSync(new URL('config-downloader.yaml', EXAMPLES), 'utf8'));
    advanceTo(simulator, 180);
    const ofInit = simulator.trace.filter(({ container }) => container === 'download-config');
    const times = (type: string) =>
      ofInit.filter((record) => record.type === type).map(({ t }) => t / 1000);
    const starts = times('container.started');
    const pauses = times('container.exited').map((end) => (starts.find((t) => t > end) ?? 0) - end);
    // The first restart is at once; what comes on top of a back-off is the kubelet's own second or two.
    for (const [index, backOff] of [10, 20, 40].entries()) {
      expect(pauses[index + 1]).toBeGreaterThanOrEqual(backOff);
      expect(pauses[index + 1]).toBeLessThanOrEqual(backOff * 1.5 + 2);
    }
    const delays = ofInit.filter(({ type }) => type === 'container.backoff');
    expect([...new Set(delays.map(({ delayMs }) => delayMs))].slice(0, 3)).toEqual([
      10_000, 20_000, 40_000,
    ]);
  });
});
