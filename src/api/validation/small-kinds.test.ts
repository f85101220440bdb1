import { expect, it } from 'vitest';
import { applyDefaults } from '../defaults/apply-defaults';
import type { KubeObject } from '../types';
import { errorText } from './field-error';
import { validateCreate } from './validate';

const VERSIONS: Readonly<Record<string, string>> = {
  Ingress: 'networking.k8s.io/v1',
  NetworkPolicy: 'networking.k8s.io/v1',
  PodDisruptionBudget: 'policy/v1',
  HorizontalPodAutoscaler: 'autoscaling/v2',
  PriorityClass: 'scheduling.k8s.io/v1',
  StorageClass: 'storage.k8s.io/v1',
};

function errorsOf(kind: string, content: object): string[] {
  const isRole = kind.includes('Role');
  const isCluster = /^Cluster|Class$/.test(kind);
  const object = {
    apiVersion: isRole ? 'rbac.authorization.k8s.io/v1' : (VERSIONS[kind] ?? 'v1'),
    kind,
    metadata: { name: 'x', ...(isCluster ? {} : { namespace: 'default' }) },
    ...content,
  } as KubeObject;
  return validateCreate(applyDefaults(object)).map(errorText);
}

const backend = { service: { name: 'web', port: { number: 80 } } };
const http = (path: object) => ({ spec: { rules: [{ http: { paths: [path] } }] } });

it.each([
  ['Role', { rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }] }],
  ['ClusterRole', { rules: [{ nonResourceURLs: ['/healthz'], verbs: ['get'] }] }],
  [
    'RoleBinding',
    {
      roleRef: { kind: 'Role', name: 'r' },
      subjects: [
        { kind: 'ServiceAccount', name: 'default', namespace: 'default' },
        { kind: 'User', name: 'jane' },
      ],
    },
  ],
  ['NetworkPolicy', { spec: { podSelector: {}, ingress: [{ from: [{ podSelector: {} }] }] } }],
  ['Ingress', http({ path: '/', pathType: 'Prefix', backend })],
  ['PodDisruptionBudget', { spec: { minAvailable: '50%', selector: {} } }],
  ['ResourceQuota', { spec: { hard: { pods: '2', 'count/jobs.batch': '1' } } }],
  ['PriorityClass', { value: 1000 }],
  ['StorageClass', { provisioner: 'example.com/disk' }],
  [
    'HorizontalPodAutoscaler',
    { spec: { maxReplicas: 3, scaleTargetRef: { kind: 'Deployment', name: 'web' } } },
  ],
])('%s is valid', (kind, content) => {
  expect(errorsOf(kind, content)).toEqual([]);
});

it.each([
  [
    'Role',
    { rules: [{ apiGroups: [''] }] },
    [
      'rules[0].verbs: Required value: verbs must contain at least one value',
      'rules[0].resources: Required value: resource rules must supply at least one resource',
    ],
  ],
  [
    'ClusterRoleBinding',
    { roleRef: { kind: 'Role', name: 'r' }, subjects: [{ kind: 'ServiceAccount', name: 's' }] },
    [
      'roleRef.kind: Unsupported value: "Role": supported values: "ClusterRole"',
      'subjects[0].namespace: Required value',
    ],
  ],
  [
    'NetworkPolicy',
    { spec: { podSelector: {}, ingress: [{ from: [{}], ports: [{ port: 0 }] }] } },
    [
      'spec.ingress[0].ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive',
      'spec.ingress[0].from[0]: Required value: must specify a peer',
    ],
  ],
  [
    'Ingress',
    http({ path: 'x', pathType: 'Prefix', backend: {} }),
    [
      'spec.rules[0].http.paths[0].path: Invalid value: "x": must be an absolute path',
      'spec.rules[0].http.paths[0].backend: Invalid value: "": resource or service backend is required',
    ],
  ],
  [
    'Ingress',
    http({ path: '/', backend }),
    ['spec.rules[0].http.paths[0].pathType: Required value: pathType must be specified'],
  ],
  [
    'PodDisruptionBudget',
    { spec: { minAvailable: -1, maxUnavailable: undefined } },
    ['spec.minAvailable: Invalid value: -1: must be greater than or equal to 0'],
  ],
  [
    'ResourceQuota',
    { spec: { hard: { podz: '2' } } },
    ['spec.hard[podz]: Invalid value: "podz": must be a standard resource for quota'],
  ],
  [
    'LimitRange',
    { spec: { limits: [{ type: 'Container', min: { cpu: '2' }, max: { cpu: '1' } }] } },
    ['spec.limits[0].min[cpu]: Invalid value: "2": min value 2 is greater than max value 1'],
  ],
  [
    'PriorityClass',
    { value: 2_000_000_000 },
    ['value: Forbidden: maximum allowed value of a user defined priority is 1000000000'],
  ],
  ['StorageClass', {}, ['provisioner: Required value']],
  [
    'HorizontalPodAutoscaler',
    { spec: { minReplicas: 5, maxReplicas: 3, scaleTargetRef: { kind: 'Deployment', name: 'w' } } },
    ['spec.maxReplicas: Invalid value: 3: must be greater than or equal to `minReplicas`'],
  ],
])('%s: %j', (kind, content, expected) => {
  expect(errorsOf(kind, content).slice(0, expected.length)).toEqual(expected);
});
