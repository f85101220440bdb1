import { describe, expect, it } from 'vitest';
import type { Container, Pod, Service } from '../../../api/stored-objects';
import { type ApiLookup, MissingObjectError } from '../api-lookup';
import type { NodeFacts } from '../field-ref';
import { ServiceEnvironment, serviceVariables } from '../service-environment';
import { makeEnvironmentVariables } from './environment';

const NODE: NodeFacts = {
  hostIPs: ['192.168.49.2'],
  podIPs: ['10.244.0.5'],
  allocatable: { cpu: '2', memory: '4Gi' },
};
const POD: Pod = {
  metadata: { name: 'web', namespace: 'shop', uid: 'u1', labels: { app: 'web', tier: 'a"b' } },
  spec: { containers: [], nodeName: 'node-1', serviceAccountName: 'default' },
};
const service = (name: string, namespace: string, clusterIP: string, port: number): Service => ({
  metadata: { name, namespace, uid: name },
  spec: { clusterIP, ports: [{ name: 'http', port, protocol: 'TCP' }] },
});

function missing(kind: string, name: string): never {
  throw new MissingObjectError(`${kind} "${name}" not found`);
}

function lookup(services: readonly Service[] = []): ApiLookup {
  return {
    configMap: (_, name) =>
      name === 'settings'
        ? { metadata: { name, namespace: 'shop', uid: name }, data: { b: '2', a: '1' } }
        : missing('configmap', name),
    secret: (_, name) =>
      name === 'keys'
        ? { metadata: { name, namespace: 'shop', uid: name }, data: { password: btoa('s3cret') } }
        : missing('secret', name),
    claimedFolder: () => {
      throw new Error('no claims here');
    },
    serviceVariables: (namespace, links) => serviceVariables(services, namespace, links),
  };
}

function environment(
  container: Partial<Container>,
  services: readonly Service[] = [],
  spec: Partial<Pod['spec']> = {},
): [string, string][] {
  const pod = { ...POD, spec: { ...POD.spec, ...spec } };
  const variables = makeEnvironmentVariables(
    pod,
    { name: 'a', image: 'app', ...container },
    lookup(services),
    NODE,
  );
  return [...variables];
}

describe('makeEnvironmentVariables', () => {
  it('takes envFrom first, then env, which may refer to what stands before it', () => {
    const found = environment({
      envFrom: [{ prefix: 'S_', configMapRef: { name: 'settings' } }],
      env: [
        { name: 'NAME', value: 'x$(S_a)$(LATER)$$(S_a)' },
        { name: 'LATER', value: 'later' },
        { name: 'S_b', value: 'mine' },
      ],
    });
    expect(found).toEqual([
      ['S_b', 'mine'],
      ['S_a', '1'],
      ['NAME', 'x1$(LATER)$(S_a)'],
      ['LATER', 'later'],
    ]);
  });

  it('reads keys of ConfigMaps and Secrets', () => {
    const key = (from: 'configMapKeyRef' | 'secretKeyRef', name: string, of: string) => ({
      name: 'V',
      valueFrom: { [from]: { name, key: of } },
    });
    expect(environment({ env: [key('secretKeyRef', 'keys', 'password')] })).toEqual([
      ['V', 's3cret'],
    ]);
    expect(() => environment({ env: [key('configMapKeyRef', 'settings', 'z')] })).toThrow(
      "couldn't find key z in ConfigMap shop/settings",
    );
    expect(() => environment({ env: [key('secretKeyRef', 'none', 'z')] })).toThrow(
      'secret "none" not found',
    );
    const optional = {
      name: 'V',
      valueFrom: { configMapKeyRef: { name: 'none', key: 'z', optional: true } },
    };
    expect(environment({ env: [optional] })).toEqual([]);
  });

  it('knows fields of the pod and resources of the container', () => {
    const field = (fieldPath: string) => ({ name: 'V', valueFrom: { fieldRef: { fieldPath } } });
    const value = (path: string) => environment({ env: [field(path)] })[0]?.[1];
    expect(value('metadata.namespace')).toBe('shop');
    expect(value("metadata.labels['app']")).toBe('web');
    expect(value('metadata.labels')).toBe('app="web"\ntier="a\\"b"');
    expect(value('status.podIP')).toBe('10.244.0.5');
    const resource = (name: string, divisor?: string) =>
      environment({
        resources: { limits: { memory: '1.5Mi' } },
        env: [
          {
            name: 'V',
            valueFrom: { resourceFieldRef: { resource: name, ...(divisor ? { divisor } : {}) } },
          },
        ],
      })[0]?.[1];
    expect(resource('limits.memory')).toBe('1572864');
    expect(resource('limits.memory', '1Mi')).toBe('2');
    // Without a limit it is what the node has.
    expect(resource('limits.cpu')).toBe('2');
    expect(resource('requests.cpu')).toBe('0');
  });

  it('knows resources of the pod’s other containers, by their names', () => {
    const initContainers = [
      { name: 'init', image: 'app', resources: { limits: { memory: '1Ki' } } },
    ];
    const of = (containerName: string) => {
      const resourceFieldRef = { containerName, resource: 'limits.memory' };
      const env = [{ name: 'V', valueFrom: { resourceFieldRef } }];
      return environment({ env }, [], { initContainers })[0]?.[1];
    };
    expect(of('init')).toBe('1024');
    expect(() => of('none')).toThrow('container none not found');
  });

  it('tells of the Services of its namespace and of the API server', () => {
    const services = [
      service('kubernetes', 'default', '10.96.0.1', 443),
      service('my-db', 'shop', '10.96.0.7', 5432),
      service('other', 'elsewhere', '10.96.0.8', 80),
      service('headless', 'shop', 'None', 80),
    ];
    const found = new Map(environment({}, services));
    expect(found.get('MY_DB_SERVICE_HOST')).toBe('10.96.0.7');
    expect(found.get('MY_DB_SERVICE_PORT_HTTP')).toBe('5432');
    expect(found.get('MY_DB_PORT')).toBe('tcp://10.96.0.7:5432');
    expect(found.get('MY_DB_PORT_5432_TCP_ADDR')).toBe('10.96.0.7');
    expect(found.has('KUBERNETES_SERVICE_HOST')).toBe(true);
    expect([...found.keys()].some((name) => /^(OTHER|HEADLESS)/.test(name))).toBe(false);
    const without = new Map(environment({}, services, { enableServiceLinks: false }));
    expect(without.has('MY_DB_SERVICE_HOST')).toBe(false);
    expect(without.has('KUBERNETES_SERVICE_HOST')).toBe(true);
  });
});

describe('ServiceEnvironment', () => {
  it('keeps the variables for as long as the Services are the same', () => {
    const environment = new ServiceEnvironment();
    const service = (clusterIP: string): Service =>
      ({
        metadata: { name: 'db', namespace: 'shop', uid: 'db' },
        spec: { clusterIP, ports: [{ port: 5432 }] },
      }) as Service;
    const before = service('10.96.0.20');
    const first = environment.variables([before], 'shop', true);
    expect(environment.variables([before], 'shop', true)).toBe(first);
    expect(environment.variables([before], 'other', true).size).toBe(0);
    expect(environment.variables([before], 'shop', false).size).toBe(0);
    const after = environment.variables([service('10.96.0.21')], 'shop', true);
    expect(after.get('DB_SERVICE_HOST')).toBe('10.96.0.21');
    expect(first.get('DB_SERVICE_HOST')).toBe('10.96.0.20');
  });
});
