import { describe, expect, it } from 'vitest';
import type { Pod } from '../../api/stored-objects';
import type { KubeObject } from '../../api/types';
import { createKernel } from '../../kernel/kernel';
import { createApiServer } from '../apiserver/server';
import { NO_LATENCY } from '../latency';
import { startScheduler } from './scheduler';

const CLASSES = { low: 1, middle: 5, high: 10 } as const;

function setUp() {
  const kernel = createKernel({ seed: 1, epochMs: 0 });
  const { client } = createApiServer({ kernel });
  startScheduler({ kernel, client, latency: NO_LATENCY });
  const make = (resource: string, object: unknown, namespace?: string) =>
    client.create(resource, namespace, object as KubeObject);
  for (const [name, value] of Object.entries(CLASSES)) {
    const metadata = { name };
    const of = { apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata };
    make('priorityclasses.scheduling.k8s.io', { ...of, value });
    const never = { ...of, metadata: { name: `${name}-meek` }, preemptionPolicy: 'Never' };
    make('priorityclasses.scheduling.k8s.io', { ...never, value });
  }
  let at = 0;
  const get = (name: string) => client.get('pods', 'default', name) as unknown as Pod;
  return {
    client,
    get,
    node: (name: string, labels: Record<string, string> = {}, unschedulable = false) => {
      const allocatable = { cpu: '2', memory: '4Gi', pods: '110' };
      const metadata = { name, labels: { 'kubernetes.io/hostname': name, ...labels } };
      const status = { capacity: allocatable, allocatable };
      make('nodes', { apiVersion: 'v1', kind: 'Node', metadata, spec: { unschedulable }, status });
    },
    pod: (name: string, priorityClassName: string, cpu: string, more: object = {}) => {
      const containers = [{ name: 'a', image: 'app', resources: { requests: { cpu } } }];
      const spec = { priorityClassName, containers, ...more };
      make('pods', podObject(name, spec), 'default');
    },
    budget: (app: string, disruptionsAllowed: number) => {
      const metadata = { name: app, namespace: 'default' };
      const of = { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata };
      const spec = { minAvailable: 1, selector: { matchLabels: { app } } };
      const made = make('poddisruptionbudgets.policy', { ...of, spec }, 'default');
      const status = { disruptionsAllowed, currentHealthy: 1, desiredHealthy: 1, expectedPods: 1 };
      const object = { ...made, status } as KubeObject;
      client.update('poddisruptionbudgets.policy', 'default', object, { subresource: 'status' });
    },
    end: (name: string) => client.delete('pods', 'default', name, { gracePeriodSeconds: 0 }),
    run: (seconds: number) => {
      at += seconds * 1000;
      kernel.clock.runUntil(at);
    },
    nodeOf: (name: string) => get(name).spec.nodeName,
    isEnding: (name: string) => get(name).metadata.deletionTimestamp !== undefined,
    verdict: (name: string) =>
      get(name).status?.conditions?.find(({ type }) => type === 'PodScheduled')?.message,
    notes: (reason: string) =>
      (client.list('events').items as unknown as { reason: string; message: string }[])
        .filter((event) => event.reason === reason)
        .map(({ message }) => message),
  };
}

function podObject(name: string, spec: object): object {
  const metadata = { name, labels: { app: name, set: 'all' } };
  return { apiVersion: 'v1', kind: 'Pod', metadata, spec };
}

const NO_CLAIMS = 'no new claims to deallocate, preemption:';

