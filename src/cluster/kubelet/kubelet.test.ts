import { describe, expect, it } from 'vitest';
import { container, testCluster } from './test-cluster';

const KNOWN = { emptyDir: {} };

describe('a pod from create to Running', () => {
  it('gets its events, conditions and status', () => {
    const cluster = testCluster();
    cluster.pod('web', { containers: [container('a', ['say:hello', 'sleep:1000'])] });
    cluster.until(1);
    const { status } = cluster.get('web');
    expect(status?.phase).toBe('Running');
    expect(status?.podIP).toBe('10.244.0.5');
    expect(status?.conditions?.map(({ type, status: value }) => `${type}=${value}`).sort()).toEqual(
      [
        'ContainersReady=True',
        'Initialized=True',
        'PodReadyToStartContainers=True',
        'PodScheduled=True',
        'Ready=True',
      ],
    );
    expect(cluster.status('web', 'a')).toMatchObject({
      ready: true,
      started: true,
      restartCount: 0,
      state: { running: { startedAt: '2026-01-01T00:00:00Z' } },
      user: { linux: { uid: 0, gid: 0, supplementalGroups: [0] } },
      containerID: expect.stringMatching(/^containerd:\/\/[0-9a-f]{64}$/),
    });
    const events = cluster.events('web').map((text) => text.replace(/in \S+ \(.*\)/, 'in T'));
    expect(new Set(events)).toEqual(
      new Set([
        'Normal Scheduled Successfully assigned default/web to node-1',
        'Normal Pulling Pulling image "app"',
        'Normal Pulled Successfully pulled image "app" in T. Image size: 1000 bytes.',
        'Normal Created Container created',
        'Normal Started Container started',
      ]),
    );
    expect(cluster.log('web', 'a')).toBe('hello\n');
  });

  it('gives the same trace for the same seed, and time does not come in steps', () => {
    const run = (seed: number, stepSeconds: number) => {
      const cluster = testCluster({ seed, latency: 'typical' });
      cluster.pod('web', { containers: [container('a', ['sleep:3', 'exit:1'])] });
      for (let at = stepSeconds; at <= 300; at += stepSeconds) cluster.until(at);
      return cluster.kernel.trace.hash;
    };
    expect(run(1, 300)).toBe(run(1, 0.5));
    expect(run(1, 300)).not.toBe(run(2, 300));
  });

  it('waits for a ConfigMap and then starts by itself', () => {
    const cluster = testCluster();
    cluster.pod('web', {
      containers: [
        container('a', ['cat:/etc/app/key', 'sleep:1000'], {
          volumeMounts: [{ name: 'settings', mountPath: '/etc/app' }],
        }),
      ],
      volumes: [{ name: 'settings', configMap: { name: 'absent' } }],
    });
    cluster.until(10);
    expect(cluster.status('web', 'a')?.state).toEqual({ waiting: { reason: 'ContainerCreating' } });
    expect(cluster.events('web')).toContain(
      'Warning FailedMount MountVolume.SetUp failed for volume "settings" : configmap "absent" not found',
    );
    cluster.create('configmaps', {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'absent' },
      data: { key: 'value\n' },
    });
    cluster.until(40);
    expect(cluster.get('web').status?.phase).toBe('Running');
    expect(cluster.log('web', 'a')).toBe('value\n');
  });

  it('says why an image cannot be had, and backs off', () => {
    const cluster = testCluster();
    cluster.pod('web', { containers: [{ name: 'a', image: 'nosuch:1' }] });
    cluster.until(1);
    expect(cluster.status('web', 'a')?.state.waiting?.reason).toBe('ErrImagePull');
    cluster.until(15);
    expect(cluster.status('web', 'a')?.state.waiting).toMatchObject({
      reason: 'ImagePullBackOff',
      message: expect.stringMatching(/^Back-off pulling image "nosuch:1": ErrImagePull: /),
    });
    const attempts = cluster.trace('image.pulling').map(({ t }) => Number(t) / 1000);
    // 10 s, then 20 s after each failure; the kubelet looks again at most half as long again later.
    expect(attempts[0]).toBe(0);
    cluster.until(60);
    const again = cluster.trace('image.pulling').map(({ t }) => Number(t) / 1000);
    expect(again[1]).toBeGreaterThanOrEqual(10);
    expect(again[1]).toBeLessThanOrEqual(16);
  });
});

