import { describe, expect, it } from 'vitest';
import type { Pod } from '../api/types';
import { createSimulator, replay } from '../simulator';
import { FaultError } from './faults';
import type { ClusterSimulator } from './simulator-api';

const PAIR = `apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec:
  terminationGracePeriodSeconds: 1
  initContainers:
  - {name: prepare, image: "busybox:1.37", command: [sh, -c, "date +%s >> /disk/inits"], volumeMounts: [{name: disk, mountPath: /disk}]}
  containers:
  - name: server
    image: busybox:1.37
    command: [sh, -c, "echo hello > index.html; exec httpd -f -p 8080"]
    workingDir: /disk
    ports: [{containerPort: 8080}]
    resources: {limits: {memory: 64Mi}}
    volumeMounts: [{name: disk, mountPath: /disk}, {name: memory, mountPath: /memory}]
  - {name: idle, image: "busybox:1.37", command: [sh, -c, "echo there > /memory/file; sleep 1000000"], volumeMounts: [{name: memory, mountPath: /memory}]}
  volumes:
  - {name: disk, emptyDir: {sizeLimit: 500Mi}}
  - {name: memory, emptyDir: {medium: Memory, sizeLimit: 1Mi}}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
---
apiVersion: v1
kind: Pod
metadata: {name: client}
spec:
  containers:
  - {name: client, image: "busybox:1.37", command: [sleep, "1000000"]}
`;

function lab(nodes = 1): ClusterSimulator {
  const simulator = createSimulator({ nodes, pulledImages: ['busybox:1.37'] });
  simulator.apply(PAIR);
  simulator.advance(10_000);
  expect(podOf(simulator).status?.phase).toBe('Running');
  return simulator;
}

function podOf(simulator: ClusterSimulator, name = 'web'): Pod {
  return simulator.get('Pod', name) as Pod;
}

function statusOf(simulator: ClusterSimulator, container: string) {
  return podOf(simulator).status?.containerStatuses?.find(({ name }) => name === container);
}

function ask(simulator: ClusterSimulator, url = 'http://web'): string {
  const { stdout, stderr } = simulator.sh(
    `kubectl exec client -- wget -T 2 -qO- ${url} 2>&1 | grep -v terminated`,
  );
  return (stdout + stderr).trim();
}

describe('reboot node', () => {
  it('restarts everything in a new sandbox; the disk is kept, memory is not', () => {
    const simulator = lab();
    const before = podOf(simulator).status?.podIP;
    simulator.inject({ do: 'reboot node' });
    const exits = simulator.trace.filter(({ type }) => type === 'container.exited');
    expect(exits.slice(-2).map(({ exitCode, reason }) => [exitCode, reason])).toEqual([
      [255, 'Unknown'],
      [255, 'Unknown'],
    ]);
    expect(simulator.sh('kubectl exec web -c idle -- true').stderr).toContain(
      'error dialing backend: dial tcp 192.168.49.2:10250: connect: connection refused',
    );
    simulator.advance(45_000);
    const { status } = podOf(simulator);
    expect(status?.phase).toBe('Running');
    expect(status?.podIP).not.toBe(before);
    expect(statusOf(simulator, 'server')?.restartCount).toBe(1);
    expect(statusOf(simulator, 'idle')?.lastState?.terminated).toMatchObject({
      exitCode: 255,
      reason: 'Unknown',
    });
    const inits = simulator.volumeFile('default/web', 'disk', 'inits') ?? '';
    expect(inits.trim().split('\n')).toHaveLength(2);
    const events = simulator.sh('kubectl get events').stdout;
    expect(events).toMatch(/Rebooted +node\/node-1 +Node node-1 has been rebooted, boot id: /);
    expect(events).toContain('Pod sandbox changed, it will be killed and re-created.');
  });

  it('refuses a node that is not there, and one that is away', () => {
    const simulator = lab();
    expect(() => simulator.inject({ do: 'reboot node', node: 'nope' })).toThrow(FaultError);
    simulator.inject({ do: 'reboot node' });
    expect(() => simulator.inject({ do: 'reboot node' })).toThrow(
      'reboot node: node "node-1" is being booted',
    );
    expect(() => simulator.inject({ do: 'kubelet', action: 'start' })).toThrow(FaultError);
  });
});