describe('preemption', () => {
  it('ends the least important pod that is enough, and gives its room to the other', () => {
    const { node, pod, run, get, nodeOf, isEnding, verdict, notes, end } = setUp();
    node('node-1');
    pod('a', 'low', '1');
    pod('b', 'middle', '1');
    run(1);
    pod('c', 'high', '1');
    run(1);
    expect([isEnding('a'), isEnding('b')]).toEqual([true, false]);
    expect(get('a').status?.conditions?.at(-1)).toMatchObject({
      type: 'DisruptionTarget',
      status: 'True',
      reason: 'PreemptionByScheduler',
      message: 'default-scheduler: preempting to accommodate a higher priority pod',
    });
    expect(verdict('c')).toBe('0/1 nodes are available: 1 Insufficient cpu.');
    expect(get('c').status?.nominatedNodeName).toBe('node-1');
    expect(notes('Preempted')).toEqual([
      `Preempted by pod ${get('c').metadata.uid} on node node-1`,
    ]);
    end('a');
    run(10);
    expect(nodeOf('c')).toBe('node-1');
    expect(get('c').status?.nominatedNodeName).toBeUndefined();
  });

  it('keeps the room that is being made for those it is made for', () => {
    const { node, pod, run, nodeOf, end } = setUp();
    node('node-1');
    pod('a', 'low', '2');
    run(1);
    pod('c', 'high', '2');
    run(1);
    end('a');
    // The important pod waits for its back-off while this one is tried at once.
    pod('b', 'middle', '1');
    run(10);
    expect(nodeOf('c')).toBe('node-1');
    expect(nodeOf('b')).toBeUndefined();
  });

  it('spares what a disruption budget guards, if there is something else', () => {
    const { node, pod, run, budget, isEnding } = setUp();
    node('node-1');
    pod('a', 'low', '1');
    pod('b', 'low', '1');
    budget('a', 0);
    run(1);
    pod('c', 'high', '1');
    run(1);
    expect([isEnding('a'), isEnding('b')]).toEqual([false, true]);
  });

  it('takes the node whose most important victim is the least important', () => {
    const { node, pod, run, isEnding, nodeOf, client } = setUp();
    node('node-1');
    pod('a', 'middle', '2');
    run(1);
    node('node-2');
    pod('b', 'low', '2');
    run(1);
    expect([nodeOf('a'), nodeOf('b')]).toEqual(['node-1', 'node-2']);
    pod('c', 'high', '2');
    run(1);
    expect([isEnding('a'), isEnding('b')]).toEqual([false, true]);
    expect(client.list('pods').items).toHaveLength(3);
  });

  it.each([
    [
      'a class that does not preempt',
      'high-meek',
      '2',
      'not eligible due to preemptionPolicy=Never.',
    ],
    [
      'a pod that is not more important',
      'low',
      '2',
      '0/1 nodes are available: 1 No preemption victims found for incoming pod.',
    ],
    [
      'a node that is too small in any case',
      'high',
      '3',
      '0/1 nodes are available: 1 Preemption is not helpful for scheduling.',
    ],
    [
      'more important pods that leave too little',
      'middle',
      '2',
      '0/1 nodes are available: 1 Insufficient cpu.',
    ],
  ])('says why it does not help: %s', (_, priority, cpu, why) => {
    const { node, pod, run, verdict, isEnding } = setUp();
    node('node-1');
    pod('a', 'low', '500m');
    pod('b', 'high', '500m');
    run(1);
    pod('c', priority, cpu);
    run(1);
    expect(verdict('c')).toBe(`0/1 nodes are available: 1 Insufficient cpu. ${NO_CLAIMS} ${why}`);
    expect(isEnding('a')).toBe(false);
  });
});

describe('topology spread constraints', () => {
  const spread = (constraint: object = {}) => ({
    topologySpreadConstraints: [
      {
        maxSkew: 1,
        topologyKey: 'zone',
        whenUnsatisfiable: 'DoNotSchedule',
        labelSelector: { matchLabels: { set: 'all' } },
        ...constraint,
      },
    ],
  });
  const MISMATCH = "node(s) didn't match pod topology spread constraints";

  it('send a pod where there are fewest of its kind', () => {
    const { node, pod, run, nodeOf } = setUp();
    node('node-1', { zone: 'a' });
    node('node-2', { zone: 'b' });
    for (const name of ['a', 'b', 'c', 'd']) pod(name, 'low', '100m', spread());
    run(1);
    const nodes = ['a', 'b', 'c', 'd'].map(nodeOf);
    expect(nodes.filter((name) => name === 'node-1')).toHaveLength(2);
    expect(nodes.filter((name) => name === 'node-2')).toHaveLength(2);
  });

  it('count a domain where no pod can go, and make pods wait for it', () => {
    const { node, pod, run, nodeOf, verdict } = setUp();
    node('node-1', { zone: 'a' });
    node('node-2', { zone: 'b' }, true);
    pod('a', 'low', '100m', spread());
    run(1);
    pod('b', 'low', '100m', spread());
    run(1);
    expect(nodeOf('a')).toBe('node-1');
    expect(verdict('b')).toBe(
      `0/2 nodes are available: 1 ${MISMATCH}, 1 node(s) were unschedulable. ${NO_CLAIMS} 0/2 nodes are available: 1 No preemption victims found for incoming pod, 1 Preemption is not helpful for scheduling.`,
    );
  });

  it('need the label, and may need more domains than there are', () => {
    const { node, pod, run, nodeOf, verdict } = setUp();
    node('node-1', { zone: 'a' });
    pod('a', 'low', '100m', spread({ topologyKey: 'rack' }));
    pod('b', 'low', '100m', spread({ minDomains: 2 }));
    run(1);
    pod('c', 'low', '100m', spread({ minDomains: 2 }));
    pod('d', 'low', '100m', spread({ whenUnsatisfiable: 'ScheduleAnyway' }));
    run(1);
    expect(verdict('a')).toContain(`1 ${MISMATCH} (missing required label). `);
    expect([nodeOf('b'), nodeOf('d')]).toEqual(['node-1', 'node-1']);
    expect(verdict('c')).toContain(`1 ${MISMATCH}. `);
  });
});
