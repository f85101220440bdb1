import { findObject } from '../../../api/find-object';
import { equalJson, type Json } from '../../../api/patch/json-value';
import { compareQuantities, parseQuantity } from '../../../api/quantity';
import { labelSelectorRequirements, matchesLabels } from '../../../api/selectors';
import type { KubeObject } from '../../../api/types';
import {
  CLAIMS,
  CLASSES,
  type Claim,
  type PersistentVolume,
  SELECTED_NODE,
  type StorageClass,
  VOLUMES,
} from '../../volume-types';
import {
  type ControllerContext,
  ControllerEvents,
  findByKey,
  keyOf,
  unversioned,
} from '../controller-context';
import { WorkQueue } from '../work-queue';
import { LocalPathProvisioner, PROVISIONER } from './local-path-provisioner';

const BIND_COMPLETED = 'pv.kubernetes.io/bind-completed';
const BOUND_BY_CONTROLLER = 'pv.kubernetes.io/bound-by-controller';
const STORAGE_PROVISIONER = 'volume.kubernetes.io/storage-provisioner';
const OLD_STORAGE_PROVISIONER = 'volume.beta.kubernetes.io/storage-provisioner';

/** How often a claim that waits says so again. */
const REPEAT_MS = 15_000;

/**
 * Brings claims and volumes together, and asks the provisioner for volumes that are missing. Models
 * pkg/controller/volume/persistentvolume/pv_controller.go.
 */
export class PersistentVolumeController {
  readonly #context: ControllerContext;
  readonly #events: ControllerEvents;
  readonly #claims: WorkQueue;
  readonly #volumes: WorkQueue;
  readonly #provisioner: LocalPathProvisioner;

  constructor(context: ControllerContext) {
    this.#context = context;
    this.#events = new ControllerEvents(context, 'persistentvolume-controller');
    this.#provisioner = new LocalPathProvisioner(context);
    this.#claims = new WorkQueue(context, (key) => this.#syncClaim(key));
    this.#volumes = new WorkQueue(context, (key) => this.#syncVolume(key));
    context.subscribe(CLAIMS, ({ object, type }) => {
      this.#claims.add(keyOf(object));
      const volume = (object as Claim).spec?.volumeName;
      if (type === 'DELETED' && volume) this.#volumes.add(volume);
    });
    context.subscribe(VOLUMES, ({ object }) => {
      this.#volumes.add(keyOf(object));
      for (const claim of context.client.list(CLAIMS).items as Claim[]) {
        if (!claim.spec?.volumeName) this.#claims.add(keyOf(claim));
      }
    });
  }

