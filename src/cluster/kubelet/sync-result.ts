import { SyncError } from './sync-error';

export type SyncAction =
  | 'StartContainer'
  | 'KillContainer'
  | 'CreatePodSandbox'
  | 'KillPodSandbox'
  | 'RemoveContainer'
  | 'ResizePodInPlace';

/** One action of a sync and what came of it. Models kubecontainer.SyncResult. */
export interface SyncResult {
  readonly action: SyncAction;
  /** A container's name, or the pod. */
  readonly target: string;
  error?: {
    /** Shown as the container's waiting reason. */
    readonly reason: string;
    readonly message: string;
    /** End of a back-off, virtual ms. */
    readonly retryAtMs?: number;
  };
}

/** The error of a whole sync, if any of its actions failed. Models PodSyncResult.Error. */
export function syncErrorOf(results: readonly SyncResult[]): SyncError | undefined {
  const failed = results.filter((result) => result.error !== undefined);
  if (failed.length === 0) return undefined;
  const texts = failed.map(
    ({ action, target, error }) =>
      `failed to "${action}" for "${target}" with ${error?.reason}: "${error?.message}"`,
  );
  const ends = failed
    .map(({ error }) => error?.retryAtMs)
    .filter((at): at is number => at !== undefined);
  return new SyncError(texts.join(', '), ends.length > 0 ? Math.min(...ends) : undefined);
}
