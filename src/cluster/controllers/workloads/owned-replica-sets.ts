import { findObject, isNotFound } from '../../../api/find-object';
import { equalJson, type Json } from '../../../api/patch/json-value';
import { ApiError } from '../../../api/status';
import type { LabelSelector } from '../../../api/types';
import { conditionOf } from '../conditions';
import {
  type ControllerContext,
  type ControllerEvents,
  isNamespaceTerminating,
  unversioned,
} from '../controller-context';
import { controllerOf, controllerReference } from '../owner-references';
import type { ReplicaSet } from '../workload-types';
import {
  byAge,
  byRevision,
  currentAnnotations,
  newReplicaSetOf,
  newReplicas,
  REVISION,
  replicaAnnotations,
  revisionOf,
  sameTemplate,
  TEMPLATE_HASH,
} from './deployment-replica-sets';
import type { DeploymentWriter } from './deployment-writer';
import { templateHash } from './template-hash';

const REPLICA_SETS = 'replicasets.apps';

/** A limit that means none. */
const NEVER = 2 ** 31 - 1;

/** Longest name of a ReplicaSet. */
const NAME_LENGTH = 253;

/** A Deployment's ReplicaSets by their part in the rollout. */
export interface Sets {
  readonly current: ReplicaSet | undefined;
  readonly old: ReplicaSet[];
}

/** Finds, creates, scales and deletes a Deployment's ReplicaSets. Models pkg/controller/deployment/sync.go. */
export class OwnedReplicaSets {
  readonly #context: ControllerContext;
  readonly #events: ControllerEvents;
  readonly #writer: DeploymentWriter;
  /** Those that the Deployment controlled when the sync began. */
  readonly all: readonly ReplicaSet[];

  constructor(
    context: ControllerContext,
    events: ControllerEvents,
    writer: DeploymentWriter,
    all: readonly ReplicaSet[],
  ) {
    this.#context = context;
    this.#events = events;
    this.#writer = writer;
    this.all = all;
  }

