import { describe, expect, it } from 'vitest';
import { internalClaimSpec, internalPodSpec } from './internal-form';

describe('internalPodSpec', () => {
  const spec = internalPodSpec({
    hostNetwork: true,
    serviceAccount: 'default',
    containers: [{ name: 'a', readinessProbe: { httpGet: { port: 80 } } }],
    volumes: [{ name: 'v', configMap: { name: 'c' } }],
  });

  it('has every field under its name in Go', () => {
    expect(spec).toMatchObject({ InitContainers: null, DNSPolicy: '', OS: null, Hostname: '' });
    expect(spec).not.toHaveProperty('DeprecatedServiceAccount');
  });

  it('keeps the namespaces of the host in the security context', () => {
    expect(spec.SecurityContext).toMatchObject({
      HostNetwork: true,
      HostPID: false,
      HostUsers: null,
    });
    expect(spec).not.toHaveProperty('HostNetwork');
  });

  it('puts the fields of embedded structs in one row with the others', () => {
    const [container] = spec.Containers as { ReadinessProbe: object }[];
    expect(container?.ReadinessProbe).toMatchObject({
      Exec: null,
      HTTPGet: { Path: '', Port: 80, HTTPHeaders: null },
      FailureThreshold: 0,
    });
    const [volume] = spec.Volumes as object[];
    const names = Object.keys(volume ?? {});
    expect(names.slice(0, 3)).toEqual(['Name', 'HostPath', 'EmptyDir']);
    expect(names[names.indexOf('RBD') + 1]).toBe('Quobyte');
  });
});

it('internalClaimSpec leaves the types of the API as they are', () => {
  expect(
    internalClaimSpec({ accessModes: ['ReadWriteOnce'], selector: { matchLabels: { a: 'b' } } }),
  ).toMatchObject({
    AccessModes: ['ReadWriteOnce'],
    Selector: { matchLabels: { a: 'b' } },
    Resources: { Limits: null, Requests: null },
    VolumeMode: null,
  });
});
