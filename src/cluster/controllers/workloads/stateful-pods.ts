import { findObject, isNotFound } from '../../../api/find-object';
import { ApiError } from '../../../api/status';
import type { KubeObject, Pod, PodTemplateSpec, Volume } from '../../../api/types';
import type { ControllerContext, ControllerEvents } from '../controller-context';
import { podFromTemplate } from '../pod-control';
import { SyncError } from '../work-queue';
import type { StatefulSet } from '../workload-types';
import { retainClaim } from './claim-retention';

const NAME_LABEL = 'statefulset.kubernetes.io/pod-name';
const INDEX_LABEL = 'apps.kubernetes.io/pod-index';
const REVISION_LABEL = 'controller-revision-hash';
const CLAIMS = 'persistentvolumeclaims';

/** The number at the end of a pod's name; undefined when it is not a StatefulSet's. */
export function ordinalOf({ metadata }: Pod, set: StatefulSet): number | undefined {
  const match = /^(.*)-([0-9]+)$/.exec(metadata.name ?? '');
  return match?.[1] === set.metadata.name ? Number(match?.[2]) : undefined;
}

/** Models getPodRevision of pkg/controller/statefulset/stateful_set_utils.go. */
export function podRevision({ metadata }: KubeObject): string {
  return metadata.labels?.[REVISION_LABEL] ?? '';
}

/** A pod of a StatefulSet with its stable name, not created yet. Models newStatefulSetPod. */
export function statefulPod(
  set: StatefulSet,
  template: PodTemplateSpec,
  revision: string,
  ordinal: number,
): KubeObject {
  const name = `${set.metadata.name}-${ordinal}`;
  const claims = set.spec.volumeClaimTemplates ?? [];
  const claimed = claims.map(({ metadata }): Volume => {
    const claimName = claimNameOf(set, metadata.name ?? '', ordinal);
    return { name: metadata.name ?? '', persistentVolumeClaim: { claimName } };
  });
  const volumes = (template.spec?.volumes ?? []).filter(
    (volume) => !claimed.some((one) => one.name === volume.name),
  );
  return podFromTemplate(set, template, {
    metadata: {
      name,
      labels: {
        ...template.metadata?.labels,
        [INDEX_LABEL]: String(ordinal),
        [REVISION_LABEL]: revision,
        [NAME_LABEL]: name,
      },
    },
    spec: {
      hostname: name,
      ...(set.spec.serviceName ? { subdomain: set.spec.serviceName } : {}),
      ...(claimed.length + volumes.length > 0 ? { volumes: [...claimed, ...volumes] } : {}),
    },
  });
}

function claimNameOf(set: StatefulSet, template: string, ordinal: number): string {
  return `${template}-${set.metadata.name}-${ordinal}`;
}

/** Creates and deletes a StatefulSet's pods and claims. Models stateful_pod_control.go. */
export class StatefulPodControl {
  readonly #context: ControllerContext;
  readonly #events: ControllerEvents;

  constructor(context: ControllerContext, events: ControllerEvents) {
    this.#context = context;
    this.#events = events;
  }

  create(set: StatefulSet, pod: KubeObject, ordinal: number): void {
    const { name = '' } = pod.metadata;
    try {
      this.createClaims(set, name, ordinal);
      this.retainClaims(set, pod, ordinal, false);
      this.#context.client.create('pods', set.metadata.namespace, pod);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.status.reason !== 'AlreadyExists') this.#tell('Create', set, name, error);
      throw error;
    }
    this.#tell('Create', set, name);
  }

  delete(set: StatefulSet, { metadata }: Pod): void {
    const { name = '' } = metadata;
    try {
      this.#context.client.delete('pods', set.metadata.namespace, name);
    } catch (error) {
      if (isNotFound(error)) return;
      if (!(error instanceof ApiError)) throw error;
      this.#tell('Delete', set, name, error);
      throw new SyncError(error.message);
    }
    this.#tell('Delete', set, name);
  }

  /** Which of the claims of a pod outlive it, and the set. */
  retainClaims(set: StatefulSet, pod: KubeObject, ordinal: number, isScaledDown: boolean): void {
    const { namespace } = set.metadata;
    const owner = { ...pod, apiVersion: 'v1', kind: 'Pod' };
    for (const { metadata } of set.spec.volumeClaimTemplates ?? []) {
      const name = claimNameOf(set, metadata.name ?? '', ordinal);
      const claim = findObject(this.#context.client, CLAIMS, namespace, name);
      if (claim) retainClaim(this.#context, this.#events, set, owner, isScaledDown, claim);
    }
  }

  /** Claims outlive their pods; only missing ones are made. */
  createClaims(set: StatefulSet, pod: string, ordinal: number): void {
    const { namespace } = set.metadata;
    for (const template of set.spec.volumeClaimTemplates ?? []) {
      const name = claimNameOf(set, template.metadata.name ?? '', ordinal);
      const found = findObject(this.#context.client, CLAIMS, namespace, name);
      if (found?.metadata.deletionTimestamp) throw new SyncError(`pvc ${name} is being deleted`);
      if (found) continue;
      const { status: _status, ...rest } = template;
      const labels = { ...template.metadata.labels, ...set.spec.selector.matchLabels };
      const claim = {
        ...rest,
        apiVersion: 'v1',
        kind: 'PersistentVolumeClaim',
        metadata: { ...template.metadata, name, labels },
      };
      const subject = `Claim ${name} Pod ${pod} in StatefulSet ${set.metadata.name}`;
      this.#context.client.create(CLAIMS, namespace, claim);
      this.#events.normal(set, 'SuccessfulCreate', `Create ${subject} success`);
    }
  }

  #tell(verb: 'Create' | 'Delete', set: StatefulSet, pod: string, error?: ApiError): void {
    const what = `${verb} Pod ${pod} in StatefulSet ${set.metadata.name}`;
    if (!error) {
      this.#events.normal(set, `Successful${verb}`, `${what} successful`);
      return;
    }
    this.#events.warning(set, `Failed${verb}`, `${what} failed error: ${error.message}`);
  }
}
