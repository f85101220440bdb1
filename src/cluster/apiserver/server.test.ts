import { describe, expect, test } from 'vitest';
import { ApiError } from '../../api/status';
import type { Pod } from '../../api/types';
import { createKernel } from '../../kernel/kernel';
import { EVENT_TTL_MS } from './event-expiry';
import { createApiServer } from './server';

const EPOCH = Date.parse('2026-01-01T00:00:00Z');

function setUp() {
  const kernel = createKernel({ seed: 1, epochMs: EPOCH });
  const server = createApiServer({ kernel });
  return { kernel, server, client: server.client };
}

function pod(name: string) {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name },
    spec: { containers: [{ name: 'app', image: 'busybox:1.37' }] },
  };
}

function messageOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof ApiError) return error.message;
    throw error;
  }
  return 'no error';
}

describe('the API server', () => {
  test('begins with the namespaces and Services of every cluster', () => {
    const { client } = setUp();
    const names = client.list('namespaces').items.map(({ metadata }) => metadata.name);
    expect(names).toEqual(['default', 'kube-node-lease', 'kube-public', 'kube-system']);
    const service = client.get('services', 'kube-system', 'kube-dns');
    expect(service.spec).toMatchObject({ clusterIP: '10.96.0.10' });
    expect(client.get('serviceaccounts', 'kube-public', 'default').kind).toBe('ServiceAccount');
  });

  test('admits a pod', () => {
    const { client } = setUp();
    const created = client.create('pods', 'default', pod('web')) as Pod;
    expect(created.metadata).toMatchObject({ namespace: 'default', generation: 1 });
    expect(created.status).toEqual({ phase: 'Pending', qosClass: 'BestEffort' });
    expect(created.spec.serviceAccountName).toBe('default');
    expect(created.spec.containers[0]?.volumeMounts?.[0]?.name).toMatch(/^kube-api-access-.{5}$/);
    expect(messageOf(() => client.create('pods', 'default', pod('web')))).toBe(
      'pods "web" already exists',
    );
    expect(messageOf(() => client.create('pods', 'nosuch', pod('web')))).toBe(
      'namespaces "nosuch" not found',
    );
  });

  test('binds a pod once', () => {
    const { client } = setUp();
    client.create('pods', 'default', pod('web'));
    const binding = { metadata: { name: 'web' }, target: { name: 'node01' } };
    const bound = client.create('pods', 'default', binding, { subresource: 'binding' }) as Pod;
    expect(bound.spec.nodeName).toBe('node01');
    expect(bound.status?.conditions).toMatchObject([{ type: 'PodScheduled', status: 'True' }]);
    expect(
      messageOf(() => client.create('pods', 'default', binding, { subresource: 'binding' })),
    ).toBe(
      'Operation cannot be fulfilled on pods/binding "web": pod web is already assigned to node "node01"',
    );
  });

  test('deletes a running pod with grace, and at once when the kubelet says so', () => {
    const { client, kernel } = setUp();
    client.create('pods', 'default', pod('web'));
    const binding = { metadata: { name: 'web' }, target: { name: 'node01' } };
    client.create('pods', 'default', binding, { subresource: 'binding' });
    kernel.clock.runUntil(5000);
    const marked = client.delete('pods', 'default', 'web', { gracePeriodSeconds: 30 });
    expect(marked.metadata).toMatchObject({
      deletionTimestamp: '2026-01-01T00:00:35Z',
      deletionGracePeriodSeconds: 30,
      generation: 2,
    });
    kernel.clock.runUntil(8000);
    const sooner = client.delete('pods', 'default', 'web', { gracePeriodSeconds: 10 });
    expect(sooner.metadata.deletionTimestamp).toBe('2026-01-01T00:00:15Z');
    client.delete('pods', 'default', 'web', { gracePeriodSeconds: 0 });
    expect(messageOf(() => client.get('pods', 'default', 'web'))).toBe('pods "web" not found');
  });

  test('keeps an object with a finalizer until it is gone', () => {
    const { client } = setUp();
    const map = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'c', finalizers: ['example.com/x'] },
    };
    client.create('configmaps', 'default', map);
    const marked = client.delete('configmaps', 'default', 'c');
    expect(marked.metadata.deletionTimestamp).toBe('2026-01-01T00:00:00Z');
    client.update('configmaps', 'default', {
      ...marked,
      metadata: { ...marked.metadata, finalizers: [] },
    });
    expect(client.list('configmaps', { namespace: 'default' }).items).toHaveLength(1);
  });

  test('writes a status without touching the spec, and nothing when nothing changes', () => {
    const { client } = setUp();
    const created = client.create('pods', 'default', pod('web')) as Pod;
    const next = {
      ...created,
      spec: { ...created.spec, nodeName: 'x' },
      status: { ...created.status, phase: 'Running' },
    };
    const written = client.update('pods', 'default', next, { subresource: 'status' }) as Pod;
    expect(written.spec.nodeName).toBeUndefined();
    expect(written.status?.phase).toBe('Running');
    const again = client.update('pods', 'default', written, { subresource: 'status' });
    expect(again.metadata.resourceVersion).toBe(written.metadata.resourceVersion);
    expect(
      messageOf(() => client.update('pods', 'default', created, { subresource: 'status' })),
    ).toContain('the object has been modified');
  });

  test('a watch tells what comes into its selection and what leaves it', () => {
    const { client } = setUp();
    const watch = client.watch('pods', { namespace: 'default', labelSelector: 'app=web' });
    const seen = () => {
      const types: string[] = [];
      for (let event = watch.take(); event; event = watch.take()) types.push(event.type);
      return types;
    };
    const created = client.create('pods', 'default', pod('web'));
    expect(seen()).toEqual([]);
    const label = (value: string) =>
      client.patch('pods', 'default', 'web', 'strategic', { metadata: { labels: { app: value } } });
    label('web');
    expect(seen()).toEqual(['ADDED']);
    label('other');
    expect(seen()).toEqual(['DELETED']);
    const late = client.watch('pods', { resourceVersion: created.metadata.resourceVersion });
    expect(late.take()?.type).toBe('MODIFIED');
    watch.close();
    label('web');
    expect(seen()).toEqual([]);
  });

  test('a listener sees changes in order although another listener writes', () => {
    const { client, server } = setUp();
    const order: string[] = [];
    server.subscribe('configmaps', ({ object, type }) => {
      if (type !== 'ADDED' || object.metadata.name !== 'a') return;
      client.create('configmaps', 'default', {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'b' },
      });
    });
    server.subscribe('configmaps', ({ object }) => order.push(object.metadata.name ?? ''));
    client.create('configmaps', 'default', {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'a' },
    });
    expect(order).toEqual(['a', 'b']);
  });

  test('forgets events an hour after their last write', () => {
    const { client, kernel } = setUp();
    const event = {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: 'e' },
      involvedObject: { kind: 'Pod', name: 'web' },
      count: 1,
    };
    client.create('events', 'default', event);
    kernel.clock.runUntil(EVENT_TTL_MS / 2);
    client.patch('events', 'default', 'e', 'strategic', { count: 2 });
    kernel.clock.runUntil(EVENT_TTL_MS + 1);
    expect(client.list('events', { namespace: 'default' }).items).toHaveLength(1);
    kernel.clock.runUntil(1.5 * EVENT_TTL_MS);
    expect(client.list('events', { namespace: 'default' }).items).toHaveLength(0);
  });

  test('refuses a field selector that the kind does not offer', () => {
    const { client } = setUp();
    expect(messageOf(() => client.list('pods', { fieldSelector: 'foo=bar' }))).toBe(
      'Unable to find "/v1, Resource=pods" that match label selector "", field selector "foo=bar": field label not supported: foo',
    );
  });
});
