import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../types';
import { applyDefaults } from './apply-defaults';
import { prepareForCreate } from './prepare';

function job(labels: object | undefined): KubeObject {
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'pi', ...(labels && { labels }) },
    spec: {
      template: {
        metadata: { labels: { app: 'a' } },
        spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'i' }] },
      },
    },
  } as unknown as KubeObject;
}

describe('prepareForCreate', () => {
  it('adds labels to a job that has its labels from its template', () => {
    const prepared = prepareForCreate(applyDefaults(job(undefined)), 'uid');
    expect(prepared.metadata.labels).toMatchObject({ app: 'a', 'job-name': 'pi' });
    const own = prepareForCreate(applyDefaults(job({ app: 'a' })), 'uid');
    expect(own.metadata.labels).toEqual({ app: 'a' });
  });

  it('leaves out fields of features that are off', () => {
    const pod = applyDefaults({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'x' },
      spec: {
        schedulingGroup: { podGroupName: 'g' },
        containers: [{ name: 'c', image: 'i', lifecycle: { stopSignal: 'SIGTERM' } }],
        volumes: [{ name: 'v', projected: { sources: [{ clusterTrustBundle: { path: 'p' } }] } }],
      },
    } as unknown as KubeObject);
    expect(pod.spec).not.toHaveProperty('schedulingGroup');
    expect(pod.spec).not.toHaveProperty('containers[0].lifecycle');
    expect(pod.spec).toHaveProperty('volumes[0].projected.sources', [{}]);
  });
});
