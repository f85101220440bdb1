import { equalJson, type Json } from '../../../api/patch/json-value';
import type { KubeObject, OwnerReference } from '../../../api/types';
import { type ControllerContext, type ControllerEvents, unversioned } from '../controller-context';
import { controllerReference } from '../owner-references';
import type { StatefulSet } from '../workload-types';

const CLAIMS = 'persistentvolumeclaims';

/**
 * Gives a claim the owner with which it is to end, as its StatefulSet's retention policy says: the set, or the
 * pod that is one too many; the garbage collector does the rest. Models UpdatePodClaimForRetentionPolicy.
 */
export function retainClaim(
  context: ControllerContext,
  events: ControllerEvents,
  set: StatefulSet,
  pod: KubeObject,
  isScaledDown: boolean,
  claim: KubeObject,
): void {
  const { whenDeleted, whenScaled } = set.spec.persistentVolumeClaimRetentionPolicy ?? {};
  const refs = claim.metadata.ownerReferences ?? [];
  const endsSometime = whenDeleted === 'Delete' || whenScaled === 'Delete';
  if (!endsSometime && refs.length === 0) return;
  if (refs.some((ref) => isStale(ref, set) || isStale(ref, pod))) return;

  const others = refs.filter(({ uid }) => uid !== set.metadata.uid && uid !== pod.metadata.uid);
  const wanted = [...others];
  if (endsSometime && others.some(({ controller }) => controller)) {
    const text = `PersistentVolumeClaim ${claim.metadata.name} has a conflicting OwnerReference that acts as a manging controller, the retention policy is ignored for this claim`;
    events.warning(set, 'ConflictingController', text);
  } else {
    const endsWithPod = whenScaled === 'Delete' && isScaledDown;
    if (whenDeleted === 'Delete' && !endsWithPod) wanted.push(controllerReference(set));
    if (endsWithPod) wanted.push(controllerReference(pod));
  }
  if (equalJson(refs as unknown as Json, wanted as unknown as Json)) return;
  const metadata = { ...unversioned(claim).metadata, ownerReferences: wanted };
  context.client.update(CLAIMS, claim.metadata.namespace, { ...claim, metadata });
}

/** A reference to an object of that name that is not this one. */
function isStale({ kind, name, uid }: OwnerReference, owner: KubeObject): boolean {
  return kind === owner.kind && name === owner.metadata.name && uid !== owner.metadata.uid;
}
