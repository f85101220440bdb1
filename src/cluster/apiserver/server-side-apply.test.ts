import { beforeEach, describe, expect, it } from 'vitest';
import type { ApiClient } from '../../api/client';
import { ApiError } from '../../api/status';
import { createKernel } from '../../kernel/kernel';
import { createApiServer } from './server';

let client: ApiClient;

beforeEach(() => {
  const kernel = createKernel({ seed: 1, epochMs: 0 });
  client = createApiServer({ kernel }).client;
});

function deployment(replicas: number, image = 'nginx') {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'default' },
    spec: {
      replicas,
      selector: { matchLabels: { app: 'web' } },
      template: {
        metadata: { labels: { app: 'web' } },
        spec: { containers: [{ name: 'web', image }] },
      },
    },
  };
}

function apply(fieldManager: string, object: object, force = false) {
  return client.patch('deployments.apps', 'default', 'web', 'apply', object, {
    fieldManager,
    force,
  });
}

const managers = () =>
  (client.get('deployments.apps', 'default', 'web').metadata.managedFields ?? []).map(
    ({ manager, operation, subresource }) =>
      [manager, operation, subresource].filter(Boolean).join(' '),
  );

describe('server-side apply', () => {
  it('creates what is not there, with defaults that nobody owns', () => {
    const made = apply('alice', deployment(2));
    expect(made).toMatchObject({ spec: { replicas: 2, revisionHistoryLimit: 10 } });
    expect(made.metadata.generation).toBe(1);
    expect(JSON.stringify(made.metadata.managedFields)).not.toContain('revisionHistoryLimit');
    expect(managers()).toEqual(['alice Apply']);
  });

  it('changes nothing, not even the version, when it is repeated', () => {
    const first = apply('alice', deployment(2));
    expect(apply('alice', deployment(2)).metadata.resourceVersion).toBe(
      first.metadata.resourceVersion,
    );
  });

  it('is told who else owns a field', () => {
    apply('alice', deployment(2));
    const scale = { spec: { replicas: 5 } };
    client.patch('deployments.apps', 'default', 'web', 'merge', scale, {
      fieldManager: 'kubectl-edit',
    });
    expect(managers()).toEqual(['alice Apply', 'kubectl-edit Update']);
    let refusal: unknown;
    try {
      apply('alice', deployment(3));
    } catch (error) {
      refusal = error;
    }
    expect(refusal).toBeInstanceOf(ApiError);
    expect((refusal as ApiError).status).toMatchObject({
      code: 409,
      reason: 'Conflict',
      details: {
        causes: [
          {
            reason: 'FieldManagerConflict',
            message: 'conflict with "kubectl-edit" using apps/v1',
            field: '.spec.replicas',
          },
        ],
      },
    });
    expect(apply('alice', deployment(3), true)).toMatchObject({ spec: { replicas: 3 } });
    expect(managers()).toEqual(['alice Apply']);
  });

  it('removes what its manager no longer applies', () => {
    const labelled = { ...deployment(2), metadata: { name: 'web', labels: { a: '1', b: '2' } } };
    apply('alice', labelled);
    const fewer = { ...deployment(2), metadata: { name: 'web', labels: { a: '1' } } };
    expect(apply('alice', fewer).metadata.labels).toEqual({ a: '1' });
  });

  it('keeps a status that is written beside it', () => {
    const made = apply('alice', deployment(2));
    client.update(
      'deployments.apps',
      'default',
      { ...made, status: { replicas: 2 } },
      { subresource: 'status', fieldManager: 'controller' },
    );
    expect(managers()).toEqual(['alice Apply', 'controller Update status']);
    expect(apply('alice', deployment(2, 'nginx:2')).status).toEqual({ replicas: 2 });
  });
});
