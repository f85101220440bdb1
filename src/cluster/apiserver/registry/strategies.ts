import { equalJson, type Json } from '../../../api/patch/json-value';
import { forbiddenError } from '../../../api/status';
import type { KubeObject } from '../../../api/types';
import { withDefaultClass } from './claim-strategy';
import { podStrategy } from './pod-strategy';
import { serviceStrategy } from './service-strategy';
import type { Strategy } from './strategy';

/** Kinds without a status and without rules of their own. */
const plain: Strategy = { countsGenerations: false, hasStatus: false };

/** Status is written through its own subresource only. */
function withStatus(countsGenerations = true): Strategy {
  return {
    countsGenerations,
    hasStatus: true,
    prepareForUpdate: (object, old) => ({ ...object, status: old.status }),
  };
}

/** Models pkg/registry/core/namespace/strategy.go and the NamespaceLifecycle admission. */
const namespaceStrategy: Strategy = {
  countsGenerations: false,
  hasStatus: true,
  admit(object) {
    const name = object.metadata.name ?? '';
    const labels = { ...object.metadata.labels, 'kubernetes.io/metadata.name': name };
    return { ...object, metadata: { ...object.metadata, labels } };
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

/** A status update may also annotate: that is how revisions are noted. Models deploymentStatusStrategy. */
const deploymentStrategy: Strategy = {
  ...withStatus(),
  prepareForStatusUpdate(object, old, given) {
    const { annotations } = given.metadata;
    if (annotations === undefined || annotations === old.metadata.annotations) return object;
    return { ...object, metadata: { ...old.metadata, annotations } };
  },
};

const TEMPLATE_GENERATION = 'deprecated.daemonset.template.generation';

/** Counts the changes of the template. Models pkg/registry/apps/daemonset/strategy.go. */
const daemonSetStrategy: Strategy = {
  ...withStatus(),
  prepareForUpdate(object, old) {
    const templateOf = ({ spec }: KubeObject) =>
      (spec as { template?: Json } | undefined)?.template;
    const before = old.metadata.annotations?.[TEMPLATE_GENERATION];
    if (before === undefined) return { ...object, status: old.status };
    const changed = !equalJson(templateOf(object), templateOf(old));
    const generation = changed ? String(Number(before) + 1) : before;
    const annotations = { ...object.metadata.annotations, [TEMPLATE_GENERATION]: generation };
    return { ...object, metadata: { ...object.metadata, annotations }, status: old.status };
  },
};

const STRATEGIES: Readonly<Record<string, Strategy>> = {
  pods: podStrategy,
  services: serviceStrategy,
  namespaces: namespaceStrategy,
  nodes: {
    countsGenerations: false,
    hasStatus: true,
    prepareForUpdate: (object, old) => ({ ...object, status: old.status }),
  },
  replicationcontrollers: withStatus(),
  resourcequotas: withStatus(false),
  persistentvolumes: withStatus(false),
  persistentvolumeclaims: { ...withStatus(false), admit: withDefaultClass },
  'deployments.apps': deploymentStrategy,
  'replicasets.apps': withStatus(),
  'statefulsets.apps': withStatus(),
  'daemonsets.apps': daemonSetStrategy,
  'jobs.batch': withStatus(),
  'cronjobs.batch': withStatus(),
  'ingresses.networking.k8s.io': withStatus(),
  'networkpolicies.networking.k8s.io': { countsGenerations: true, hasStatus: false },
  'endpointslices.discovery.k8s.io': {
    countsGenerations: true,
    hasStatus: false,
    contentOf: ({ metadata: _, ...content }) => content,
  },
  'poddisruptionbudgets.policy': withStatus(),
  'horizontalpodautoscalers.autoscaling': withStatus(false),
};

/** The rules of a resource. */
export function strategyOf(resource: string): Strategy {
  return STRATEGIES[resource] ?? plain;
}
