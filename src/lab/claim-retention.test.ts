import { describe, expect, it } from 'vitest';
import { createSimulator } from '../simulator';
import type { ClusterSimulator } from './simulator-api';

const SPEC =
  'terminationGracePeriodSeconds: 1, containers: [{name: a, image: "busybox:1.37", command: [sleep, "100000"]}]';

function lab(policy: string): ClusterSimulator {
  const simulator = createSimulator({ pulledImages: ['busybox:1.37'] });
  simulator.apply(
    `{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: w}, spec: {serviceName: w, replicas: 3, ${policy} selector: {matchLabels: {app: w}}, template: {metadata: {labels: {app: w}}, spec: {${SPEC}}}, volumeClaimTemplates: [{metadata: {name: data}, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}]}}`,
  );
  simulator.advance(20_000);
  return simulator;
}

function claims(simulator: ClusterSimulator): (string | undefined)[] {
  return simulator.list('PersistentVolumeClaim', 'default').map(({ metadata }) => metadata.name);
}

const retention = (whenDeleted: string, whenScaled: string) =>
  `persistentVolumeClaimRetentionPolicy: {whenDeleted: ${whenDeleted}, whenScaled: ${whenScaled}},`;

describe('the claims of a StatefulSet', () => {
  it.each([
    ['outlive pods and set', '', 3, 3],
    ['go with the set', retention('Delete', 'Retain'), 3, 0],
    ['go with the pods that are too many', retention('Retain', 'Delete'), 1, 1],
    ['go with both', retention('Delete', 'Delete'), 1, 0],
  ])('%s', (_, policy, whenScaled, whenDeleted) => {
    const simulator = lab(policy);
    expect(claims(simulator)).toEqual(['data-w-0', 'data-w-1', 'data-w-2']);
    simulator.sh('kubectl scale statefulset w --replicas=1');
    simulator.advance(20_000);
    expect(claims(simulator)).toHaveLength(whenScaled);
    simulator.sh('kubectl delete statefulset w');
    simulator.advance(20_000);
    expect(claims(simulator)).toHaveLength(whenDeleted);
  });
});

describe('a DaemonSet that surges', () => {
  it('ends the old pod as soon as the new one has been ready for long enough', () => {
    const simulator = createSimulator({ pulledImages: ['busybox:1.36', 'busybox:1.37'] });
    simulator.apply(
      `{apiVersion: apps/v1, kind: DaemonSet, metadata: {name: d}, spec: {minReadySeconds: 5, updateStrategy: {rollingUpdate: {maxSurge: 1, maxUnavailable: 0}}, selector: {matchLabels: {app: d}}, template: {metadata: {labels: {app: d}}, spec: {${SPEC}}}}}`,
    );
    simulator.advance(10_000);
    simulator.sh('kubectl set image daemonset/d a=busybox:1.36');
    simulator.advance(3000);
    expect(simulator.list('Pod', 'default')).toHaveLength(2);
    simulator.advance(8000);
    expect(simulator.list('Pod', 'default')).toHaveLength(1);
  });
});
