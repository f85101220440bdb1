import { describe, expect, it } from 'vitest';
import { decodeError, decodeObject, isKnownKind, strictErrorText } from './decode';
import { readManifests } from './yaml/read-manifests';

function decoded(yaml: string) {
  const [document] = readManifests(yaml).documents;
  return decodeObject(document ?? null);
}

const POD = 'apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n';

describe('decodeObject', () => {
  it('reads an object', () => {
    const { object, error, strictErrors } = decoded(
      `${POD}  containers:\n  - name: a\n    resources: {limits: {cpu: 0.5}}\n    ports: [{containerPort: 80}]\n`,
    );
    expect(error).toBeUndefined();
    expect(strictErrors).toEqual([]);
    const spec = object?.spec as { containers: object[] } | undefined;
    expect(spec?.containers[0]).toMatchObject({
      name: 'a',
      resources: { limits: { cpu: '500m' } },
      ports: [{ containerPort: 80 }],
    });
  });

  it('names unknown fields by their paths, in the order of the document', () => {
    const { strictErrors } = decoded(
      `${POD}  containers:\n  - {name: a, imge: x}\n  restartpolicy: Never\n`,
    );
    expect(strictErrors).toEqual([
      'unknown field "spec.containers[0].imge"',
      'unknown field "spec.restartpolicy"',
    ]);
    expect(strictErrorText(strictErrors)).toBe(
      'strict decoding error: unknown field "spec.containers[0].imge", unknown field "spec.restartpolicy"',
    );
  });

  it('sees unknown fields of a kind that is embedded elsewhere with its kind and version', () => {
    const claim = 'apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: a}\n';
    expect(decoded(`${claim}provisioner: x\nreclaimPolicy: y\n`).strictErrors).toEqual([
      'unknown field "provisioner"',
      'unknown field "reclaimPolicy"',
    ]);
  });

  it('reads bytes one by one, too', () => {
    const secret = 'apiVersion: v1\nkind: Secret\nmetadata: {name: a}\ndata: {k: ';
    expect(decoded(`${secret}[104, 105]}\n`).object).toMatchObject({ data: { k: 'aGk=' } });
    expect(decoded(`${secret}["hi"]}\n`).error).toBe(
      'json: cannot unmarshal string into Go struct field Secret.data of type uint8',
    );
  });

  it('keeps empty labels where it is asked to', () => {
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a', labels: {} } };
    expect(decodeObject(pod).object?.metadata).not.toHaveProperty('labels');
    expect(decodeObject(pod, true).object?.metadata.labels).toEqual({});
  });

  it('says what has the wrong type in the terms of Go', () => {
    expect(decoded(`${POD}  containers: {name: a}\n`).error).toBe(
      'json: cannot unmarshal object into Go struct field PodSpec.spec.containers of type []v1.Container',
    );
    expect(decoded(`${POD}  containers: [{name: 5}]\n`).error).toBe(
      'json: cannot unmarshal number into Go struct field Container.spec.containers.name of type string',
    );
  });

  it('knows where that is', () => {
    const where = (spec: string) => decoded(`${POD}  ${spec}\n`).errorField;
    expect(where('containers: [{}, {image: 5}]')).toBe('spec.containers[1].image');
    expect(where('containers: [{resources: {limits: {cpu: x}}}]')).toBe(
      'spec.containers[0].resources.limits.cpu',
    );
    expect(where('nodeSelector: {a: [1]}')).toBe('spec.nodeSelector.a');
  });

  it('takes null for absent', () => {
    const { object, error } = decoded(`${POD}  nodeName: null\n  containers: []\n`);
    expect(error).toBeUndefined();
    expect(object?.spec).not.toHaveProperty('nodeName');
  });

  it('gives every object its metadata', () => {
    const { object } = decoded('apiVersion: v1\nkind: ConfigMap\ndata: {a: "1"}\n');
    expect(object).toMatchObject({ kind: 'ConfigMap', metadata: {}, data: { a: '1' } });
  });

  it('knows versions and kinds', () => {
    expect(isKnownKind('v1', 'Pod')).toBe(true);
    expect(isKnownKind('apps/v1', 'Deployment')).toBe(true);
    expect(isKnownKind('v1', 'Deployment')).toBe(false);
  });
});

describe('decodeError', () => {
  it('is the answer of the create handler', () => {
    const { status } = decodeError({ apiVersion: 'v1', kind: 'Pod' }, 'Pod', 'why');
    expect(status).toMatchObject({ code: 400, reason: 'BadRequest' });
    expect(status.message).toBe('Pod in version "v1" cannot be handled as a Pod: why');
  });
});
