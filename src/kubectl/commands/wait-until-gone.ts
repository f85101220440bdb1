import type { ResourceInfo } from '../../api/client';
import type { KubeObject } from '../../api/types';
import type { Task } from '../../kernel/task';
import type { Invocation } from '../command';
import { KubectlError } from '../errors';
import { kindName } from '../resource/mapper';

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
    const isThere = () =>
      client
        .list(info.resource, { namespace, fieldSelector: `metadata.name=${name}` })
        .items.some((item) => item.metadata.uid === uid);
    if (!isThere()) continue;
    const watch = client.watch(info.resource, {
      namespace,
      fieldSelector: `metadata.name=${name}`,
      resourceVersion: client.list(info.resource, { namespace }).resourceVersion,
    });
    try {
      while (isThere()) {
        const left = deadline - sys.nowMs;
        if (left <= 0) throw timedOut(`${kindName(info, name).replace('/', 's/')}`);
        if (watch.closed) break;
        yield* sys.wait(watch.changed, left);
        while (watch.take()) {
          // Only whether the object is still there counts.
        }
      }
    } finally {
      watch.close();
    }
  }
  return 0;
}

export function timedOut(subject: string): KubectlError {
  return new KubectlError(`error: timed out waiting for the condition on ${subject}`);
}
