import { describe, expect, it } from 'vitest';
import type { Pod, PodSpec } from './types';
import { createWarnings, preparationWarnings } from './warnings';
import { cidrWarnings, ipWarnings } from './warnings/ip';
import { volumeWarnings } from './warnings/volumes';

function podWarnings(spec: Partial<PodSpec>, annotations: Record<string, string> = {}): string[] {
  const pod: Pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web', annotations },
    spec: { containers: [{ name: 'a', image: 'b' }], ...spec },
  };
  return [...preparationWarnings(pod), ...createWarnings(pod)];
}

describe('createWarnings', () => {
  it('names labels and annotations that have had their day', () => {
    expect(
      podWarnings(
        { nodeSelector: { 'beta.kubernetes.io/os': 'linux' } },
        { 'container.apparmor.security.beta.kubernetes.io/a': 'unconfined' },
      ),
    ).toEqual([
      'metadata.annotations[container.apparmor.security.beta.kubernetes.io/a]: deprecated since v1.30; use the "appArmorProfile" field instead',
      'spec.nodeSelector[beta.kubernetes.io/os]: deprecated since v1.14; use "kubernetes.io/os" instead',
    ]);
  });

  it('looks into affinities', () => {
    const expression = { key: 'beta.kubernetes.io/arch', operator: 'In', values: ['-x'] } as const;
    const preference = { matchExpressions: [{ ...expression, values: ['-x'] }] };
    const warnings = podWarnings({
      affinity: {
        nodeAffinity: {
          preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, preference }],
        },
      },
    });
    const at =
      'spec.affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].preference.matchExpressions[0]';
    expect(warnings[0]).toBe(
      `${at}.key: beta.kubernetes.io/arch is deprecated since v1.14; use "kubernetes.io/arch" instead`,
    );
    expect(warnings[1]).toMatch(/\.values\[0\]: -x is invalid, a valid label must be/);
  });

  it('counts bytes in whole numbers', () => {
    expect(
      podWarnings({
        containers: [{ name: 'a', image: 'b', resources: { limits: { memory: '100m' } } }],
      }),
    ).toEqual([
      'spec.containers[0].resources.limits[memory]: fractional byte value "100m" is invalid, must be an integer',
    ]);
  });
});

describe('volumes', () => {
  it('have one file in each place', () => {
    const items = [
      { key: 'a', path: 'dir' },
      { key: 'b', path: 'dir/file' },
      { key: 'c', path: 'directory' },
    ];
    expect(
      volumeWarnings([{ name: 'v', configMap: { name: 'm', items } }], 'spec.volumes'),
    ).toEqual(['volume "v" (ConfigMap "m"): overlapping paths: "dir/file" with "dir"']);
  });
});

describe('addresses', () => {
  it('have a usual form', () => {
    expect(ipWarnings('f', '10.0.0.1')).toEqual([]);
    expect(ipWarnings('f', '2001:DB8::1')).toEqual([
      'f: IPv6 address "2001:DB8::1" should be in RFC 5952 canonical format ("2001:db8::1")',
    ]);
    expect(cidrWarnings('f', '10.0.0.1/8')).toEqual([
      'f: CIDR value "10.0.0.1/8" is ambiguous in this context (should be "10.0.0.0/8" or "10.0.0.1/32"?)',
    ]);
  });
});
