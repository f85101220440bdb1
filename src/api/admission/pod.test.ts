import { describe, expect, it } from 'vitest';
import type { Pod, ServiceAccount } from '../types';
import { admitPod, admitPodUpdate, type PodAdmissionContext } from './pod';

const ACCOUNT: ServiceAccount = {
  apiVersion: 'v1',
  kind: 'ServiceAccount',
  metadata: { name: 'default' },
};

const CONTEXT: PodAdmissionContext = {
  serviceAccount: (name) => (name === 'default' ? ACCOUNT : undefined),
  suffix: () => 'abcde',
};

function pod(spec: Partial<Pod['spec']> = {}): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web', namespace: 'default' },
    spec: { containers: [{ name: 'web', image: 'nginx' }], ...spec },
  };
}

describe('admitPod', () => {
  it('mounts the token of the service account', () => {
    const { spec } = admitPod(pod(), CONTEXT);
    expect(spec.serviceAccountName).toBe('default');
    expect(spec.volumes?.map(({ name }) => name)).toEqual(['kube-api-access-abcde']);
    expect(spec.containers[0]?.volumeMounts).toEqual([
      {
        name: 'kube-api-access-abcde',
        readOnly: true,
        mountPath: '/var/run/secrets/kubernetes.io/serviceaccount',
      },
    ]);
  });

  it('leaves the token out where nobody wants it', () => {
    const { spec } = admitPod(pod({ automountServiceAccountToken: false }), CONTEXT);
    expect(spec.volumes).toBeUndefined();
  });

  it('lets pods stay on failing nodes for a while', () => {
    const keys = (given: Pod) => admitPod(given, CONTEXT).spec.tolerations?.map(({ key }) => key);
    expect(keys(pod())).toEqual(['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable']);
    expect(keys(pod({ tolerations: [{ operator: 'Exists' }] }))).toEqual([undefined]);
  });

  it('knows the priorities of the system', () => {
    const { spec } = admitPod(pod({ priorityClassName: 'system-node-critical' }), CONTEXT);
    expect(spec).toMatchObject({
      priority: 2_000_001_000,
      preemptionPolicy: 'PreemptLowerPriority',
    });
  });

  it('refuses what does not exist', () => {
    expect(() => admitPod(pod({ serviceAccountName: 'nosuch' }), CONTEXT)).toThrow(
      'pods "web" is forbidden: error looking up service account default/nosuch: serviceaccount "nosuch" not found',
    );
    expect(() => admitPod(pod({ priorityClassName: 'high' }), CONTEXT)).toThrow(
      'pods "web" is forbidden: no PriorityClass with name high was found',
    );
  });
});

describe('admitPodUpdate', () => {
  it('puts back what admission once added', () => {
    const old = admitPod(pod(), CONTEXT);
    const { spec } = admitPodUpdate(pod(), old);
    expect(spec.priority).toBe(0);
    expect(spec.tolerations).toEqual(old.spec.tolerations);
  });
});
