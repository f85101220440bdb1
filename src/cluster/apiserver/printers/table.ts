import type { ResourceInfo, Table } from '../../../api/client';
import type { KubeObject } from '../../../api/types';
import {
  createdAtPrinter,
  leasePrinter,
  persistentVolumeClaimPrinter,
  persistentVolumePrinter,
  plainPrinter,
  priorityClassPrinter,
  roleBindingPrinter,
  storageClassPrinter,
} from './cluster';
import {
  configMapPrinter,
  endpointsPrinter,
  eventPrinter,
  namespacePrinter,
  nodePrinter,
  secretPrinter,
  serviceAccountPrinter,
  servicePrinter,
} from './core';
import {
  endpointSlicePrinter,
  ingressClassPrinter,
  ingressPrinter,
  networkPolicyPrinter,
} from './network';
import { podPrinter } from './pod';
import type { Printer } from './printer';
import {
  componentStatusPrinter,
  csiNodePrinter,
  ipAddressPrinter,
  resourceQuotaPrinter,
  runtimeClassPrinter,
  serviceCidrPrinter,
  volumeAttributesClassPrinter,
  webhookConfigurationPrinter,
} from './small-kinds';
import {
  controllerRevisionPrinter,
  cronJobPrinter,
  daemonSetPrinter,
  deploymentPrinter,
  horizontalPodAutoscalerPrinter,
  jobPrinter,
  podDisruptionBudgetPrinter,
  podTemplatePrinter,
  replicaSetPrinter,
  replicationControllerPrinter,
  statefulSetPrinter,
} from './workloads';

const PRINTERS: Readonly<Record<string, Printer>> = {
  pods: podPrinter,
  nodes: nodePrinter,
  services: servicePrinter,
  configmaps: configMapPrinter,
  secrets: secretPrinter,
  namespaces: namespacePrinter,
  events: eventPrinter,
  'events.events.k8s.io': eventPrinter,
  serviceaccounts: serviceAccountPrinter,
  endpoints: endpointsPrinter,
  replicationcontrollers: replicationControllerPrinter,
  podtemplates: podTemplatePrinter,
  limitranges: createdAtPrinter,
  resourcequotas: resourceQuotaPrinter,
  componentstatuses: componentStatusPrinter,
  persistentvolumes: persistentVolumePrinter,
  persistentvolumeclaims: persistentVolumeClaimPrinter,
  'deployments.apps': deploymentPrinter,
  'replicasets.apps': replicaSetPrinter,
  'daemonsets.apps': daemonSetPrinter,
  'statefulsets.apps': statefulSetPrinter,
  'controllerrevisions.apps': controllerRevisionPrinter,
  'horizontalpodautoscalers.autoscaling': horizontalPodAutoscalerPrinter,
  'jobs.batch': jobPrinter,
  'cronjobs.batch': cronJobPrinter,
  'poddisruptionbudgets.policy': podDisruptionBudgetPrinter,
  'ingresses.networking.k8s.io': ingressPrinter,
  'ingressclasses.networking.k8s.io': ingressClassPrinter,
  'networkpolicies.networking.k8s.io': networkPolicyPrinter,
  'endpointslices.discovery.k8s.io': endpointSlicePrinter,
  'leases.coordination.k8s.io': leasePrinter,
  'priorityclasses.scheduling.k8s.io': priorityClassPrinter,
  'storageclasses.storage.k8s.io': storageClassPrinter,
  'csinodes.storage.k8s.io': csiNodePrinter,
  'volumeattributesclasses.storage.k8s.io': volumeAttributesClassPrinter,
  'runtimeclasses.node.k8s.io': runtimeClassPrinter,
  'ipaddresses.networking.k8s.io': ipAddressPrinter,
  'servicecidrs.networking.k8s.io': serviceCidrPrinter,
  'mutatingwebhookconfigurations.admissionregistration.k8s.io': webhookConfigurationPrinter,
  'validatingwebhookconfigurations.admissionregistration.k8s.io': webhookConfigurationPrinter,
  'roles.rbac.authorization.k8s.io': createdAtPrinter,
  'clusterroles.rbac.authorization.k8s.io': createdAtPrinter,
  'rolebindings.rbac.authorization.k8s.io': roleBindingPrinter,
  'clusterrolebindings.rbac.authorization.k8s.io': roleBindingPrinter,
};

/** How a resource is shown in tables. */
export function printerOf(resource: string): Printer {
  return PRINTERS[resource] ?? plainPrinter;
}

/** The objects as the meta.k8s.io/v1 Table that `kubectl get` receives. `nowMs` is Unix ms. */
export function printTable(
  info: ResourceInfo,
  objects: readonly KubeObject[],
  nowMs: number,
  resourceVersion: string,
): Table {
  const printer = printerOf(info.resource);
  const context = { nowMs, wide: true };
  return {
    resourceVersion,
    columnDefinitions: printer.columns.map(({ name, type, format, priority }) => ({
      name,
      type: type ?? 'string',
      format: format ?? '',
      description: '',
      priority: priority ?? 0,
    })),
    rows: objects.map((object) => ({ ...printer.row(object as never, context), object })),
  };
}
