import type { PodPicture } from '../../lab/picture';
import { usePage } from '../store/store';

/** The pod that the panes are about: the chosen one while it exists, else the first. */
export function useSelectedPod(): PodPicture | undefined {
  return usePage(({ pods, selectedPod }) => {
    const chosen = pods.find((pod) => `${pod.namespace}/${pod.name}` === selectedPod);
    return chosen ?? pods[0];
  });
}
