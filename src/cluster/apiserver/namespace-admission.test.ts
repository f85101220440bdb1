import { beforeEach, describe, expect, it } from 'vitest';
import type { ApiClient } from '../../api/client';
import type { KubeObject } from '../../api/types';
import { createKernel, type Kernel } from '../../kernel/kernel';
import { startControllers } from '../controllers/start-controllers';
import { NO_LATENCY } from '../latency';
import { createApiServer } from './server';

let kernel: Kernel;
let client: ApiClient;

beforeEach(() => {
  kernel = createKernel({ seed: 1, epochMs: 0 });
  const server = createApiServer({ kernel });
  client = server.client;
  startControllers({ kernel, client, latency: NO_LATENCY, subscribe: server.subscribe });
});

function settle(): void {
  kernel.clock.runUntil(kernel.clock.now + 1000);
}

function pod(name: string, resources?: object, more: object = {}): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name },
    spec: {
      containers: [{ name: 'a', image: 'nginx', ...(resources ? { resources } : {}) }],
      ...more,
    },
  };
}

function make(object: KubeObject, onWarning?: (text: string) => void): KubeObject {
  return client.create('pods', 'default', object, onWarning ? { onWarning } : {});
}

describe('a ResourceQuota', () => {
  const small = { requests: { cpu: '200m' } };
  const quota = () => client.get('resourcequotas', 'default', 'q').status;

  beforeEach(() => {
    const spec = { hard: { pods: '2', 'requests.cpu': '500m', 'count/configmaps': '1k' } };
    const object = { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'q' }, spec };
    client.create('resourcequotas', 'default', object);
    settle();
  });

  it('refuses pods that cannot be measured, or are too much', () => {
    expect(() => make(pod('a'))).toThrow(
      'pods "a" is forbidden: failed quota: q: must specify requests.cpu for: a',
    );
    make(pod('b', small));
    expect(() => make(pod('c', { requests: { cpu: '400m' } }))).toThrow(
      'pods "c" is forbidden: exceeded quota: q, requested: requests.cpu=400m, used: requests.cpu=200m, limited: requests.cpu=500m',
    );
    make(pod('d', small));
    expect(() => make(pod('e', { requests: { cpu: '50m' } }))).toThrow(
      'exceeded quota: q, requested: pods=1, used: pods=2, limited: pods=2',
    );
    expect(quota()).toMatchObject({ used: { pods: '2', 'requests.cpu': '400m' } });
  });

  it('has room again when a pod has gone', () => {
    make(pod('b', small));
    client.delete('pods', 'default', 'b');
    settle();
    expect(quota()).toMatchObject({ used: { pods: '0', 'requests.cpu': '0' } });
  });

  it('is not charged for what is only tried', () => {
    client.create('pods', 'default', pod('b', small), { dryRun: true });
    expect(quota()).toMatchObject({ used: { pods: '0' } });
  });
});

describe('a LimitRange', () => {
  beforeEach(() => {
    const limits = [
      {
        type: 'Container',
        default: { cpu: '200m' },
        max: { cpu: '500m' },
        min: { memory: '16Mi' },
      },
      { type: 'Pod', maxLimitRequestRatio: { cpu: '2' } },
    ];
    const object = {
      apiVersion: 'v1',
      kind: 'LimitRange',
      metadata: { name: 'lr' },
      spec: { limits },
    };
    client.create('limitranges', 'default', object);
  });

  it('gives containers what they do not say, and says so', () => {
    const made = make(pod('a')) as KubeObject & { spec: { containers: { resources: object }[] } };
    expect(made.spec.containers[0]?.resources).toEqual({
      limits: { cpu: '200m' },
      requests: { cpu: '200m', memory: '16Mi' },
    });
    expect(made.metadata.annotations).toEqual({
      'kubernetes.io/limit-ranger':
        'LimitRanger plugin set: cpu, memory request for container a; cpu limit for container a',
    });
  });

  it('refuses too much, too little and too far apart', () => {
    expect(() => make(pod('a', { limits: { cpu: '1' } }))).toThrow(
      'pods "a" is forbidden: maximum cpu usage per Container is 500m, but limit is 1',
    );
    expect(() => make(pod('a', { requests: { memory: '8Mi' } }))).toThrow(
      'minimum memory usage per Container is 16Mi, but request is 8Mi',
    );
    expect(() => make(pod('a', { requests: { cpu: '100m' }, limits: { cpu: '300m' } }))).toThrow(
      'cpu max limit to request ratio per Pod is 2, but provided ratio is 3.000000',
    );
  });
});

describe('Pod Security labels', () => {
  const label = (labels: Record<string, string>) => {
    const warnings: string[] = [];
    const namespace = client.get('namespaces', undefined, 'default');
    const metadata = { ...namespace.metadata, labels: { ...namespace.metadata.labels, ...labels } };
    const onWarning = (text: string) => void warnings.push(text);
    client.update('namespaces', undefined, { ...namespace, metadata }, { onWarning });
    return warnings;
  };

  it('refuse what violates the level that is enforced, and tell of what is there', () => {
    make(pod('old', undefined, { hostNetwork: true }));
    expect(label({ 'pod-security.kubernetes.io/enforce': 'baseline' })).toEqual([
      'existing pods in namespace "default" violate the new PodSecurity enforce level "baseline:latest"',
      'old: host namespaces',
    ]);
    expect(() => make(pod('new', undefined, { hostPID: true }))).toThrow(
      'pods "new" is forbidden: violates PodSecurity "baseline:latest": host namespaces (hostPID=true)',
    );
    make(pod('fine'));
  });

  it('hold for ephemeral containers', () => {
    const made = make(pod('web'));
    label({ 'pod-security.kubernetes.io/enforce': 'baseline' });
    const debug = { name: 'debug', image: 'busybox', securityContext: { privileged: true } };
    const wanted = { ...made, spec: { ...(made.spec as object), ephemeralContainers: [debug] } };
    expect(() =>
      client.update('pods', 'default', wanted, { subresource: 'ephemeralcontainers' }),
    ).toThrow(
      'pods "web" is forbidden: violates PodSecurity "baseline:latest": privileged (container "debug" must not set securityContext.privileged=true)',
    );
  });

  it('warn of what violates the level that is only warned of', () => {
    label({ 'pod-security.kubernetes.io/warn': 'baseline' });
    const warnings: string[] = [];
    make(pod('new', undefined, { hostPID: true }), (text) => void warnings.push(text));
    expect(warnings).toContain(
      'would violate PodSecurity "baseline:latest": host namespaces (hostPID=true)',
    );
  });

  it('must make sense', () => {
    expect(() => label({ 'pod-security.kubernetes.io/enforce': 'strict' })).toThrow(
      'must be one of privileged, baseline, restricted',
    );
  });
});