describe('init containers', () => {
  it('run one after another before the others, sidecars stay', () => {
    const cluster = testCluster();
    cluster.pod('web', {
      initContainers: [
        container('first', ['sleep:1.5']),
        container('sidecar', ['trap:0', 'sleep:1000'], { restartPolicy: 'Always' }),
        container('second', ['sleep:2.5']),
      ],
      containers: [container('a', ['sleep:1000'])],
    });
    cluster.until(1);
    expect(cluster.status('web', 'a')?.state.waiting?.reason).toBe('PodInitializing');
    cluster.until(10);
    const began = cluster.trace('container.started').map(({ t, container: name }) => [name, t]);
    expect(began.map(([name]) => name)).toEqual(['first', 'sidecar', 'second', 'a']);
    // What ends is seen with the next look at the runtime, every second.
    expect(began.map(([, at]) => Math.floor(Number(at) / 1000))).toEqual([0, 2, 2, 5]);
    expect(cluster.status('web', 'sidecar')?.state.running).toBeDefined();
    expect(cluster.status('web', 'first')?.state.terminated?.reason).toBe('Completed');
  });

  it('that fail for good fail the pod', () => {
    const cluster = testCluster();
    cluster.pod('web', {
      restartPolicy: 'Never',
      initContainers: [container('first', ['exit:3'])],
      containers: [container('a', ['sleep:1000'])],
    });
    cluster.until(5);
    expect(cluster.get('web').status?.phase).toBe('Failed');
    expect(cluster.status('web', 'first')?.state.terminated?.exitCode).toBe(3);
    expect(cluster.status('web', 'a')?.state.waiting?.reason).toBe('PodInitializing');
    expect(cluster.trace('container.started').length).toBe(1);
  });
});

describe('containers that end', () => {
  it('are restarted in place after growing delays while the others run on', () => {
    const cluster = testCluster();
    cluster.pod('web', {
      containers: [container('a', ['sleep:1', 'exit:1']), container('b', ['sleep:1000'])],
    });
    cluster.until(200);
    const starts = cluster
      .trace('container.started')
      .filter(({ container: name }) => name === 'a')
      .map(({ t }) => Number(t) / 1000);
    const gaps = starts.slice(1).map((at, index) => at - (starts[index] ?? 0));
    expect(gaps.length).toBeGreaterThanOrEqual(4);
    // The run itself takes a second; the first restart comes at once.
    expect(gaps[0]).toBeLessThanOrEqual(2);
    for (const [index, delay] of [10, 20, 40].entries()) {
      expect(gaps[index + 1]).toBeGreaterThanOrEqual(delay);
      expect(gaps[index + 1]).toBeLessThanOrEqual(delay * 1.5 + 3);
    }
    expect(cluster.status('web', 'a')?.restartCount).toBe(gaps.length);
    expect(cluster.status('web', 'b')?.restartCount).toBe(0);
    expect(cluster.events('web')).toContain(
      `Warning BackOff Back-off restarting failed container a in pod web_default(${cluster.get('web').metadata.uid})`,
    );
  });

  it('complete the pod when nothing is to be restarted', () => {
    const cluster = testCluster();
    cluster.pod('web', {
      restartPolicy: 'OnFailure',
      containers: [container('a', ['exit:0']), container('b', ['sleep:2'])],
    });
    cluster.until(1.5);
    expect(cluster.get('web').status?.phase).toBe('Running');
    cluster.until(6);
    expect(cluster.get('web').status?.phase).toBe('Succeeded');
  });

  it('leave their termination message behind', () => {
    const cluster = testCluster();
    cluster.pod('web', {
      restartPolicy: 'Never',
      containers: [
        container('a', ['append:/dev/termination-log=because', 'exit:1']),
        container('b', ['say:last words', 'exit:1'], {
          terminationMessagePolicy: 'FallbackToLogsOnError',
        }),
      ],
    });
    cluster.until(5);
    expect(cluster.status('web', 'a')?.state.terminated?.message).toBe('because');
    expect(cluster.status('web', 'b')?.state.terminated?.message).toBe('last words\n');
  });

  it('end the pod at its deadline', () => {
    const cluster = testCluster();
    cluster.pod('web', {
      activeDeadlineSeconds: 10,
      containers: [container('a', ['trap:0', 'sleep:1000'])],
    });
    cluster.until(20);
    expect(cluster.get('web').status).toMatchObject({
      phase: 'Failed',
      reason: 'DeadlineExceeded',
      message: 'Pod was active on the node longer than the specified deadline',
    });
  });
});

