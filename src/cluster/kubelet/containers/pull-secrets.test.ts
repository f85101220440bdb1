import { describe, expect, it } from 'vitest';
import { container, testCluster } from '../test-cluster';

describe('pull secrets that are not there', () => {
  it('are reported, and the image is pulled without them', () => {
    const cluster = testCluster();
    cluster.create('secrets', {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'known' },
    });
    cluster.pod('web', {
      imagePullSecrets: [{ name: 'first' }, { name: 'known' }, { name: '' }, { name: 'second' }],
      containers: [container('a', ['sleep:1000'])],
    });
    cluster.until(5);
    expect(cluster.get('web').status?.phase).toBe('Running');
    expect(cluster.events('web')).toContain(
      'Warning FailedToRetrieveImagePullSecret Unable to retrieve some image pull secrets (first, second); attempting to pull the image may not succeed.',
    );
  });

  it('are reported again at each look at the pod', () => {
    const cluster = testCluster();
    cluster.pod('web', {
      imagePullSecrets: [{ name: 'missing' }],
      containers: [container('a', ['sleep:1000'])],
    });
    const count = () => {
      const events = cluster.client.list('events').items as unknown as {
        readonly reason: string;
        readonly count: number;
      }[];
      return events.find(({ reason }) => reason === 'FailedToRetrieveImagePullSecret')?.count ?? 0;
    };
    cluster.until(5);
    const before = count();
    cluster.until(300);
    expect(count()).toBeGreaterThan(before);
  });
});
