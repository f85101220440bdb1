import { isNotFound } from '../../../api/find-object';
import type { Pod } from '../../../api/types';
import type { ControllerContext } from '../controller-context';
import { isTracked, TRACKING_FINALIZER } from './job-pods';

/** Takes the tracking finalizer off a pod, if it is there and has it. Models removeTrackingFinalizerPatch. */
export function releasePod(
  { client }: ControllerContext,
  { metadata: { namespace, name = '' } }: Pod,
): void {
  try {
    const pod = client.get('pods', namespace, name) as Pod;
    if (!isTracked(pod)) return;
    const left = pod.metadata.finalizers?.filter((one) => one !== TRACKING_FINALIZER) ?? [];
    const finalizers = left.length === 0 ? null : left;
    client.patch('pods', namespace, name, 'merge', { metadata: { finalizers } });
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}