describe('cut off node', () => {
  it('leaves its containers running and its status standing until it is back', () => {
    const simulator = lab();
    simulator.inject({ do: 'cut off node' });
    simulator.inject({ do: 'exit', pod: 'default/web', container: 'server', exitCode: 3 });
    simulator.advance(20_000);
    expect(statusOf(simulator, 'server')?.restartCount).toBe(0);
    expect(
      simulator.trace.some(({ type, attempt }) => type === 'container.started' && attempt === 1),
    ).toBe(true);
    expect(simulator.sh('kubectl logs web -c idle').stderr).toBe(
      'Error from server: Get "https://192.168.49.2:10250/containerLogs/default/web/idle": dial tcp 192.168.49.2:10250: i/o timeout\n',
    );
    simulator.sh('kubectl delete pod client --wait=false');
    simulator.advance(10_000);
    expect(podOf(simulator, 'client')).toBeDefined();
    simulator.inject({ do: 'rejoin node' });
    simulator.advance(45_000);
    expect(statusOf(simulator, 'server')?.restartCount).toBe(1);
    expect(simulator.get('Pod', 'client')).toBeUndefined();
  });

  it('stops the renewal of its lease, and the traffic between its pods and others', () => {
    const simulator = lab(2);
    const renewed = () =>
      (simulator.get('Lease', 'node-1', 'kube-node-lease') as { spec?: { renewTime?: string } })
        ?.spec?.renewTime;
    expect(ask(simulator)).toBe('hello');
    const node = podOf(simulator, 'client').spec.nodeName;
    expect(node).not.toBe(podOf(simulator).spec.nodeName);
    const before = renewed();
    simulator.advance(10_000);
    expect(renewed()).not.toBe(before);
    simulator.inject({ do: 'cut off node', node: 'node-1' });
    const last = renewed();
    simulator.advance(30_000);
    expect(renewed()).toBe(last);
    expect(() => simulator.inject({ do: 'cut off node', node: 'node-1' })).toThrow(FaultError);
    simulator.inject({ do: 'rejoin node', node: 'node-1' });
    simulator.advance(15_000);
    expect(renewed()).not.toBe(last);
    expect(() => simulator.inject({ do: 'rejoin node', node: 'node-1' })).toThrow(
      'rejoin node: node "node-1" is not cut off',
    );
  });
});

describe('dns and network', () => {
  it('lets name servers fall silent, or fail for one name', () => {
    const simulator = lab();
    simulator.inject({ do: 'dns', fail: true });
    expect(ask(simulator)).toBe("wget: bad address 'web'");
    simulator.inject({ do: 'dns', fail: false });
    expect(ask(simulator)).toBe('hello');
    simulator.inject({ do: 'dns', fail: true, host: 'web' });
    expect(ask(simulator)).toBe("wget: bad address 'web'");
    simulator.inject({ do: 'dns', fail: false, host: 'web' });
    expect(ask(simulator)).toBe('hello');
  });

  it.each([undefined, 'web', 'default/web'])('loses packets (%s)', (host) => {
    const simulator = lab();
    const of = host === undefined ? {} : { host };
    const ip = podOf(simulator).status?.podIP;
    const url = host === 'web' ? 'http://web' : `http://${ip}:8080`;
    expect(ask(simulator, url)).toBe('hello');
    simulator.inject({ do: 'network', fail: true, ...of });
    expect(ask(simulator, url)).toBe('wget: download timed out');
    simulator.inject({ do: 'network', fail: false, ...of });
    expect(ask(simulator, url)).toBe('hello');
  });

  it('holds back what is under way until packets get through again', () => {
    const simulator = lab();
    simulator.sh(
      'kubectl exec web -c idle -- sh -c "nc -l -p 9000 > /memory/got &" ; kubectl get pods',
    );
    const ip = podOf(simulator).status?.podIP;
    simulator.apply(
      `{apiVersion: v1, kind: Pod, metadata: {name: sender}, spec: {restartPolicy: Never, containers: [{name: a, image: "busybox:1.37", command: [sh, -c, "(sleep 5; echo late) | nc ${ip} 9000"]}]}}`,
    );
    simulator.advance(4000);
    simulator.inject({ do: 'network', fail: true, host: 'default/web' });
    simulator.advance(10_000);
    const got = () => simulator.volumeFile('default/web', 'memory', 'got');
    expect(got()).toBe('');
    simulator.inject({ do: 'network', fail: false, host: 'default/web' });
    simulator.advance(1000);
    expect(got()).toBe('late\n');
  });

  it('refuses a host that nothing is called', () => {
    expect(() => lab().inject({ do: 'network', fail: true, host: 'nobody' })).toThrow(
      'network: no host is called "nobody"',
    );
  });
});