describe('probes', () => {
  it('decide about readiness', () => {
    const cluster = testCluster();
    cluster.pod('web', {
      containers: [
        container('a', ['http:8080=503'], {
          readinessProbe: { httpGet: { path: '/', port: 8080 }, periodSeconds: 2 },
        }),
        container('b', ['http:8081=200'], {
          readinessProbe: { httpGet: { path: '/', port: 8081 }, periodSeconds: 2 },
        }),
      ],
    });
    cluster.until(10);
    expect(cluster.status('web', 'a')?.ready).toBe(false);
    expect(cluster.status('web', 'b')?.ready).toBe(true);
    expect(cluster.events('web')).toContain(
      'Warning Unhealthy Readiness probe failed: HTTP probe failed with statuscode: 503',
    );
  });

  it('restart a container that is not alive, and only it', () => {
    const cluster = testCluster();
    const probe = { exec: { command: ['app', 'exit:1'] }, periodSeconds: 1, failureThreshold: 3 };
    cluster.pod('web', {
      containers: [
        container('a', ['trap:0', 'sleep:1000'], { livenessProbe: probe }),
        container('b', ['sleep:1000']),
      ],
    });
    cluster.until(4);
    expect(cluster.status('web', 'a')?.restartCount).toBe(1);
    expect(cluster.status('web', 'b')?.restartCount).toBe(0);
    expect(cluster.events('web')).toContain(
      'Normal Killing Container a failed liveness probe, will be restarted',
    );
  });
});

describe('the end of a pod', () => {
  it('lets containers say goodbye, then kills them', () => {
    const cluster = testCluster();
    cluster.pod('polite', { containers: [container('a', ['trap:0', 'sleep:1000'])] });
    cluster.pod('deaf', { containers: [container('a', ['sleep:1000'])] });
    cluster.until(2);
    for (const name of ['polite', 'deaf']) cluster.client.delete('pods', 'default', name, {});
    cluster.until(3);
    expect(cluster.get('deaf').metadata.deletionGracePeriodSeconds).toBe(5);
    expect(cluster.exists('polite')).toBe(false);
    cluster.until(8);
    expect(cluster.exists('deaf')).toBe(false);
    const codes = cluster.trace('container.exited').map(({ pod, exitCode }) => [pod, exitCode]);
    expect(codes).toEqual([
      ['default/polite', 0],
      ['default/deaf', 137],
    ]);
    expect(cluster.runtime.listContainers()).toEqual([]);
    expect(cluster.runtime.listSandboxes()).toEqual([]);
  });

  it('runs preStop hooks first and ends sidecars last', () => {
    const cluster = testCluster();
    const volumeMounts = [{ name: 'log', mountPath: '/log' }];
    cluster.pod('web', {
      initContainers: [container('sidecar', ['trap:0', 'sleep:1000'], { restartPolicy: 'Always' })],
      containers: [
        container('a', ['trap:0', 'sleep:1000'], {
          volumeMounts,
          lifecycle: { preStop: { exec: { command: ['app', 'sleep:2'] } } },
        }),
      ],
      volumes: [{ name: 'log', ...KNOWN }],
    });
    cluster.until(2);
    cluster.client.delete('pods', 'default', 'web', {});
    cluster.until(10);
    const ends = cluster.trace('container.exited').map(({ t, container: name }) => [name, t]);
    expect(ends.map(([name]) => name)).toEqual(['a', 'sidecar']);
    expect(Number(ends[0]?.[1])).toBeGreaterThanOrEqual(4000);
  });
});

