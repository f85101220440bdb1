import type { PodPicture } from '../../lab/picture';
import { pathOf, shownPod } from '../store/shown-pod';
import { usePage } from '../store/store';

/** The pod that the panes are about: the chosen one while it exists, else one that stays. */
export function useSelectedPod(): PodPicture | undefined {
  return usePage(shownPod);
}

/** Its `namespace/name`, for those who need not hear of each change in it. */
export function useShownPodName(): string | undefined {
  return usePage((state) => {
    const pod = shownPod(state);
    return pod && pathOf(pod);
  });
}
