import type { StructVisitors } from '../schema/walk';
import type { Json } from '../yaml/read-manifests';
import { isMap, maps } from './core';

/**
 * Fields of features that are off in a cluster with the usual feature gates: the server takes them and
 * leaves them out. Models dropDisabledFields in pkg/api/pod/util.go and its like: ContainerStopSignals,
 * ClusterTrustBundleProjection, PodCertificateRequest, GenericWorkload, MaxUnavailableStatefulSet and
 * CrossNamespaceVolumeDataSource.
 */

type JsonMap = { [key: string]: Json };

function dropStopSignal(container: JsonMap): void {
  const { lifecycle } = container;
  if (!isMap(lifecycle) || lifecycle.stopSignal === undefined) return;
  delete lifecycle.stopSignal;
  if (Object.keys(lifecycle).length === 0) delete container.lifecycle;
}

export const DISABLED_FIELDS: StructVisitors = {
  'core.PodSpec': (spec) => {
    delete spec.schedulingGroup;
    for (const list of ['containers', 'initContainers', 'ephemeralContainers']) {
      for (const container of maps(spec[list])) dropStopSignal(container);
    }
  },
  'core.VolumeProjection': (source) => {
    delete source.clusterTrustBundle;
    delete source.podCertificate;
  },
  'core.PersistentVolumeClaimSpec': (spec) => {
    if (isMap(spec.dataSourceRef) && spec.dataSourceRef.namespace) delete spec.dataSourceRef;
  },
  'apps.RollingUpdateStatefulSetStrategy': (strategy) => {
    delete strategy.maxUnavailable;
  },
};
