import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../types';
import { createWarnings, updateWarnings } from '../warnings';

function object(kind: string, rest: object, annotations: Record<string, string> = {}): KubeObject {
  return { apiVersion: 'v1', kind, metadata: { name: 'x', annotations }, ...rest } as KubeObject;
}

describe('createWarnings of small kinds', () => {
  it('knows annotations that have had their day', () => {
    const ingress = object('Ingress', { spec: {} }, { 'kubernetes.io/ingress.class': 'nginx' });
    expect(createWarnings(ingress)).toEqual([
      `annotation "kubernetes.io/ingress.class" is deprecated, please use 'spec.ingressClassName' instead`,
    ]);
    const claim = object(
      'PersistentVolumeClaim',
      {},
      { 'volume.beta.kubernetes.io/storage-class': 's' },
    );
    expect(createWarnings(claim)).toEqual([
      'metadata.annotations[volume.beta.kubernetes.io/storage-class]: deprecated since v1.8; use "storageClassName" attribute instead',
    ]);
  });

  it('compares what a quota gives and allows', () => {
    const quota = (hard: object) => createWarnings(object('ResourceQuota', { spec: { hard } }));
    expect(quota({ 'requests.cpu': '2', 'limits.cpu': '1' })).toEqual([
      'ResourceQuota requests.cpu (2) should be less than limits.cpu (1)',
    ]);
    expect(quota({ memory: '1Gi', 'limits.memory': '1Gi' })).toEqual([]);
  });

  it('looks for certificate and key', () => {
    const pem = (type: string) => `-----BEGIN ${type}-----\nAAAA\n-----END ${type}-----\n`;
    const secret = (crt: string, key: string) =>
      createWarnings(
        object('Secret', {
          type: 'kubernetes.io/tls',
          data: { 'tls.crt': btoa(crt), 'tls.key': btoa(key) },
        }),
      );
    expect(secret(pem('CERTIFICATE'), pem('RSA PRIVATE KEY'))).toEqual([]);
    expect(secret('no', 'no')).toEqual(['tls: failed to find any PEM data in certificate input']);
    expect(secret(pem('PRIVATE KEY'), pem('CERTIFICATE'))).toEqual([
      'tls: failed to find certificate PEM data in certificate input, but did find a private key; PEM inputs may have been switched',
    ]);
    expect(secret(pem('CERTIFICATE'), 'no')).toEqual([
      'tls: failed to find any PEM data in key input',
    ]);
  });
});

describe('updateWarnings', () => {
  const ports = [{ containerPort: 80 }, { containerPort: 80 }];
  const deployment = (generation: number): KubeObject => ({
    ...object('Deployment', {
      spec: { template: { spec: { containers: [{ name: 'a', image: 'b', ports }] } } },
    }),
    metadata: { name: 'x', generation },
  });

  it('come for templates of a new generation', () => {
    expect(updateWarnings(deployment(2), deployment(1))).toHaveLength(1);
    expect(updateWarnings(deployment(1), deployment(1))).toEqual([]);
  });

  it('do not come for pods', () => {
    const pod = object('Pod', { spec: { containers: [{ name: 'a', image: 'b', ports }] } });
    expect(createWarnings(pod)).toHaveLength(1);
    expect(updateWarnings(pod, pod)).toEqual([]);
  });
});
