import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../api/types';
import { createSimulator } from '../simulator';
import { LIMITATIONS, type LimitedField } from './limitations';
import { remarkOnLimitedFields } from './remarks/limitation-remarks';
import { podTextOf } from './remarks/remark';

const FIELDS = LIMITATIONS.flatMap(({ id, fields = [] }) => fields.map((field) => ({ id, field })));
const KINDS = LIMITATIONS.flatMap(({ id, kinds = [] }) => kinds.map((kind) => ({ id, kind })));

/** Values that the API server takes where a plain `true` is of the wrong type. */
const SAMPLES: Readonly<Record<string, unknown>> = {
  runtimeClassName: 'gvisor',
  seccompProfile: { type: 'RuntimeDefault' },
  appArmorProfile: { type: 'RuntimeDefault' },
  seLinuxOptions: { level: 's0' },
  procMount: 'Default',
  imagePullSecrets: [{ name: 'registry' }],
  resourceClaims: [{ name: 'gpu', resourceClaimName: 'gpu' }],
  volumeDevices: [{ name: 'disk', devicePath: '/dev/xvda' }],
  resources: { limits: { memory: '1Gi' } },
  overhead: { cpu: '1m' },
  fileKeyRef: { volumeName: 'v', path: 'env', key: 'A' },
  windowsOptions: { runAsUserName: 'user' },
};

/** A pod with a field set. */
function podWith({ path, values }: LimitedField): KubeObject {
  const container: Record<string, unknown> = { name: 'app', image: 'busybox:1.37' };
  const spec: Record<string, unknown> = { containers: [container] };
  const inContainer = path.startsWith('[]');
  let at = inContainer ? container : spec;
  const names = (inContainer ? path.slice(2) : path).split('.');
  names.forEach((written, i) => {
    const name = written.replace('[]', '');
    const isLast = i === names.length - 1;
    if (isLast) at[name] = values?.[0] ?? SAMPLES[name] ?? (name.startsWith('host') ? true : {});
    else {
      const next: Record<string, unknown> = {};
      if (written.endsWith('[]')) at[name] = [{ name: 'v', ...next }];
      else at[name] = next;
      at = (written.endsWith('[]') ? (at[name] as unknown[])[0] : next) as Record<string, unknown>;
    }
  });
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'demo' }, spec } as KubeObject;
}

describe('limitations', () => {
  it('have a name of their own, and say what, what instead and where', () => {
    const ids = LIMITATIONS.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { id, what, instead, met } of LIMITATIONS) {
      expect(id).toMatch(/^[a-z-]+$/);
      for (const text of [what, instead, met]) expect(text.length).toBeGreaterThan(5);
      expect(instead).toMatch(/[.>]$/);
    }
  });

  it.each(FIELDS)('$id is told of a pod with $field.path', ({ id, field }) => {
    const pod = podTextOf(podWith(field));
    if (!pod) throw new Error('no pod');
    expect(remarkOnLimitedFields(pod)).toEqual([
      expect.objectContaining({ limitation: id, path: expect.stringContaining('spec') }),
    ]);
  });

  it.each(KINDS)('$id is told of a $kind, which the lab serves', ({ kind }) => {
    const served = createSimulator()
      .api.resources()
      .map((resource) => resource.kind);
    expect(served).toContain(kind);
  });

  it('tells of an object that is only stored, with its place', () => {
    const policy = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: none}
spec: {podSelector: {}}
`;
    const { problems, remarks } = createSimulator().dryRun(policy);
    expect(problems).toEqual([]);
    expect(remarks).toEqual([expect.objectContaining({ limitation: 'network-policy', line: 2 })]);
  });

  it('is silent about pods without such fields', () => {
    const plain = JSON.stringify(podWith({ path: 'hostNetwork' }));
    expect(createSimulator().dryRun(plain).remarks ?? []).toEqual([]);
  });
});
