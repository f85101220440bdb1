import { describe, expect, it } from 'vitest';
import { goDump } from '../../../api/schema/go-dump';
import { fnv1a32, fnv1x32, safeEncode, templateHash } from './template-hash';

describe('a template’s hash', () => {
  it('is made of the digits of FNV-1a, as letters', () => {
    // The published values of the two functions.
    expect(fnv1a32('a')).toBe(0xe40c292c);
    expect(fnv1x32('a')).toBe(0x050c5d7e);
    expect(safeEncode('0123456789')).toBe('456789bcdf');
  });

  it('depends on everything in the template, and on the collisions', () => {
    const template = (image: string) => ({ spec: { containers: [{ name: 'a', image }] } });
    const hash = templateHash(template('busybox:1.36'));
    expect(hash).toMatch(/^[bcdfghjklmnpqrstvwxz2456789]{1,10}$/);
    expect(templateHash(template('busybox:1.37'))).not.toBe(hash);
    expect(templateHash(template('busybox:1.36'), 1)).not.toBe(hash);
    expect(templateHash(template('busybox:1.36'))).toBe(hash);
  });

  it('is of the text that Go prints', () => {
    const port = { containerPort: 80, protocol: 'TCP' };
    expect(goDump({ name: 'ContainerPort', group: 'core' }, port)).toBe(
      '(v1.ContainerPort){Name:(string) HostPort:(int32)0 ContainerPort:(int32)80 Protocol:(v1.Protocol)TCP HostIP:(string)}',
    );
    const resources = { limits: { cpu: '500m', memory: '512Mi' } };
    expect(goDump({ name: 'ResourceRequirements', group: 'core' }, resources)).toBe(
      '(v1.ResourceRequirements){Limits:(v1.ResourceList)map[cpu:{i:(resource.int64Amount){value:(int64)500 scale:(resource.Scale)-3} d:(resource.infDecAmount){Dec:(*inf.Dec)<nil>} s:(string)500m Format:(resource.Format)DecimalSI} memory:{i:(resource.int64Amount){value:(int64)536870912 scale:(resource.Scale)0} d:(resource.infDecAmount){Dec:(*inf.Dec)<nil>} s:(string) Format:(resource.Format)BinarySI}] Requests:(v1.ResourceList)<nil> Claims:([]v1.ResourceClaim)<nil>}',
    );
    const variable = { name: 'A', valueFrom: { configMapKeyRef: { name: 'c', key: 'k' } } };
    expect(goDump({ name: 'EnvVar', group: 'core' }, variable)).toContain(
      'ConfigMapKeyRef:(*v1.ConfigMapKeySelector){LocalObjectReference:(v1.LocalObjectReference){Name:(string)c} Key:(string)k Optional:(*bool)<nil>}',
    );
  });
});
