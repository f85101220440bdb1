import { describe, expect, it } from 'vitest';
import { decodeObject } from '../decode';
import { applyDefaults } from '../defaults/apply-defaults';
import { prepareForCreate } from '../defaults/prepare';
import type { KubeObject } from '../types';
import { createWarnings } from '../warnings';
import { readManifests } from '../yaml/read-manifests';
import { errorText } from './field-error';
import { validateCreate, validateUpdate } from './validate';

/** What a client sent, as far as validation. */
function prepared(yaml: string): KubeObject {
  const { object, error } = decodeObject(readManifests(yaml).documents[0] ?? null);
  if (object === undefined) throw new Error(error);
  object.metadata.namespace ??= 'default';
  object.metadata.uid = 'uid';
  object.metadata.resourceVersion = '1';
  return prepareForCreate(applyDefaults(object), 'uid');
}

function pod(spec: string): KubeObject {
  return prepared(`apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: ${spec}\n`);
}

function errors(object: KubeObject): string[] {
  return validateCreate(object).map(errorText);
}

const GOOD = '{containers: [{name: a, image: b}]}';

describe('validateCreate', () => {
  it('takes a plain pod', () => {
    expect(errors(pod(GOOD))).toEqual([]);
  });

  it('wants containers with names and images', () => {
    expect(errors(pod('{}'))).toEqual(['spec.containers: Required value']);
    expect(errors(pod('{containers: [{}]}'))).toEqual([
      'spec.containers[0].name: Required value',
      'spec.containers[0].image: Required value',
    ]);
    expect(errors(pod('{containers: [{name: a, image: b}, {name: a, image: b}]}'))).toEqual([
      'spec.containers[1].name: Duplicate value: "a"',
    ]);
  });

  it('wants every mount to have its volume', () => {
    const mounts = '[{name: data, mountPath: /data}]';
    expect(errors(pod(`{containers: [{name: a, image: b, volumeMounts: ${mounts}}]}`))).toEqual([
      'spec.containers[0].volumeMounts[0].name: Not found: "data"',
    ]);
  });

  it('reports errors in the order of the server', () => {
    const spec =
      '{restartPolicy: Sometimes, volumes: [{name: A}], containers: [{name: a, image: b, ports: [{containerPort: 0}]}]}';
    expect(errors(pod(spec)).map((text) => text.split(':')[0])).toEqual([
      'spec.volumes[0].name',
      'spec.containers[0].ports[0].containerPort',
      'spec.restartPolicy',
    ]);
  });

  it('compares selector and template of a Deployment', () => {
    const deployment = (labels: string) =>
      prepared(
        `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {selector: {matchLabels: {app: web}}, template: {metadata: {labels: ${labels}}, spec: ${GOOD}}}`,
      );
    expect(errors(deployment('{app: web}'))).toEqual([]);
    expect(errors(deployment('{app: db}'))).toEqual([
      'spec.template.metadata.labels: Invalid value: {"app":"db"}: `selector` does not match template `labels`',
    ]);
  });

  it('lets jobs end', () => {
    const job = prepared(
      `apiVersion: batch/v1\nkind: Job\nmetadata: {name: once}\nspec: {template: {spec: ${GOOD}}}`,
    );
    expect(errors(job)).toEqual([
      'spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"',
    ]);
  });

  it('looks at the ports of services', () => {
    const service = prepared(
      'apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {ports: [{port: 80}, {port: 80}]}',
    );
    expect(errors(service).slice(0, 2)).toEqual([
      'spec.ports[0].name: Required value',
      'spec.ports[1].name: Required value',
    ]);
  });
});

describe('validateUpdate', () => {
  it('lets a pod change its image only', () => {
    const old = pod(GOOD);
    expect(validateUpdate(pod('{containers: [{name: a, image: c}]}'), old)).toEqual([]);
    const moved = validateUpdate(pod('{nodeName: n1, containers: [{name: a, image: b}]}'), old);
    expect(moved.map(({ field }) => field)).toEqual(['spec']);
    expect(moved[0]?.detail).toMatch(/^pod updates may not change fields other than/);
  });

  it('keeps the selector of a Deployment', () => {
    const deployment = (label: string) =>
      prepared(
        `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {selector: {matchLabels: {app: ${label}}}, template: {metadata: {labels: {app: ${label}}}, spec: ${GOOD}}}`,
      );
    const found = validateUpdate(deployment('b'), deployment('a'));
    expect(found.map(errorText)).toEqual([
      'spec.selector: Invalid value: {"matchLabels":{"app":"b"}}: field is immutable',
    ]);
  });
});

describe('createWarnings', () => {
  it('tells of ports and variables that stand twice', () => {
    const spec =
      '{containers: [{name: a, image: b, ports: [{containerPort: 80}, {containerPort: 80}], env: [{name: A, value: "1"}, {name: A, value: "2"}]}]}';
    expect(createWarnings(pod(spec))).toEqual([
      'spec.containers[0].env[1]: hides previous definition of "A", which may be dropped when using apply',
      'spec.containers[0].ports[1]: duplicate port definition with spec.containers[0].ports[0]',
    ]);
  });
});
