import type { ApiClient } from '../../api/client';
import { findObject } from '../../api/find-object';

import type { Node, Pod } from '../../api/stored-objects';
import {
  CLAIMS,
  CLASSES,
  type Claim,
  isBoundClaim,
  type PersistentVolume,
  SELECTED_NODE,
  type StorageClass,
  VOLUMES,
} from '../volume-types';
import { requiredNodeAffinity } from './node-affinity';

/** What a pod's claims mean for where it can go. */
export interface VolumeNeeds {
  /** Why no node will do. */
  readonly refused?: string;
  /** Volumes that are there already, each perhaps on one node only. */
  readonly volumes: readonly PersistentVolume[];
  /** Claims whose volumes are made where the pod goes. */
  readonly delayed: readonly Claim[];
}

/** Models plugins/volumebinding/volume_binding.go PreFilter. */
export function volumeNeeds(client: ApiClient, pod: Pod): VolumeNeeds {
  const volumes: PersistentVolume[] = [];
  const delayed: Claim[] = [];
  const refuse = (refused: string) => ({ refused, volumes, delayed });
  for (const { persistentVolumeClaim } of pod.spec.volumes ?? []) {
    if (!persistentVolumeClaim) continue;
    const name = persistentVolumeClaim.claimName;
    const claim = findObject(client, CLAIMS, pod.metadata.namespace, name) as Claim | undefined;
    if (!claim) return refuse(`persistentvolumeclaim "${name}" not found`);
    if (claim.metadata.deletionTimestamp) {
      return refuse(`persistentvolumeclaim "${name}" is being deleted`);
    }
    const { volumeName, storageClassName = '' } = claim.spec ?? {};
    if (volumeName) {
      const volume = findObject(client, VOLUMES, undefined, volumeName);
      if (!volume) {
        return refuse(
          `persistentvolumeclaim "${name}" bound to non-existent persistentvolume "${volumeName}"`,
        );
      }
      volumes.push(volume as PersistentVolume);
      continue;
    }
    const storageClass =
      storageClassName === ''
        ? undefined
        : (findObject(client, CLASSES, undefined, storageClassName) as StorageClass | undefined);
    if (storageClass?.volumeBindingMode !== 'WaitForFirstConsumer') {
      return refuse('pod has unbound immediate PersistentVolumeClaims');
    }
    delayed.push(claim);
  }
  return { volumes, delayed };
}

/** Whether the volumes can be used on a node. */
export function volumesReach(volumes: readonly PersistentVolume[], node: Node): boolean {
  return volumes.every(({ spec }) => {
    const required = spec?.nodeAffinity?.required;
    if (!required) return true;
    const nodeAffinity = { requiredDuringSchedulingIgnoredDuringExecution: required };
    const stand = { spec: { affinity: { nodeAffinity } } } as unknown as Pod;
    return requiredNodeAffinity(stand, node).match;
  });
}

export const VOLUME_ELSEWHERE = "node(s) didn't match PersistentVolume's node affinity";

/** Tells the provisioner where the volumes are to be made. */
export function selectNode(client: ApiClient, claims: readonly Claim[], node: string): void {
  for (const { metadata } of claims) {
    const patch = { metadata: { annotations: { [SELECTED_NODE]: node } } };
    client.patch(CLAIMS, metadata.namespace, metadata.name ?? '', 'merge', patch);
  }
}

/** Whether the claims have got their volumes. */
export function areBound(client: ApiClient, claims: readonly Claim[]): boolean {
  return claims.every(({ metadata }) => {
    const claim = findObject(client, CLAIMS, metadata.namespace, metadata.name ?? '');
    return claim !== undefined && isBoundClaim(claim as Claim);
  });
}