  /** Models getAllReplicaSetsAndSyncRevision. */
  sorted(create: boolean): Sets {
    const existing = newReplicaSetOf(this.#writer.deployment, this.all);
    const old = this.all.filter((set) => set !== existing).sort(byAge);
    const revision = Math.max(0, ...old.map(revisionOf)) + 1;
    if (existing) return { current: this.#adjusted(existing, revision), old };
    return { current: create ? this.#create(old, revision) : undefined, old };
  }

  /** The same ReplicaSets as they are now. */
  again({ current, old }: Sets): Sets {
    const fresh = (set: ReplicaSet) => {
      const { namespace, name = '' } = set.metadata;
      return (findObject(this.#context.client, REPLICA_SETS, namespace, name) ?? set) as ReplicaSet;
    };
    return { current: current && fresh(current), old: old.map(fresh) };
  }

  #adjusted(existing: ReplicaSet, revision: number): ReplicaSet {
    const { minReadySeconds = 0 } = this.#writer.deployment.spec;
    const before = existing.metadata.annotations ?? {};
    const annotations = currentAnnotations(this.#writer.deployment, before, revision);
    const ready = (existing.spec.minReadySeconds ?? 0) === minReadySeconds;
    if (!ready || !equalJson(annotations, before)) {
      return this.#updateSet({
        ...existing,
        metadata: { ...existing.metadata, annotations },
        spec: { ...existing.spec, minReadySeconds },
      });
    }
    const progress = conditionOf(this.#writer.deployment.status?.conditions, 'Progressing');
    const found = `Found new replica set "${existing.metadata.name}"`;
    const condition = progress
      ? undefined
      : this.#writer.progress('True', 'FoundNewReplicaSet', found);
    this.#writer.noteRevision(annotations[REVISION] ?? '', condition);
    return existing;
  }

  /** Models the second half of getNewReplicaSet. */
  #create(old: readonly ReplicaSet[], revision: number): ReplicaSet {
    const deployment = this.#writer.deployment;
    const set = this.#newSet(old, revision);
    const { namespace, name } = set.metadata;
    let created: ReplicaSet;
    try {
      created = this.#context.client.create(REPLICA_SETS, namespace, set) as ReplicaSet;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.status.reason === 'AlreadyExists') return this.#afterCollision(set, error);
      if (isNamespaceTerminating(error)) throw error;
      const why = `Failed to create new replica set "${name}": ${error.message}`;
      this.#writer.writeCondition(this.#writer.progress('False', 'ReplicaSetCreateError', why));
      this.#events.warning(deployment, 'ReplicaSetCreateError', why);
      throw error;
    }
    if (created.spec.replicas > 0) {
      const text = `Scaled up replica set ${name} from 0 to ${created.spec.replicas}`;
      this.#events.normal(deployment, 'ScalingReplicaSet', text);
    }
    const text = `Created new replica set "${name}"`;
    const condition = this.#writer.progress('True', 'NewReplicaSetCreated', text);
    this.#writer.noteRevision(String(revision), condition);
    return created;
  }

  #newSet(old: readonly ReplicaSet[], revision: number): ReplicaSet {
    const deployment = this.#writer.deployment;
    const { template, selector, minReadySeconds } = deployment.spec;
    const hash = templateHash(template, deployment.status?.collisionCount);
    const labels = { ...template.metadata?.labels, [TEMPLATE_HASH]: hash };
    const matchLabels = { ...selector.matchLabels, [TEMPLATE_HASH]: hash };
    const annotations = {
      ...currentAnnotations(deployment, {}, revision),
      ...replicaAnnotations(deployment),
    };
    const name = `${deployment.metadata.name?.slice(0, NAME_LENGTH - 1 - hash.length)}-${hash}`;
    return {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: {
        name,
        ...(deployment.metadata.namespace ? { namespace: deployment.metadata.namespace } : {}),
        labels,
        annotations,
        ownerReferences: [controllerReference(deployment)],
      },
      spec: {
        replicas: newReplicas(deployment, old, 0),
        ...(minReadySeconds ? { minReadySeconds } : {}),
        selector: { ...selector, matchLabels } as LabelSelector,
        template: { ...template, metadata: { ...template.metadata, labels } },
      },
    };
  }

  /** A ReplicaSet of that name is there: ours after all, or the hash has to be another one. */
  #afterCollision(set: ReplicaSet, error: ApiError): ReplicaSet {
    const { namespace, name = '' } = set.metadata;
    const found = findObject(this.#context.client, REPLICA_SETS, namespace, name) as
      | ReplicaSet
      | undefined;
    if (!found) throw error;
    const ours = controllerOf(found)?.uid === this.#writer.deployment.metadata.uid;
    if (ours && sameTemplate(found.spec.template, set.spec.template)) return found;
    const { status = {} } = this.#writer.deployment;
    this.#writer.writeStatus({ ...status, collisionCount: (status.collisionCount ?? 0) + 1 });
    throw error;
  }

  #updateSet(set: ReplicaSet): ReplicaSet {
    const { namespace } = set.metadata;
    return this.#context.client.update(REPLICA_SETS, namespace, unversioned(set)) as ReplicaSet;
  }

  /** Models cleanupDeployment: old ReplicaSets beyond the limit go, the oldest revisions first. */
  cleanUp(old: readonly ReplicaSet[]): void {
    const { revisionHistoryLimit } = this.#writer.deployment.spec;
    if (revisionHistoryLimit === undefined || revisionHistoryLimit === NEVER) return;
    const alive = old.filter(({ metadata }) => !metadata.deletionTimestamp).sort(byRevision);
    const surplus = alive.length - revisionHistoryLimit;
    for (const set of alive.slice(0, Math.max(0, surplus))) {
      const seen = (set.metadata.generation ?? 0) <= (set.status?.observedGeneration ?? 0);
      if ((set.status?.replicas ?? 0) !== 0 || set.spec.replicas !== 0 || !seen) continue;
      const { namespace, name = '' } = set.metadata;
      try {
        this.#context.client.delete(REPLICA_SETS, namespace, name);
      } catch (error) {
        if (!isNotFound(error)) throw error;
      }
    }
  }

  /** Returns the ReplicaSet after scaling; the same one when nothing was to be done. */
  scale(set: ReplicaSet, replicas: number, noteAnyway = false): ReplicaSet {
    const before = set.spec.replicas;
    if (before === replicas && !noteAnyway) return set;
    const annotations = {
      ...set.metadata.annotations,
      ...replicaAnnotations(this.#writer.deployment),
    };
    const noted = equalJson(annotations, set.metadata.annotations as Json);
    if (before === replicas && noted) return set;
    const updated = this.#updateSet({
      ...set,
      metadata: { ...set.metadata, annotations },
      spec: { ...set.spec, replicas },
    });
    if (before !== replicas) {
      const way = before < replicas ? 'up' : 'down';
      const text = `Scaled ${way} replica set ${set.metadata.name} from ${before} to ${replicas}`;
      this.#events.normal(this.#writer.deployment, 'ScalingReplicaSet', text);
    }
    return updated;
  }
}
