import type { ApiClient } from './client';
import { ApiError } from './status';
import type { KubeObject } from './types';

/** The object, or undefined when there is none of that name. Other errors are thrown. */
export function findObject(
  client: ApiClient,
  resource: string,
  namespace: string | undefined,
  name: string,
): KubeObject | undefined {
  try {
    return client.get(resource, namespace, name);
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

export function isNotFound(error: unknown): boolean {
  return error instanceof ApiError && error.status.code === 404;
}
