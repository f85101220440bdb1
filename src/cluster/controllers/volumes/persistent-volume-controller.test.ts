import { beforeEach, describe, expect, it } from 'vitest';
import type { ApiClient } from '../../../api/client';
import type { KubeObject } from '../../../api/types';
import { createKernel, type Kernel } from '../../../kernel/kernel';
import { createApiServer } from '../../apiserver/server';
import { NO_LATENCY } from '../../latency';
import { startScheduler } from '../../scheduler/scheduler';
import type { Claim, PersistentVolume } from '../../volume-types';
import { startControllers } from '../start-controllers';

let kernel: Kernel;
let client: ApiClient;

beforeEach(() => {
  kernel = createKernel({ seed: 1, epochMs: 0 });
  const server = createApiServer({ kernel });
  client = server.client;
  client.create('nodes', undefined, {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: 'node-1', labels: { 'kubernetes.io/hostname': 'node-1' } },
    status: { allocatable: { pods: '110' }, conditions: [{ type: 'Ready', status: 'True' }] },
  });
  startControllers({ kernel, client, latency: NO_LATENCY, subscribe: server.subscribe });
  startScheduler({ kernel, client, latency: NO_LATENCY });
});

function settle(): void {
  kernel.clock.runUntil(kernel.clock.now + 5000);
}

function makeClaim(spec: object = {}): void {
  client.create('persistentvolumeclaims', 'default', {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: 'data' },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, ...spec },
  });
  settle();
}

function makeVolume(name: string, storage: string, spec: object = {}): void {
  client.create('persistentvolumes', undefined, {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name },
    spec: {
      accessModes: ['ReadWriteOnce'],
      capacity: { storage },
      hostPath: { path: `/srv/${name}` },
      storageClassName: 'manual',
      ...spec,
    },
  });
  settle();
}

function makeConsumer(): void {
  client.create('pods', 'default', {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p' },
    spec: {
      containers: [{ name: 'a', image: 'a' }],
      volumes: [{ name: 'd', persistentVolumeClaim: { claimName: 'data' } }],
    },
  });
  settle();
}

const claim = () => client.get('persistentvolumeclaims', 'default', 'data') as Claim;
const volume = (name: string) =>
  client.get('persistentvolumes', undefined, name) as PersistentVolume;
const messages = () =>
  client.list('events').items.map((event) => (event as KubeObject & { message: string }).message);

describe('a claim of the default class', () => {
  it('waits for its first consumer, and gets a volume where that one goes', () => {
    makeClaim();
    expect(claim().status).toEqual({ phase: 'Pending' });
    expect(messages()).toContain('waiting for first consumer to be created before binding');
    makeConsumer();
    expect(client.get('pods', 'default', 'p').spec).toMatchObject({ nodeName: 'node-1' });
    expect(claim()).toMatchObject({
      spec: { storageClassName: 'standard', volumeName: `pvc-${claim().metadata.uid}` },
      status: { phase: 'Bound', accessModes: ['ReadWriteOnce'], capacity: { storage: '1Gi' } },
    });
    expect(volume(claim().spec?.volumeName ?? '').status).toEqual({ phase: 'Bound' });
  });

  it('stays as long as a pod uses it, and takes its volume with it', () => {
    makeClaim();
    makeConsumer();
    client.delete('persistentvolumeclaims', 'default', 'data');
    settle();
    expect(claim().metadata.deletionTimestamp).toBeDefined();
    client.delete('pods', 'default', 'p', { gracePeriodSeconds: 0 });
    settle();
    expect(client.list('persistentvolumeclaims').items).toEqual([]);
    expect(client.list('persistentvolumes').items).toEqual([]);
  });
});

describe('a claim of volumes that somebody has made', () => {
  it('gets the smallest that will do', () => {
    makeVolume('large', '10Gi');
    makeVolume('small', '500Mi');
    makeVolume('right', '2Gi');
    expect(volume('right').status).toEqual({ phase: 'Available' });
    makeClaim({ storageClassName: 'manual' });
    expect(claim().spec?.volumeName).toBe('right');
    expect(volume('right')).toMatchObject({
      spec: { claimRef: { name: 'data', namespace: 'default' } },
      status: { phase: 'Bound' },
    });
  });

  it('leaves a volume behind that is to be kept', () => {
    makeVolume('kept', '1Gi', { persistentVolumeReclaimPolicy: 'Retain' });
    makeClaim({ storageClassName: 'manual' });
    client.delete('persistentvolumeclaims', 'default', 'data');
    settle();
    expect(volume('kept').status).toEqual({ phase: 'Released' });
  });

  it('says what it lacks, and keeps its pod waiting', () => {
    makeClaim({ storageClassName: '' });
    makeConsumer();
    expect(messages()).toContain(
      'no persistent volumes available for this claim and no storage class is set',
    );
    expect(messages()).toContain(
      '0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims. not found',
    );
  });
});
