import { findObject } from '../../../api/find-object';
import type { Pod } from '../../../api/types';
import { CLAIMS } from '../../volume-types';
import { type ControllerContext, keyOf, splitKey, unversioned } from '../controller-context';
import { WorkQueue } from '../work-queue';

const FINALIZER = 'kubernetes.io/pvc-protection';

/** Lets claims go once no pod uses them. Models pkg/controller/volume/pvcprotection. */
export class ClaimProtectionController {
  readonly #context: ControllerContext;
  readonly #queue: WorkQueue;

  constructor(context: ControllerContext) {
    this.#context = context;
    this.#queue = new WorkQueue(context, (key) => this.#sync(key));
    context.subscribe(CLAIMS, ({ object }) => {
      if (object.metadata.deletionTimestamp) this.#queue.add(keyOf(object));
    });
    context.subscribe('pods', ({ type, object }) => {
      if (type !== 'DELETED' && !hasEnded(object as Pod)) return;
      for (const claim of claimsOf(object as Pod)) {
        this.#queue.add(`${object.metadata.namespace}/${claim}`);
      }
    });
  }

  #sync(key: string): void {
    const { client } = this.#context;
    const { namespace, name } = splitKey(key);
    const claim = findObject(client, CLAIMS, namespace, name);
    const finalizers = claim?.metadata.finalizers ?? [];
    if (!claim?.metadata.deletionTimestamp || !finalizers.includes(FINALIZER)) return;
    const pods = client.list('pods', { namespace }).items as Pod[];
    const used = pods.some(
      (pod) => pod.spec.nodeName && !hasEnded(pod) && claimsOf(pod).includes(name),
    );
    if (used) return;
    const before = unversioned(claim);
    const left = finalizers.filter((one) => one !== FINALIZER);
    const metadata = { ...before.metadata, finalizers: left };
    client.update(CLAIMS, namespace, { ...before, metadata });
  }
}

function hasEnded({ status }: Pod): boolean {
  return status?.phase === 'Succeeded' || status?.phase === 'Failed';
}

function claimsOf({ spec }: Pod): string[] {
  return (spec.volumes ?? []).flatMap(({ persistentVolumeClaim }) =>
    persistentVolumeClaim ? [persistentVolumeClaim.claimName] : [],
  );
}
