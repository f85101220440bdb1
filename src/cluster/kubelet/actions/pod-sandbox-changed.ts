import type { Pod } from '../../../api/stored-objects';
import type { RuntimePodStatus } from '../observed/runtime-status';

export interface SandboxChange {
  /** A new sandbox is needed. */
  readonly changed: boolean;
  /** Of the sandbox that is or is to be made. */
  readonly attempt: number;
  /** The sandbox that exists, if any. */
  readonly sandboxId: string | undefined;
}

/** Models pkg/kubelet/kuberuntime/util PodSandboxChanged. */
export function podSandboxChanged(pod: Pod, status: RuntimePodStatus): SandboxChange {
  const newest = status.sandboxes[0];
  if (!newest) return { changed: true, attempt: 0, sandboxId: undefined };
  const { attempt, hostNetwork } = newest.config;
  const ready = status.sandboxes.filter(({ state }) => state === 'ready').length;
  if (ready > 1 || newest.state !== 'ready') {
    return { changed: true, attempt: attempt + 1, sandboxId: newest.id };
  }
  const wantsHostNetwork = pod.spec.hostNetwork ?? false;
  if (hostNetwork !== wantsHostNetwork) {
    return { changed: true, attempt: attempt + 1, sandboxId: undefined };
  }
  if (!wantsHostNetwork && newest.ip === '') {
    return { changed: true, attempt: attempt + 1, sandboxId: newest.id };
  }
  return { changed: false, attempt, sandboxId: newest.id };
}