describe('slow start', () => {
  it('lets each further instance do nothing at first', () => {
    const simulator = lab();
    simulator.inject({ do: 'slow start', pod: 'default/web', container: 'server', seconds: 20 });
    simulator.inject({ do: 'exit', pod: 'default/web', container: 'server', exitCode: 0 });
    simulator.advance(10_000);
    expect(statusOf(simulator, 'server')?.state?.running).toBeDefined();
    expect(ask(simulator)).toContain('Connection refused');
    simulator.advance(15_000);
    expect(ask(simulator)).toBe('hello');
    expect(() =>
      simulator.inject({ do: 'slow start', pod: 'default/web', container: 'x', seconds: 1 }),
    ).toThrow('slow start: pod "default/web" has no container "x"');
  });
});

describe('fill volume', () => {
  it('evicts for a volume on the disk, and leaves no room in one in memory', () => {
    const simulator = lab();
    simulator.inject({ do: 'fill volume', pod: 'default/web', volume: 'memory', bytes: 1e7 });
    const { stdout } = simulator.sh(
      'kubectl exec web -c idle -- sh -c "echo more > /memory/more" 2>&1',
    );
    expect(stdout).toContain('sh: write error: No space left on device');
    simulator.inject({ do: 'fill volume', pod: 'default/web', volume: 'disk', bytes: 6e8 });
    simulator.advance(180_000);
    expect(podOf(simulator).status).toMatchObject({
      phase: 'Failed',
      reason: 'Evicted',
      message: 'Usage of EmptyDir volume "disk" exceeds the limit "500Mi". ',
    });
  });

  it('refuses what makes no sense', () => {
    const simulator = lab();
    const pod = 'default/web';
    expect(() => simulator.inject({ do: 'fill volume', pod, volume: 'x', bytes: 1 })).toThrow(
      'fill volume: pod "default/web" has no volume "x"',
    );
    expect(() => simulator.inject({ do: 'fill volume', pod, volume: 'disk', bytes: -1 })).toThrow(
      FaultError,
    );
  });
});

describe('leak memory', () => {
  it('kills by the limit, for that container alone', () => {
    const simulator = lab();
    const pod = 'default/web';
    simulator.inject({ do: 'leak memory', pod, container: 'server', bytes: 40 * 1024 ** 2 });
    simulator.advance(2000);
    expect(statusOf(simulator, 'server')?.restartCount).toBe(0);
    simulator.inject({ do: 'leak memory', pod, bytes: 40 * 1024 ** 2 });
    simulator.advance(5000);
    expect(statusOf(simulator, 'server')).toMatchObject({
      restartCount: 1,
      lastState: { terminated: { exitCode: 137, reason: 'OOMKilled' } },
    });
    expect(statusOf(simulator, 'idle')?.restartCount).toBe(0);
  });
});

describe('stop backend', () => {
  it('ends the containers that stand behind the Service', () => {
    const simulator = lab();
    simulator.inject({ do: 'stop backend', service: 'default/web' });
    expect(ask(simulator)).toContain('refused');
    simulator.advance(5000);
    expect(statusOf(simulator, 'server')?.lastState?.terminated?.exitCode).toBe(1);
    expect(statusOf(simulator, 'idle')?.restartCount).toBe(0);
    expect(() => simulator.inject({ do: 'stop backend', service: 'default/no' })).toThrow(
      'stop backend: there is no Service "default/no"',
    );
  });
});

it('what is no fault is refused', () => {
  expect(() => lab().inject({ do: 'flood' } as never)).toThrow('there is no fault "flood"');
});

it('every fault is in the trace and comes again in a replay', () => {
  const simulator = lab(2);
  const pod = 'default/web';
  simulator.inject({ do: 'slow start', pod, container: 'idle', seconds: 3 });
  simulator.inject({ do: 'leak memory', pod, bytes: 1e8 });
  simulator.inject({ do: 'dns', fail: true });
  simulator.inject({ do: 'network', fail: true, host: 'web' });
  simulator.inject({ do: 'cut off node' });
  simulator.advance(30_000);
  simulator.inject({ do: 'rejoin node' });
  simulator.inject({ do: 'reboot node', node: 'node-2' });
  simulator.advance(60_000);
  const faults = simulator.trace.filter(({ type }) => type === 'fault');
  expect(faults.map(({ fault }) => fault)).toEqual([
    'slow start',
    'leak memory',
    'dns',
    'network',
    'cut off node',
    'rejoin node',
    'reboot node',
  ]);
  const again = replay(simulator.run, simulator.now);
  expect(again.traceHash).toBe(simulator.traceHash);
});
