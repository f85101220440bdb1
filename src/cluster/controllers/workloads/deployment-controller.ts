import { findObject } from '../../../api/find-object';
import type { KubeObject, Pod } from '../../../api/types';
import { Claims, requirementsOf } from '../claims';
import { type ControllerContext, ControllerEvents, findByKey, keyOf } from '../controller-context';
import { controllerOf } from '../owner-references';
import { WorkQueue } from '../work-queue';
import type { Deployment, ReplicaSet } from '../workload-types';
import { DeploymentSync } from './deployment-sync';

const RESOURCE = 'deployments.apps';
const KIND = 'Deployment';
const REPLICA_SETS = 'replicasets.apps';
const MAX_RETRIES = 15;

/** Rolls pods out by way of ReplicaSets. Models pkg/controller/deployment/deployment_controller.go. */
export class DeploymentController {
  readonly #context: ControllerContext;
  readonly #queue: WorkQueue;
  readonly #claims: Claims;
  readonly #events: ControllerEvents;

  constructor(context: ControllerContext) {
    this.#context = context;
    this.#events = new ControllerEvents(context, 'deployment-controller');
    this.#queue = new WorkQueue(context, (key) => this.#sync(key), { maxRetries: MAX_RETRIES });
    this.#claims = new Claims(context, REPLICA_SETS, RESOURCE, (key) => this.#queue.add(key));
    context.subscribe(RESOURCE, ({ object }) => this.#queue.add(keyOf(object)));
    context.dependents(REPLICA_SETS).onOwned(KIND, (key) => this.#queue.add(key));
    context.dependents('pods').onOwned('ReplicaSet', (_key, uid, { type, object }) => {
      if (type === 'DELETED') this.#onPodDeleted(uid, object as Pod);
    });
  }

  /** Who recreates has to wait until the last pod is gone. */
  #onPodDeleted(replicaSetUid: string, pod: Pod): void {
    const { client } = this.#context;
    const { namespace, ownerReferences = [] } = pod.metadata;
    const name = ownerReferences.find(({ uid }) => uid === replicaSetUid)?.name ?? '';
    const owner = controllerOf(findObject(client, REPLICA_SETS, namespace, name));
    if (owner?.kind !== KIND) return;
    const deployment = findObject(client, RESOURCE, namespace, owner.name) as
      | Deployment
      | undefined;
    if (deployment?.spec.strategy.type !== 'Recreate') return;
    if (this.#podsOf(deployment).length === 0) this.#queue.add(keyOf(deployment));
  }

  #podsOf(deployment: KubeObject): Pod[] {
    const sets = this.#context.dependents(REPLICA_SETS).of(deployment.metadata.uid);
    const pods = this.#context.dependents('pods');
    return sets.flatMap(({ metadata }) => pods.of(metadata.uid) as Pod[]);
  }

  #sync(key: string): void {
    const found = findByKey(this.#context, RESOURCE, key);
    if (!found) return;
    const deployment = found as Deployment;
    if (requirementsOf(deployment.spec.selector).length === 0) {
      const why = 'This deployment is selecting all pods. A non-empty selector is required.';
      this.#events.warning(deployment, 'SelectingAll', why);
      return;
    }
    const sets = this.#claims.claim(deployment) as ReplicaSet[];
    const sync = new DeploymentSync(this.#context, this.#events, this.#queue, deployment, sets);
    sync.run();
  }
}
