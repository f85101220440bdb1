import type { ApiClient } from './client';
import { ApiError } from './status';
import type { KubeObject } from './types';

/** The object, or undefined when there is none of that name. */
export function findObject(
  client: ApiClient,
  resource: string,
  namespace: string | undefined,
  name: string,
): KubeObject | undefined {
  return client.find(resource, namespace, name);
}

export function isNotFound(error: unknown): boolean {
  return error instanceof ApiError && error.status.code === 404;
}
