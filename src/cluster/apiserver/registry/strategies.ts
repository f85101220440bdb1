import { forbiddenError } from '../../../api/status';
import type { KubeObject } from '../../../api/types';
import { podStrategy } from './pod-strategy';
import { serviceStrategy } from './service-strategy';
import type { Strategy } from './strategy';

/** Kinds without a status and without rules of their own. */
const plain: Strategy = { countsGenerations: false, hasStatus: false };

function withStatus(emptyStatus: unknown, countsGenerations = true): Strategy {
  return {
    countsGenerations,
    hasStatus: true,
    prepareForCreate: (object) => ({ ...object, status: emptyStatus }),
    prepareForUpdate: (object, old) => ({ ...object, status: old.status }),
  };
}

/** Models pkg/registry/core/namespace/strategy.go and the NamespaceLifecycle admission. */
const namespaceStrategy: Strategy = {
  countsGenerations: false,
  hasStatus: true,
  prepareForCreate(object) {
    const name = object.metadata.name ?? '';
    return {
      ...object,
      metadata: {
        ...object.metadata,
        labels: { ...object.metadata.labels, 'kubernetes.io/metadata.name': name },
      },
      spec: { finalizers: ['kubernetes'] },
      status: { phase: 'Active' },
    };
  },
  prepareForUpdate: (object, old) => ({ ...object, spec: old.spec, status: old.status }),
  planDeletion(object) {
    const name = object.metadata.name ?? '';
    if (PERMANENT_NAMESPACES.has(name)) {
      throw forbiddenError('namespaces', name, 'this namespace may not be deleted');
    }
    const finalizers = (object.spec as { finalizers?: string[] } | undefined)?.finalizers ?? [];
    if (finalizers.length === 0) return { kind: 'remove' };
    return { kind: 'wait', graceSeconds: 0 };
  },
};

const PERMANENT_NAMESPACES = new Set(['default', 'kube-system', 'kube-public']);

const jobStrategy: Strategy = {
  ...withStatus({}),
  prepareForCreate: (object) => ({ ...withJobSelector(object), status: {} }),
};

/** Models pkg/registry/batch/job/strategy.go generateSelector. */
function withJobSelector(object: KubeObject): KubeObject {
  const spec = object.spec as {
    manualSelector?: boolean;
    selector?: unknown;
    template: { metadata?: { labels?: Record<string, string> } };
  };
  if (spec.manualSelector) return object;
  const uid = object.metadata.uid ?? '';
  const name = object.metadata.name ?? '';
  const labels = {
    ...spec.template.metadata?.labels,
    'batch.kubernetes.io/controller-uid': uid,
    'batch.kubernetes.io/job-name': name,
    'controller-uid': uid,
    'job-name': name,
  };
  return {
    ...object,
    spec: {
      ...spec,
      selector: { matchLabels: { 'batch.kubernetes.io/controller-uid': uid } },
      template: { ...spec.template, metadata: { ...spec.template.metadata, labels } },
    },
  };
}

const STRATEGIES: Readonly<Record<string, Strategy>> = {
  pods: podStrategy,
  services: serviceStrategy,
  namespaces: namespaceStrategy,
  nodes: {
    countsGenerations: false,
    hasStatus: true,
    prepareForUpdate: (object, old) => ({ ...object, status: old.status }),
  },
  replicationcontrollers: withStatus({ replicas: 0 }),
  resourcequotas: withStatus({}, false),
  persistentvolumes: withStatus({ phase: 'Pending' }, false),
  persistentvolumeclaims: withStatus({ phase: 'Pending' }, false),
  'deployments.apps': withStatus({}),
  'replicasets.apps': withStatus({ replicas: 0 }),
  'statefulsets.apps': withStatus({ replicas: 0 }),
  'daemonsets.apps': withStatus({
    currentNumberScheduled: 0,
    numberMisscheduled: 0,
    desiredNumberScheduled: 0,
    numberReady: 0,
  }),
  'jobs.batch': jobStrategy,
  'cronjobs.batch': withStatus({}),
  'ingresses.networking.k8s.io': withStatus({ loadBalancer: {} }),
  'networkpolicies.networking.k8s.io': { countsGenerations: true, hasStatus: false },
  'poddisruptionbudgets.policy': withStatus({
    disruptionsAllowed: 0,
    currentHealthy: 0,
    desiredHealthy: 0,
    expectedPods: 0,
  }),
  'horizontalpodautoscalers.autoscaling': withStatus(
    { desiredReplicas: 0, currentMetrics: null },
    false,
  ),
};

/** The rules of a resource. */
export function strategyOf(resource: string): Strategy {
  return STRATEGIES[resource] ?? plain;
}
