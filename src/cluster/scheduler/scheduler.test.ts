import { describe, expect, it } from 'vitest';
import type { Container, Pod, PodSpec, Taint } from '../../api/stored-objects';
import type { KubeObject } from '../../api/types';
import { createKernel } from '../../kernel/kernel';
import { createApiServer } from '../apiserver/server';
import { NO_LATENCY } from '../latency';
import { startScheduler } from './scheduler';

interface NodeOptions {
  readonly labels?: Record<string, string>;
  readonly taints?: readonly Taint[];
  readonly unschedulable?: boolean;
  readonly cpu?: string;
}

function setUp() {
  const kernel = createKernel({ seed: 1, epochMs: 0 });
  const { client } = createApiServer({ kernel });
  startScheduler({ kernel, client, latency: NO_LATENCY });
  const make = (resource: string, object: unknown, namespace?: string) =>
    client.create(resource, namespace, object as KubeObject);
  const nodeObject = (name: string, options: NodeOptions) => {
    const { labels = {}, taints, unschedulable, cpu = '2' } = options;
    const allocatable = { cpu, memory: '4Gi', pods: '110', 'ephemeral-storage': '10Gi' };
    return {
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name, labels: { 'kubernetes.io/hostname': name, ...labels } },
      spec: { ...(taints ? { taints } : {}), ...(unschedulable ? { unschedulable } : {}) },
      status: { capacity: allocatable, allocatable },
    };
  };
  let at = 0;
  return {
    client,
    node: (name: string, options: NodeOptions = {}) => make('nodes', nodeObject(name, options)),
    changeNode: (name: string, patch: unknown) =>
      client.patch('nodes', undefined, name, 'merge', patch),
    pod: (name: string, spec: Partial<PodSpec> = {}, container: Partial<Container> = {}) =>
      make(
        'pods',
        {
          apiVersion: 'v1',
          kind: 'Pod',
          metadata: { name, labels: { app: name } },
          spec: { containers: [{ name: 'a', image: 'app', ...container }], ...spec },
        },
        'default',
      ),
    run: (seconds: number) => {
      at += seconds * 1000;
      kernel.clock.runUntil(at);
    },
    nodeOf: (name: string) => (client.get('pods', 'default', name) as unknown as Pod).spec.nodeName,
    verdict: (name: string) => {
      const pod = client.get('pods', 'default', name) as unknown as Pod;
      return pod.status?.conditions?.find(({ type }) => type === 'PodScheduled')?.message;
    },
  };
}

const cpu = (amount: string) => ({ resources: { requests: { cpu: amount } } });
const NOT_HELPFUL = 'Preemption is not helpful for scheduling';
const verdictText = (reasons: string, why = NOT_HELPFUL) =>
  `0/1 nodes are available: ${reasons}. no new claims to deallocate, preemption: 0/1 nodes are available: 1 ${why}.`;

describe('the scheduler', () => {
  it('binds a pod to the emptier node', () => {
    const { node, pod, run, nodeOf } = setUp();
    node('node-1');
    node('node-2');
    pod('first', {}, cpu('1'));
    pod('second', {}, cpu('1'));
    run(1);
    expect([nodeOf('first'), nodeOf('second')].sort()).toEqual(['node-1', 'node-2']);
  });

  it('says that there is no node', () => {
    const { pod, run, verdict } = setUp();
    pod('web');
    run(1);
    expect(verdict('web')).toBe('no nodes available to schedule pods');
  });

  it.each<[string, NodeOptions, Partial<PodSpec>, Partial<Container>, string]>([
    ['a full node', {}, {}, cpu('3'), verdictText('1 Insufficient cpu')],
    [
      'a cordoned node',
      { unschedulable: true },
      {},
      {},
      verdictText('1 node(s) were unschedulable'),
    ],
    [
      'a taint',
      { taints: [{ key: 'gpu', value: 'yes', effect: 'NoSchedule' }] },
      {},
      {},
      verdictText('1 node(s) had untolerated taint(s)'),
    ],
    [
      'a label that no node has',
      {},
      { nodeSelector: { disk: 'ssd' } },
      {},
      verdictText("1 node(s) didn't match Pod's node affinity/selector"),
    ],
  ])('explains %s', (_, options, spec, container, expected) => {
    const { node, pod, run, verdict, nodeOf } = setUp();
    node('node-1', options);
    pod('web', spec, container);
    run(1);
    expect(verdict('web')).toBe(expected);
    expect(nodeOf('web')).toBeUndefined();
  });

  it('does not give one port of a node away twice', () => {
    const { node, pod, run, verdict, client, nodeOf } = setUp();
    node('node-1');
    const ports = { ports: [{ containerPort: 80, hostPort: 8080 }] };
    pod('first', {}, ports);
    pod('second', {}, ports);
    run(1);
    expect(verdict('second')).toBe(
      verdictText(
        "1 node(s) didn't have free ports for the requested pod ports",
        'No preemption victims found for incoming pod',
      ),
    );
    client.delete('pods', 'default', 'first', { gracePeriodSeconds: 0 });
    run(10);
    expect(nodeOf('second')).toBe('node-1');
  });

  it('tries again when a node changes so that it may help', () => {
    const { node, changeNode, pod, run, nodeOf } = setUp();
    node('node-1');
    pod('web', { nodeSelector: { disk: 'ssd' } });
    run(60);
    expect(nodeOf('web')).toBeUndefined();
    changeNode('node-1', { metadata: { labels: { disk: 'ssd' } } });
    run(1);
    expect(nodeOf('web')).toBe('node-1');
  });

  it('lets a pod go where it tolerates the taint', () => {
    const { node, pod, run, nodeOf } = setUp();
    node('node-1', { taints: [{ key: 'gpu', value: 'yes', effect: 'NoSchedule' }] });
    pod('web', { tolerations: [{ key: 'gpu', operator: 'Exists' }] });
    run(1);
    expect(nodeOf('web')).toBe('node-1');
  });

  it('keeps pods apart and together as their affinity wants', () => {
    const { node, pod, run, nodeOf } = setUp();
    node('node-1');
    node('node-2');
    const term = (name: string) => ({
      topologyKey: 'kubernetes.io/hostname',
      labelSelector: { matchLabels: { app: name } },
    });
    pod('first');
    run(1);
    pod('apart', {
      affinity: {
        podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term('first')] },
      },
    });
    pod('together', {
      affinity: {
        podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term('first')] },
      },
    });
    run(1);
    expect(nodeOf('apart')).not.toBe(nodeOf('first'));
    expect(nodeOf('together')).toBe(nodeOf('first'));
  });

  it('gives a pod the region and the zone of its node', () => {
    const { node, pod, run, client } = setUp();
    const topology = {
      'topology.kubernetes.io/zone': 'a',
      'topology.kubernetes.io/region': 'r',
    };
    node('node-1', { labels: topology });
    pod('web');
    pod('given', { nodeName: 'node-1' });
    run(1);
    for (const name of ['web', 'given']) {
      const { labels } = (client.get('pods', 'default', name) as unknown as Pod).metadata;
      expect(labels).toEqual({ app: name, ...topology });
    }
  });

  it('leaves pods of other schedulers and gated ones alone', () => {
    const { node, pod, run, nodeOf } = setUp();
    node('node-1');
    pod('other', { schedulerName: 'mine' });
    pod('gated', { schedulingGates: [{ name: 'wait' }] });
    run(1);
    expect([nodeOf('other'), nodeOf('gated')]).toEqual([undefined, undefined]);
  });
});
