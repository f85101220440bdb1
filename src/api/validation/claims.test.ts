import { describe, expect, it } from 'vitest';
import { applyDefaults } from '../defaults/apply-defaults';
import { prepareForCreate } from '../defaults/prepare';
import type { KubeObject } from '../types';
import { validateClaim, validateClaimUpdate } from './claims';
import { errorText } from './field-error';

function claim(spec: object, status?: object): KubeObject {
  const base = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } };
  const object = {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: 'data', namespace: 'default', resourceVersion: '1' },
    spec: { ...base, ...spec },
  };
  return (status === undefined ? object : { ...object, status }) as unknown as KubeObject;
}

describe('claims and what they are filled from', () => {
  it('know the source under both names', () => {
    const source = { kind: 'PersistentVolumeClaim', name: 'other' };
    expect(prepareForCreate(claim({ dataSource: source })).spec).toMatchObject({
      dataSourceRef: source,
    });
    expect(prepareForCreate(claim({ dataSourceRef: source })).spec).toMatchObject({
      dataSource: source,
    });
    const unknown = prepareForCreate(claim({ dataSource: { kind: 'Foo', name: 'x' } }));
    expect(unknown.spec).not.toHaveProperty('dataSource');
  });

  it('lose a source in another namespace', () => {
    const dataSourceRef = { kind: 'Foo', apiGroup: 'a.b', name: 'x', namespace: 'other' };
    expect(applyDefaults(claim({ dataSourceRef })).spec).not.toHaveProperty('dataSourceRef');
  });

  it('refuse two different sources', () => {
    const [a, b] = ['a', 'b'].map((name) => ({ kind: 'PersistentVolumeClaim', name }));
    expect(validateClaim(claim({ dataSource: a, dataSourceRef: b })).map(errorText)).toEqual([
      'spec: Invalid value: {}: must match dataSourceRef',
    ]);
  });
});

describe('validateClaimUpdate', () => {
  const errors = (now: KubeObject, old: KubeObject) =>
    validateClaimUpdate(now, old).map((error) => errorText(error).split('\n')[0]);

  it('lets a volume be set once, and a class where there was none', () => {
    expect(errors(claim({ volumeName: 'v', storageClassName: 's' }), claim({}))).toEqual([]);
    expect(errors(claim({ volumeName: 'w' }), claim({ volumeName: 'v' }))).toEqual([
      'spec: Forbidden: spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims',
    ]);
  });

  it('lets only bound claims grow, and none shrink below what it has', () => {
    const bigger = { resources: { requests: { storage: '2Gi' } } };
    const bound = { phase: 'Bound', capacity: { storage: '1Gi' } };
    expect(errors(claim(bigger, bound), claim({}, bound))).toEqual([]);
    expect(errors(claim(bigger), claim({}))).toHaveLength(1);
    const smaller = { resources: { requests: { storage: '1Mi' } } };
    expect(errors(claim(smaller, bound), claim({}, bound))).toEqual([
      'spec.resources.requests.storage: Forbidden: field can not be less than status.capacity',
    ]);
  });
});
