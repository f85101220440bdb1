import { describe, expect, it } from 'vitest';
import type { Service } from '../types';
import { reconciledService } from './service';

function service(spec: object): Service {
  return { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' }, spec } as Service;
}

const PORTS = [{ name: 'http', port: 80, nodePort: 30080 }];
const ADDRESS = { clusterIP: '10.96.0.7', clusterIPs: ['10.96.0.7'] };

describe('reconciledService', () => {
  it('keeps what the service has and the user left out', () => {
    const old = service({ type: 'NodePort', ...ADDRESS, ports: PORTS });
    const now = service({ type: 'NodePort', ports: [{ name: 'http', port: 8080 }] });
    expect(reconciledService(now, old).spec).toEqual({
      type: 'NodePort',
      ...ADDRESS,
      ports: [{ name: 'http', port: 8080, nodePort: 30080 }],
    });
  });

  it('drops what the new type has no use for, unless the user changed it', () => {
    const old = service({
      type: 'LoadBalancer',
      ...ADDRESS,
      ports: PORTS,
      externalTrafficPolicy: 'Cluster',
      loadBalancerClass: 'a.b/c',
    });
    const now = { ...old.spec, type: 'ClusterIP', loadBalancerClass: 'd.e/f' };
    expect(reconciledService(service(now), old).spec).toEqual({
      type: 'ClusterIP',
      ...ADDRESS,
      ports: [{ name: 'http', port: 80 }],
      loadBalancerClass: 'd.e/f',
    });
  });

  it('gives an address up for a name', () => {
    const old = service({ type: 'ClusterIP', ...ADDRESS, ipFamilies: ['IPv4'] });
    const now = service({ ...old.spec, type: 'ExternalName', externalName: 'a.b' });
    expect(reconciledService(now, old).spec).toEqual({ type: 'ExternalName', externalName: 'a.b' });
  });
});