describe('a kubelet that comes and goes', () => {
  it('takes over what runs', () => {
    const cluster = testCluster();
    cluster.pod('web', { containers: [container('a', ['sleep:1000'])] });
    cluster.until(5);
    const { containerID } = cluster.status('web', 'a') ?? {};
    cluster.kubelet.restart();
    cluster.until(30);
    expect(cluster.status('web', 'a')).toMatchObject({ containerID, restartCount: 0, ready: true });
  });

  it('does not see what happens while it is away', () => {
    const cluster = testCluster();
    cluster.pod('web', { containers: [container('a', ['sleep:10', 'exit:1'])] });
    cluster.until(5);
    cluster.kubelet.stop();
    cluster.until(20);
    expect(cluster.status('web', 'a')?.state.running).toBeDefined();
    cluster.kubelet.start();
    cluster.until(30);
    expect(cluster.status('web', 'a')).toMatchObject({
      restartCount: 1,
      lastState: { terminated: { exitCode: 1 } },
    });
  });

  it('starts all anew when the sandbox is lost', () => {
    const cluster = testCluster();
    cluster.pod('web', {
      initContainers: [container('init', ['append:/d/log=x', 'exit:0'], mounts('/d'))],
      containers: [
        container('a', ['cat:/d/log', 'say:', 'sleep:1000'], mounts('/d')),
        container('b', ['sleep:1000']),
      ],
      volumes: [{ name: 'd', ...KNOWN }],
    });
    cluster.until(5);
    const { podIP } = cluster.get('web').status ?? {};
    const { uid } = cluster.get('web').metadata;
    cluster.runtime.loseSandbox(cluster.runtime.listSandboxes(uid)[0]?.id ?? '');
    cluster.until(30);
    expect(cluster.events('web')).toContain(
      'Normal SandboxChanged Pod sandbox changed, it will be killed and re-created.',
    );
    expect(cluster.get('web').status?.podIP).not.toBe(podIP);
    expect(cluster.status('web', 'b')?.restartCount).toBe(1);
    // The volume outlives the sandbox: the init container has written to it twice.
    expect(cluster.log('web', 'a')).toBe('xx\n');
  });
});

function mounts(mountPath: string) {
  return { volumeMounts: [{ name: 'd', mountPath }] };
}

