import type { Pod } from '../../api/types';
import {
  describeBinding,
  describeEndpointSlice,
  describeIngress,
  describeNetworkPolicy,
  describeRole,
} from './cluster-objects';
import type { Describer } from './describer';
import { describeNode } from './node';
import { describePod } from './pod';
import { describeLimitRange, describeQuota } from './quotas';
import { describeService } from './service';
import {
  describeConfigMap,
  describeGeneric,
  describeNamespace,
  describeSecret,
  describeServiceAccount,
} from './simple';
import { describeClaim, describeEndpoints } from './storage';
import {
  describeAutoscaler,
  describeCronJob,
  describeDaemonSet,
  describeDeployment,
  describeDisruptionBudget,
  describeJob,
  describeReplicaSet,
  describeStatefulSet,
} from './workloads';

const DESCRIBERS: Readonly<Record<string, Describer>> = {
  pods: (object, { events, nowMs }) => describePod(object as Pod, events, nowMs),
  nodes: describeNode,
  services: describeService,
  configmaps: describeConfigMap,
  secrets: describeSecret,
  serviceaccounts: describeServiceAccount,
  namespaces: describeNamespace,
  endpoints: describeEndpoints,
  persistentvolumeclaims: describeClaim,
  resourcequotas: describeQuota,
  limitranges: describeLimitRange,
  'deployments.apps': describeDeployment,
  'replicasets.apps': describeReplicaSet,
  'statefulsets.apps': describeStatefulSet,
  'daemonsets.apps': describeDaemonSet,
  'jobs.batch': describeJob,
  'cronjobs.batch': describeCronJob,
  'horizontalpodautoscalers.autoscaling': describeAutoscaler,
  'poddisruptionbudgets.policy': describeDisruptionBudget,
  'ingresses.networking.k8s.io': describeIngress,
  'networkpolicies.networking.k8s.io': describeNetworkPolicy,
  'endpointslices.discovery.k8s.io': describeEndpointSlice,
  'roles.rbac.authorization.k8s.io': describeRole,
  'clusterroles.rbac.authorization.k8s.io': describeRole,
  'rolebindings.rbac.authorization.k8s.io': describeBinding,
  'clusterrolebindings.rbac.authorization.k8s.io': describeBinding,
};

/** How objects of a resource are described. */
export function describerOf(resource: string): Describer {
  return DESCRIBERS[resource] ?? describeGeneric;
}