  #syncClaim(key: string): void {
    const { client } = this.#context;
    const claim = findByKey(this.#context, CLAIMS, key) as Claim | undefined;
    if (!claim || claim.metadata.deletionTimestamp) return;
    const { volumeName } = claim.spec ?? {};
    if (!volumeName) {
      this.#syncUnbound(key, claim);
      return;
    }
    const volume = findObject(client, VOLUMES, undefined, volumeName) as
      | PersistentVolume
      | undefined;
    if (!volume) {
      if (claim.status?.phase === 'Bound') {
        this.#setClaimStatus(claim, { ...(claim.status as object), phase: 'Lost' });
        this.#events.warning(
          claim,
          'ClaimLost',
          'Bound claim has lost its PersistentVolume. Data on the volume is lost!',
        );
      }
      return;
    }
    if (!volume.spec?.claimRef || isFor(volume, claim)) this.#bind(claim, volume);
  }

  #syncUnbound(key: string, claim: Claim): void {
    const { client } = this.#context;
    const className = claim.spec?.storageClassName ?? '';
    const storageClass = className
      ? (findObject(client, CLASSES, undefined, className) as StorageClass | undefined)
      : undefined;
    const node = claim.metadata.annotations?.[SELECTED_NODE];
    const delayed = storageClass?.volumeBindingMode === 'WaitForFirstConsumer' && !node;
    const volume = this.#matching(claim, delayed);
    if (volume) {
      this.#bind(claim, volume);
      return;
    }
    if (delayed) {
      this.#events.normal(
        claim,
        'WaitForFirstConsumer',
        'waiting for first consumer to be created before binding',
      );
    } else if (storageClass) this.#provision(claim, storageClass, node);
    else if (className === '') {
      this.#events.normal(
        claim,
        'FailedBinding',
        'no persistent volumes available for this claim and no storage class is set',
      );
    } else {
      this.#events.warning(
        claim,
        'ProvisioningFailed',
        `storageclass.storage.k8s.io ${JSON.stringify(className)} not found`,
      );
    }
    this.#claims.addAfter(key, REPEAT_MS);
  }

  /** The smallest volume that will do. Models findMatchingVolume: delayed claims only get what is theirs. */
  #matching(claim: Claim, delayed: boolean): PersistentVolume | undefined {
    const volumes = this.#context.client.list(VOLUMES).items as PersistentVolume[];
    const own = volumes.find((volume) => volume.spec?.claimRef && isFor(volume, claim));
    if (own || delayed) return own;
    const size = (volume: PersistentVolume) =>
      parseQuantity(String(volume.spec?.capacity?.storage ?? '0'));
    return volumes
      .filter((volume) => isFitting(volume, claim))
      .sort((a, b) => compareQuantities(size(a), size(b)))[0];
  }

  #provision(claim: Claim, storageClass: StorageClass, node: string | undefined): void {
    const { provisioner = '' } = storageClass;
    this.#events.normal(
      claim,
      'ExternalProvisioning',
      `Waiting for a volume to be created either by the external provisioner '${provisioner}' or manually by the system administrator. If volume creation is delayed, please verify that the provisioner is running and correctly registered.`,
    );
    if (claim.metadata.annotations?.[STORAGE_PROVISIONER] === undefined) {
      this.#writeClaim(claim, {
        [OLD_STORAGE_PROVISIONER]: provisioner,
        [STORAGE_PROVISIONER]: provisioner,
      });
    }
    if (provisioner === PROVISIONER) this.#provisioner.provision(claim, storageClass, node);
  }

  #bind(claim: Claim, volume: PersistentVolume): void {
    const { client } = this.#context;
    if (!volume.spec?.claimRef?.uid) {
      const { apiVersion, kind, metadata } = claim;
      const { namespace, name, uid, resourceVersion } = metadata;
      const claimRef = { apiVersion, kind, namespace, name, uid, resourceVersion };
      const annotations = { ...volume.metadata.annotations, [BOUND_BY_CONTROLLER]: 'yes' };
      const before = unversioned(volume);
      client.update(VOLUMES, undefined, {
        ...before,
        metadata: { ...before.metadata, annotations },
        spec: { ...before.spec, claimRef },
      });
    }
    this.#setVolumePhase(volume.metadata.name ?? '', 'Bound');
    if (!claim.spec?.volumeName) {
      const added = { [BIND_COMPLETED]: 'yes', [BOUND_BY_CONTROLLER]: 'yes' };
      this.#writeClaim(claim, added, volume.metadata.name);
    } else if (claim.metadata.annotations?.[BIND_COMPLETED] === undefined) {
      this.#writeClaim(claim, { [BIND_COMPLETED]: 'yes' });
    }
    const { namespace, name = '' } = claim.metadata;
    const stored = findObject(client, CLAIMS, namespace, name) as Claim | undefined;
    if (!stored) return;
    const { accessModes, capacity } = volume.spec ?? {};
    this.#setClaimStatus(stored, { accessModes, capacity, phase: 'Bound' });
  }

  #writeClaim(claim: Claim, added: Record<string, string>, volumeName?: string): void {
    const { namespace, name = '' } = claim.metadata;
    const stored = findObject(this.#context.client, CLAIMS, namespace, name) as Claim | undefined;
    if (!stored) return;
    const before = unversioned(stored);
    const annotations = { ...before.metadata.annotations, ...added };
    this.#context.client.update(CLAIMS, namespace, {
      ...before,
      metadata: { ...before.metadata, annotations },
      spec: volumeName === undefined ? before.spec : { ...before.spec, volumeName },
    });
  }

  #setClaimStatus(claim: Claim, status: object): void {
    if (equalJson((claim.status ?? null) as Json, status as Json)) return;
    const next = { ...unversioned(claim), status };
    this.#context.client.update(CLAIMS, claim.metadata.namespace, next, { subresource: 'status' });
  }

  #setVolumePhase(name: string, phase: string): void {
    const { client } = this.#context;
    const volume = findObject(client, VOLUMES, undefined, name) as PersistentVolume | undefined;
    if (!volume || volume.status?.phase === phase) return;
    const next = { ...unversioned(volume), status: { phase } };
    client.update(VOLUMES, undefined, next, { subresource: 'status' });
  }

  /** A volume whose claim has gone is released, and deleted if that is its policy. */
  #syncVolume(name: string): void {
    const { client } = this.#context;
    const volume = findObject(client, VOLUMES, undefined, name) as PersistentVolume | undefined;
    if (!volume || volume.metadata.deletionTimestamp) return;
    const reference = volume.spec?.claimRef;
    if (!reference?.uid) {
      this.#setVolumePhase(name, 'Available');
      return;
    }
    const claim = findObject(client, CLAIMS, reference.namespace, reference.name ?? '');
    if (claim?.metadata.uid === reference.uid) return;
    this.#setVolumePhase(name, 'Released');
    if (volume.spec?.persistentVolumeReclaimPolicy === 'Delete') {
      client.delete(VOLUMES, undefined, name);
      const left = findObject(client, VOLUMES, undefined, name);
      if (left) this.#unprotect(left);
    }
  }

  #unprotect(volume: KubeObject): void {
    const before = unversioned(volume);
    const { finalizers: _, ...metadata } = before.metadata;
    this.#context.client.update(VOLUMES, undefined, { ...before, metadata });
  }
}

/** Whether a volume has been promised to this claim. */
function isFor({ spec }: PersistentVolume, { metadata }: Claim): boolean {
  const reference = spec?.claimRef;
  if (!reference || reference.namespace !== metadata.namespace) return false;
  return reference.name === metadata.name && (!reference.uid || reference.uid === metadata.uid);
}

function isFitting(volume: PersistentVolume, claim: Claim): boolean {
  const { spec, metadata } = volume;
  if (!spec || spec.claimRef || metadata.deletionTimestamp) return false;
  const wanted = claim.spec ?? {};
  if ((spec.storageClassName ?? '') !== (wanted.storageClassName ?? '')) return false;
  if ((spec.volumeMode ?? 'Filesystem') !== (wanted.volumeMode ?? 'Filesystem')) return false;
  if (!(wanted.accessModes ?? []).every((mode) => spec.accessModes?.includes(mode))) return false;
  if (wanted.selector) {
    const requirements = labelSelectorRequirements(wanted.selector) ?? [];
    if (!matchesLabels(requirements, metadata.labels)) return false;
  }
  const size = parseQuantity(String(spec.capacity?.storage ?? '0'));
  return compareQuantities(size, parseQuantity(wanted.resources?.requests?.storage ?? '0')) >= 0;
}
