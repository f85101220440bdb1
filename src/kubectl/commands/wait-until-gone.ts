import type { ResourceInfo } from '../../api/client';
import type { KubeObject } from '../../api/types';
import type { Task } from '../../kernel/task';
import type { Invocation } from '../command';
import { KubectlError } from '../errors';
import { kindName } from '../resource/mapper';
import { onlyObject, waitUntil } from '../resource/wait-until';

export interface Deleted {
  readonly info: ResourceInfo;
  readonly object: KubeObject;
}

/** Waits until deleted objects are no longer there (or have been replaced by new ones). */
export function* waitUntilGone(
  invocation: Invocation,
  deleted: readonly Deleted[],
  timeoutMs: number,
): Task<number> {
  const { client, sys } = invocation;
  const deadline = sys.nowMs + timeoutMs;
  for (const { info, object } of deleted) {
    const { namespace, name = '', uid } = object.metadata;
    const scope = onlyObject(namespace, name);
    const isGone = () =>
      !client.list(info.resource, scope).items.some((item) => item.metadata.uid === uid);
    const gone = yield* waitUntil(
      invocation,
      info.resource,
      scope,
      deadline - sys.nowMs,
      () => isGone() || undefined,
    );
    if (!gone) throw timedOut(kindName(info, name).replace('/', 's/'));
  }
  return 0;
}

export function timedOut(subject: string): KubectlError {
  return new KubectlError(`error: timed out waiting for the condition on ${subject}`);
}
