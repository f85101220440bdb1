import type { ListOptions } from '../../api/client';
import type { Call } from '../../runtime/syscalls';
import type { Invocation } from '../command';

/**
 * Waits until `check` finds something at the server, and returns it; undefined when time runs out first.
 * It looks at once, and again whenever one of the scope's objects has changed.
 */
export function* waitUntil<T>(
  { client, sys }: Invocation,
  resource: string,
  scope: ListOptions,
  timeoutMs: number,
  check: () => T | undefined,
): Call<T | undefined> {
  const first = check();
  if (first !== undefined) return first;
  const deadline = sys.nowMs + timeoutMs;
  const { resourceVersion } = client.list(resource, scope);
  const watch = client.watch(resource, { ...scope, resourceVersion });
  try {
    for (;;) {
      const left = deadline - sys.nowMs;
      if (left <= 0) return undefined;
      if (watch.closed) yield* sys.sleep(Math.min(left, RETRY_MS));
      else yield* sys.wait(watch.changed, left);
      while (watch.take()) {
        // What the server says counts, not what the events say.
      }
      const found = check();
      if (found !== undefined) return found;
    }
  } finally {
    watch.close();
  }
}

/** How often the server is asked when nothing tells of changes. */
const RETRY_MS = 1000;

/** The scope of one object. */
export function onlyObject(namespace: string | undefined, name: string): ListOptions {
  return { namespace, fieldSelector: `metadata.name=${name}` };
}
