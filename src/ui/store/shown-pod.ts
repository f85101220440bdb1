import type { PodPicture } from '../session/messages';
import type { LabState, ViewState } from './state';

/** `namespace/name`, which is how the page's state names a pod. */
export function pathOf({ namespace, name }: Pick<PodPicture, 'namespace' | 'name'>): string {
  return `${namespace}/${name}`;
}

/** What is shown while nobody chooses: what was shown before as long as it is there, else the first pod. */
export function stayWith(
  before: string | undefined,
  pods: readonly PodPicture[],
): string | undefined {
  const [first] = pods;
  const isThere = pods.some((pod) => pathOf(pod) === before);
  return isThere ? before : first && pathOf(first);
}

/** The pod that the panes are about: the chosen one while it exists. */
export function shownPod({
  pods,
  selectedPod,
  unchosenPod,
}: Pick<LabState & ViewState, 'pods' | 'selectedPod' | 'unchosenPod'>): PodPicture | undefined {
  const find = (path: string | undefined) => pods.find((pod) => pathOf(pod) === path);
  return find(selectedPod) ?? find(unchosenPod);
}
