import { describe, expect, it } from 'vitest';
import type { Node, Pod, Service } from '../../../api/types';
import { createKernel } from '../../../kernel/kernel';
import { createApiServer } from '../../apiserver/server';
import { NO_LATENCY } from '../../latency';
import { ServiceProxy, slicesOf } from '../../network/service-routes';
import { startControllers } from '../start-controllers';
import { planSlices } from './endpoint-slices';
import type { Endpoint, EndpointSlice } from './endpoints';

const PORTS = [{ name: '', protocol: 'TCP', port: 80 }];

function endpoint(ip: string): Endpoint {
  return {
    addresses: [ip],
    conditions: { ready: true, serving: true, terminating: false },
    targetRef: { kind: 'Pod', name: ip },
  };
}

function slice(name: string, ips: readonly string[]): EndpointSlice {
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name },
    addressType: 'IPv4',
    ports: PORTS,
    endpoints: ips.map(endpoint),
  };
}

function plan(ips: readonly string[], existing: readonly EndpointSlice[], perSlice = 2) {
  const group = { addressType: 'IPv4' as const, ports: PORTS, endpoints: ips.map(endpoint) };
  const { writes, removals } = planSlices({ groups: [group], errors: [] }, existing, perSlice);
  return {
    writes: writes.map((write) => [
      write.existing?.metadata.name ?? 'new',
      write.group.endpoints.map(({ addresses }) => addresses[0]).join(),
    ]),
    removals: removals.map(({ metadata }) => metadata.name),
  };
}

describe('planSlices', () => {
  it('leaves alone what is right', () => {
    expect(plan(['a', 'b'], [slice('s', ['a', 'b'])])).toEqual({ writes: [], removals: [] });
  });

  it('fills slices with room before it makes new ones', () => {
    expect(plan(['a', 'b', 'c', 'd'], [slice('s', ['a'])])).toEqual({
      writes: [
        ['s', 'a,b'],
        ['new', 'c,d'],
      ],
      removals: [],
    });
  });

  it('drops slices that are empty, but for one', () => {
    const two = [slice('s', ['a', 'b']), slice('t', ['c'])];
    expect(plan(['c'], two)).toEqual({ writes: [], removals: ['s'] });
    expect(plan([], two)).toEqual({ writes: [['s', '']], removals: ['t'] });
  });

  it('gives the slice of a pod-less Service its first endpoints', () => {
    const placeholder = { ...slice('s', []), ports: [] };
    expect(plan(['a'], [placeholder])).toEqual({ writes: [['s', 'a']], removals: [] });
  });
});

function pod(name: string, ip: string, ready: boolean): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default', labels: { app: 'web' } },
    spec: {
      nodeName: 'node-1',
      containers: [{ name: 'web', image: 'web', ports: [{ name: 'http', containerPort: 8080 }] }],
    },
    status: {
      phase: 'Running',
      podIP: ip,
      conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }],
    },
  } as Pod;
}

function lab(spec: Service['spec']) {
  const kernel = createKernel({ seed: 1, epochMs: 0 });
  const server = createApiServer({ kernel });
  const { client, subscribe } = server;
  startControllers({ kernel, client, latency: NO_LATENCY, subscribe });
  const node = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'node-1' } } as Node;
  client.create('nodes', undefined, node);
  const service = client.create('services', 'default', {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web' },
    spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 'http' }], ...spec },
  }) as Service;
  server.load([pod('a', '10.244.0.2', true), pod('b', '10.244.0.3', false)]);
  kernel.clock.runUntil(kernel.clock.now + 1000);
  const random = kernel.random.stream('proxy');
  const proxy = new ServiceProxy(client, random, () => kernel.clock.now);
  const host = service.spec?.clusterIP ?? '';
  const routes = (from: string, port = 80) =>
    new Set(Array.from({ length: 30 }, () => JSON.stringify(proxy.route({ host, port }, from))));
  return { kernel, server, client, service, routes };
}

describe('a Service', () => {
  it('leads to ready endpoints only, by the name of their port', () => {
    const { client, service, routes } = lab({});
    expect(
      slicesOf(client, service)[0]?.endpoints.map(({ conditions }) => conditions.ready),
    ).toEqual([true, false]);
    expect([...routes('10.244.0.9')]).toEqual(['{"host":"10.244.0.2","port":8080}']);
    expect([...routes('10.244.0.9', 81)]).toEqual(['"drop"']);
  });

  it('leads to all endpoints when it publishes those that are not ready', () => {
    const { routes } = lab({ publishNotReadyAddresses: true });
    expect(routes('10.244.0.9').size).toBe(2);
  });

  it('keeps a client with its endpoint when asked to', () => {
    const { routes } = lab({ publishNotReadyAddresses: true, sessionAffinity: 'ClientIP' });
    expect(routes('10.244.0.9').size).toBe(1);
  });

  it('refuses when no endpoint is left, and takes its slices with it', () => {
    const { client, kernel, service, server, routes } = lab({});
    server.load([pod('a', '10.244.0.2', false)]);
    kernel.clock.runUntil(kernel.clock.now + 1000);
    expect([...routes('10.244.0.9')]).toEqual(['"refuse"']);
    client.delete('services', 'default', 'web');
    kernel.clock.runUntil(kernel.clock.now + 1000);
    expect(slicesOf(client, service)).toEqual([]);
    expect(client.list('endpoints', { namespace: 'default' }).items).toHaveLength(1);
  });
});
