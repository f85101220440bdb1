import { findObject } from '../../../api/find-object';
import type { KubeObject } from '../../../api/types';
import { CLASSES, type Claim, type StorageClass, VOLUMES } from '../../volume-types';
import { type ControllerContext, ControllerEvents } from '../controller-context';

/** The provisioner of clusters made by kind, whose default class is `standard`. */
export const PROVISIONER = 'rancher.io/local-path';
const FOLDER = '/var/local-path-provisioner';

/** How long its helper pod takes to make a folder, in virtual ms. */
const HELPER_MS = 1500;

/** Makes volumes that are folders of a node. Models rancher/local-path-provisioner. */
export class LocalPathProvisioner {
  readonly #context: ControllerContext;
  readonly #events: ControllerEvents;
  /** UIDs of claims that are being served. */
  readonly #busy = new Set<string>();

  constructor(context: ControllerContext) {
    this.#context = context;
    this.#events = new ControllerEvents(context, PROVISIONER);
    if (findObject(context.client, CLASSES, undefined, 'standard')) return;
    context.client.create(CLASSES, undefined, {
      apiVersion: 'storage.k8s.io/v1',
      kind: 'StorageClass',
      metadata: {
        name: 'standard',
        annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' },
      },
      provisioner: PROVISIONER,
      reclaimPolicy: 'Delete',
      volumeBindingMode: 'WaitForFirstConsumer',
    });
  }

  /** `node`: where the claim's first consumer goes; any node if nobody has said. */
  provision(claim: Claim, storageClass: StorageClass, node: string | undefined): void {
    const uid = claim.metadata.uid ?? '';
    if (this.#busy.has(uid)) return;
    this.#busy.add(uid);
    const { kernel, client, latency } = this.#context;
    const { namespace, name } = claim.metadata;
    this.#events.normal(
      claim,
      'Provisioning',
      `External provisioner is provisioning volume for claim "${namespace}/${name}"`,
    );
    kernel.clock.after(latency.watchMs === 0 ? 0 : HELPER_MS, () => {
      this.#busy.delete(uid);
      const chosen = node ?? client.list('nodes').items[0]?.metadata.name ?? '';
      client.create(VOLUMES, undefined, volumeFor(claim, storageClass, chosen));
      const volume = `pvc-${uid}`;
      this.#events.normal(
        claim,
        'ProvisioningSucceeded',
        `Successfully provisioned volume ${volume}`,
      );
    });
  }
}

function volumeFor(claim: Claim, storageClass: StorageClass, node: string): KubeObject {
  const { namespace, name, uid, resourceVersion } = claim.metadata;
  const volume = `pvc-${uid}`;
  const { accessModes, resources, volumeMode } = claim.spec ?? {};
  const hostname = { key: 'kubernetes.io/hostname', operator: 'In', values: [node] };
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: {
      name: volume,
      annotations: {
        'local.path.provisioner/selected-node': node,
        'pv.kubernetes.io/provisioned-by': PROVISIONER,
      },
      finalizers: ['kubernetes.io/pv-protection'],
    },
    spec: {
      accessModes,
      capacity: { storage: resources?.requests?.storage },
      claimRef: {
        apiVersion: 'v1',
        kind: 'PersistentVolumeClaim',
        name,
        namespace,
        resourceVersion,
        uid,
      },
      hostPath: {
        path: `${FOLDER}/${volume}_${namespace}_${name}`,
        type: 'DirectoryOrCreate',
      },
      nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [hostname] }] } },
      persistentVolumeReclaimPolicy: storageClass.reclaimPolicy ?? 'Delete',
      storageClassName: storageClass.metadata.name,
      volumeMode: volumeMode ?? 'Filesystem',
    },
  };
}
