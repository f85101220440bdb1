import { equalJson, type Json } from '../../../api/patch/json-value';
import { withCondition } from '../conditions';
import { type ControllerContext, nowText, unversioned } from '../controller-context';
import type { Deployment, DeploymentStatus, WorkloadCondition } from '../workload-types';
import { REVISION } from './deployment-replica-sets';
import { deploymentCondition, hasProgressDeadline } from './deployment-status';

const RESOURCE = 'deployments.apps';

/**
 * The Deployment that a sync looks at, and what the sync writes to it. Models the updates of
 * pkg/controller/deployment/sync.go.
 */
export class DeploymentWriter {
  readonly #context: ControllerContext;
  #deployment: Deployment;

  constructor(context: ControllerContext, deployment: Deployment) {
    this.#context = context;
    this.#deployment = deployment;
  }

  /** As it was written last. */
  get deployment(): Deployment {
    return this.#deployment;
  }

  /** The condition Progressing; undefined where nobody waits for progress. */
  progress(
    status: WorkloadCondition['status'],
    reason: string,
    message: string,
  ): WorkloadCondition | undefined {
    if (!hasProgressDeadline(this.#deployment)) return undefined;
    return deploymentCondition('Progressing', status, reason, message, nowText(this.#context));
  }

  writeCondition(condition: WorkloadCondition | undefined): void {
    if (condition) this.writeStatus(this.#statusWith(condition));
  }

  #statusWith(condition: WorkloadCondition | undefined): DeploymentStatus {
    const { status = {} } = this.#deployment;
    if (!condition) return status;
    return { ...status, conditions: withCondition(status.conditions ?? [], condition) };
  }

  /** The revision of the current ReplicaSet is the Deployment's own. */
  noteRevision(revision: string, condition: WorkloadCondition | undefined): void {
    const { annotations } = this.#deployment.metadata;
    if (annotations?.[REVISION] === revision && !condition) return;
    const metadata = {
      ...this.#deployment.metadata,
      annotations: { ...annotations, [REVISION]: revision },
    };
    this.#store({ ...this.#deployment, metadata, status: this.#statusWith(condition) });
  }

  /** Returns whether there was anything new to write. */
  writeStatus(status: DeploymentStatus): boolean {
    const before = this.#deployment.status;
    if (equalJson(before as unknown as Json, status as unknown as Json)) return false;
    this.#store({ ...this.#deployment, status });
    return true;
  }

  /** The status goes with the revision's annotation, which the status subresource takes as well. */
  #store(deployment: Deployment): void {
    const { namespace } = deployment.metadata;
    const options = { subresource: 'status' } as const;
    const object = unversioned(deployment);
    this.#deployment = this.#context.client.update(
      RESOURCE,
      namespace,
      object,
      options,
    ) as Deployment;
  }
}