describe('inspect', () => {
  it('tells what the API does not say yet', () => {
    const cluster = testCluster();
    cluster.pod('web', { containers: [container('a', ['sleep:1', 'exit:1'])] });
    cluster.until(5);
    const { uid } = cluster.get('web').metadata;
    const [seen] = cluster.kubelet.inspect(uid)?.containers ?? [];
    expect(seen).toMatchObject({
      name: 'a',
      nodeTruth: 'exited',
      attempt: 1,
      machineState: 'backOff',
    });
    expect(seen?.backoffUntil).toBeGreaterThan(10_000);
    expect(cluster.kubelet.inspect(uid)?.machineState).toBe('syncing.running');
  });

  it('knows no back-off of an init container that has got there in the end', () => {
    const cluster = testCluster();
    const always = { ...mounts('/d'), restartPolicy: 'Always' as const };
    cluster.pod('web', {
      volumes: [{ name: 'd', emptyDir: {} }],
      initContainers: [
        container('side', ['sleep:8', 'append:/d/ok=x', 'sleep:1000'], always),
        container('wait', ['cat:/d/ok'], mounts('/d')),
      ],
      containers: [container('a', ['sleep:1000'])],
    });
    cluster.until(18);
    expect(cluster.status('web', 'wait')?.restartCount).toBeGreaterThan(1);
    expect(cluster.status('web', 'wait')?.state?.terminated?.exitCode).toBe(0);
    const seen = cluster.kubelet.inspect(cluster.get('web').metadata.uid);
    expect(seen?.containers.map(({ backoffUntil }) => backoffUntil)).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});

describe('limits of the disk', () => {
  const eviction = (name: string, cluster: ReturnType<typeof testCluster>) =>
    cluster.get(name).status?.message;

  it('end a pod whose volume is too full', () => {
    const cluster = testCluster();
    const text = 'x'.repeat(2000);
    cluster.pod('web', {
      containers: [
        container('a', [`append:/d/file=${text}`, 'trap:0', 'sleep:1000'], mounts('/d')),
        container('b', ['sleep:1000']),
      ],
      volumes: [{ name: 'd', emptyDir: { sizeLimit: '1k' } }],
    });
    cluster.until(80);
    expect(cluster.get('web').status).toMatchObject({ phase: 'Failed', reason: 'Evicted' });
    expect(eviction('web', cluster)).toBe('Usage of EmptyDir volume "d" exceeds the limit "1k". ');
    // The one that ended first was cleaned away while the other was still being stopped.
    expect(cluster.status('web', 'a')?.state.terminated?.reason).toBe('ContainerStatusUnknown');
    expect(cluster.status('web', 'b')?.state.terminated?.exitCode).toBe(137);
  });

  it('count what containers write to their own layer', () => {
    const cluster = testCluster();
    const resources = { limits: { 'ephemeral-storage': '1Ki' } };
    const text = 'x'.repeat(1500);
    cluster.pod('one', {
      containers: [container('a', [`append:/tmp-file=${text}`, 'sleep:1000'], { resources })],
    });
    cluster.pod('two', {
      containers: [
        container('a', [`append:/tmp-file=${text}`, 'sleep:1000'], { resources }),
        container('b', ['sleep:1000'], { resources }),
      ],
    });
    cluster.until(30);
    expect(eviction('one', cluster)).toBe(
      'Pod ephemeral local storage usage exceeds the total limit of containers 1Ki. ',
    );
    expect(eviction('two', cluster)).toBe(
      'Container a exceeded its local ephemeral storage limit "1Ki". ',
    );
  });
});

describe('a pod that was given its node without being asked', () => {
  it('is rejected where it does not fit', () => {
    const cluster = testCluster();
    const asking = (cpu: string) =>
      container('a', ['sleep:1000'], { resources: { requests: { cpu } } });
    const { allocatable } = cluster.client.get('nodes', undefined, 'node-1').status as {
      readonly allocatable: Readonly<Record<string, string>>;
    };
    const cores = Number(allocatable.cpu);
    cluster.pod('first', { nodeName: 'node-1', containers: [asking('500m')] });
    cluster.pod('second', { nodeName: 'node-1', containers: [asking(`${cores}`)] });
    cluster.pod('third', {
      nodeName: 'node-1',
      nodeSelector: { disk: 'ssd' },
      containers: [asking('1m')],
    });
    cluster.until(2);
    expect(cluster.get('first').status?.phase).toBe('Running');
    const text = `Node didn't have enough resource: cpu, requested: ${cores * 1000}, used: 500, capacity: ${cores * 1000}`;
    expect(cluster.get('second').status).toMatchObject({
      phase: 'Failed',
      reason: 'OutOfcpu',
      message: `Pod was rejected: ${text}`,
    });
    expect(cluster.events('second')).toEqual([`Warning OutOfcpu ${text}`]);
    expect(cluster.get('third').status?.message).toBe(
      "Pod was rejected: Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector",
    );
    cluster.client.delete('pods', 'default', 'second', {});
    cluster.until(4);
    expect(cluster.exists('second')).toBe(false);
  });
});
