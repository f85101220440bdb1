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
  IngressClass: 'networking.k8s.io/v1',
};

function errorsOf(kind: string, content: object): string[] {
  const isRole = kind.includes('Role');
  const isCluster = /^Cluster|Class$|^(Node|Namespace|PersistentVolume)$/.test(kind);
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
    {
      spec: {
        maxReplicas: 3,
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
      },
    },
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
    [
      'spec.hard[podz]: Invalid value: "podz": must be a standard resource type or fully qualified',
      'spec.hard[podz]: Invalid value: "podz": must be a standard resource for quota',
    ],
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
  [
    'HorizontalPodAutoscaler',
    {
      spec: {
        maxReplicas: 3,
        scaleTargetRef: { kind: 'Deployment', name: 'w' },
        metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Value' } } }],
        behavior: { scaleUp: { policies: [{ type: 'Pods', value: 0, periodSeconds: 1 }] } },
      },
    },
    [
      'spec.scaleTargetRef.apiVersion: Invalid value: "": apiVersion must specify API group',
      'spec.metrics[0].resource.target.averageUtilization: Required value: must set either a target raw value or a target utilization',
      'spec.behavior.scaleUp.policies[0].value: Invalid value: 0: must be greater than zero',
    ],
  ],
  [
    'ResourceQuota',
    {
      spec: {
        hard: { pods: '1500m', services: '1' },
        scopes: ['BestEffort', 'NotBestEffort'],
        scopeSelector: { matchExpressions: [{ scopeName: 'PriorityClass', operator: 'In' }] },
      },
    },
    [
      'spec.hard[pods]: Invalid value: "1500m": must be an integer',
      'spec.scopes: Invalid value: ["BestEffort","NotBestEffort"]: unsupported scope applied to resource',
      'spec.scopes: Invalid value: ["BestEffort","NotBestEffort"]: unsupported scope applied to resource',
      'spec.scopes: Invalid value: ["BestEffort","NotBestEffort"]: conflicting scopes',
      'spec.scopeSelector.matchExpressions: Invalid value: {"MatchExpressions":[{"ScopeName":"PriorityClass","Operator":"In","Values":null}]}: unsupported scope applied to resource',
      "spec.scopeSelector.matchExpressions.values: Required value: must be at least one value when `operator` is 'In' or 'NotIn' for scope selector",
    ],
  ],
  [
    'LimitRange',
    {
      spec: {
        limits: [
          { type: 'Pods', max: { cpu: '1' } },
          {
            type: 'Container',
            max: { cpu: '2' },
            min: { cpu: '1' },
            maxLimitRequestRatio: { cpu: 3 },
          },
        ],
      },
    },
    [
      'spec.limits[0].type: Invalid value: "Pods": must be a standard limit type or fully qualified',
      'spec.limits[1].maxLimitRequestRatio[cpu]: Invalid value: "3": ratio 3 is greater than max/min = 2.000000',
    ],
  ],
  [
    'PersistentVolume',
    {
      spec: {
        capacity: { storage: '0' },
        accessModes: ['ReadWriteOnce'],
        local: { path: 'a/../b' },
      },
    },
    [
      'spec.capacity[storage]: Invalid value: "0": must be greater than zero',
      'spec.local.path: Invalid value: "a/../b": must not contain \'..\'',
      'spec.nodeAffinity: Required value: Local volume requires node affinity',
    ],
  ],
  [
    'ReplicationController',
    {
      spec: {
        selector: { app: 'b' },
        replicas: 1,
        template: { metadata: { labels: { app: 'a' } }, spec: { containers: [] } },
      },
    },
    [
      'spec.template.metadata.labels: Invalid value: {"app":"a"}: `selector` does not match template `labels`',
      'spec.template.spec.containers: Required value',
    ],
  ],
  [
    'IngressClass',
    { spec: { controller: 'nginx', parameters: { kind: 'K', name: 'n', scope: 'Namespace' } } },
    [
      'spec.controller: Invalid value: "nginx": must be a domain-prefixed path (such as "acme.io/foo")',
      "spec.parameters.namespace: Required value: `parameters.scope` is set to 'Namespace'",
    ],
  ],
  [
    'Node',
    { spec: { taints: [{ key: 'a', effect: 'Never' }] } },
    [
      'metadata.taints[0].effect: Unsupported value: "Never": supported values: "NoSchedule", "PreferNoSchedule", "NoExecute"',
    ],
  ],
  [
    'Secret',
    { type: 'kubernetes.io/dockerconfigjson', stringData: { '.dockerconfigjson': '{} x' } },
    [
      'data[.dockerconfigjson]: Invalid value: "<secret contents redacted>": invalid character \'x\' after top-level value',
    ],
  ],
  [
    'Namespace',
    { spec: { finalizers: ['mine'] } },
    [
      'spec.finalizers: Invalid value: "mine": name is neither a standard finalizer name nor is it fully qualified',
    ],
  ],
])('%s: %j', (kind, content, expected) => {
  expect(errorsOf(kind, content).slice(0, expected.length)).toEqual(expected);
});
