import { WaitQueue } from '../../kernel/task';

/** A sync of a pod that did not succeed; it is tried again. */
export class SyncError extends Error {
  /** When trying again makes sense (the end of a back-off), virtual ms; undefined: after the usual delay. */
  readonly retryAtMs: number | undefined;

  constructor(message: string, retryAtMs?: number) {
    super(message);
    this.retryAtMs = retryAtMs;
  }
}

/** A sync that was dropped because the pod is to end; what comes next is queued already. */
export class CancelledError extends Error {}

/** Tells a running sync that it is no longer wanted. */
export class Cancellation {
  cancelled = false;
  readonly changed = new WaitQueue();

  cancel(): void {
    this.cancelled = true;
    this.changed.wakeAll();
  }
}
