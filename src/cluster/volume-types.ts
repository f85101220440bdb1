import type { NodeSelectorTerm } from '../api/stored-objects';
import type { KubeObject, LabelSelector, ObjectReference } from '../api/types';

export interface StorageClass extends KubeObject {
  readonly provisioner?: string;
  readonly reclaimPolicy?: string;
  readonly volumeBindingMode?: string;
}

export interface Claim extends KubeObject {
  readonly spec?: {
    readonly accessModes?: readonly string[];
    readonly resources?: { readonly requests?: { readonly storage?: string } };
    readonly selector?: LabelSelector;
    readonly storageClassName?: string;
    readonly volumeMode?: string;
    readonly volumeName?: string;
  };
  readonly status?: { readonly phase?: string };
}

export interface PersistentVolume extends KubeObject {
  readonly spec?: {
    readonly accessModes?: readonly string[];
    readonly capacity?: { readonly storage?: string };
    readonly claimRef?: ObjectReference;
    readonly hostPath?: { readonly path?: string; readonly type?: string };
    readonly local?: { readonly path?: string };
    readonly nodeAffinity?: {
      readonly required?: { readonly nodeSelectorTerms: readonly NodeSelectorTerm[] };
    };
    readonly persistentVolumeReclaimPolicy?: string;
    readonly storageClassName?: string;
    readonly volumeMode?: string;
  };
  readonly status?: { readonly phase?: string };
}

export const CLAIMS = 'persistentvolumeclaims';
export const VOLUMES = 'persistentvolumes';
export const CLASSES = 'storageclasses.storage.k8s.io';

/** Where the scheduler says which node a claim's first consumer goes to. */
export const SELECTED_NODE = 'volume.kubernetes.io/selected-node';

/** Bound, and known to be: the volume has agreed. */
export function isBoundClaim({ spec, status }: Claim): boolean {
  return Boolean(spec?.volumeName) && status?.phase === 'Bound';
}
