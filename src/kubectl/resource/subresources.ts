import type { ResourceInfo } from '../../api/client';
import { ApiError } from '../../api/status';

/** Subresources that are read and written as objects, besides the status that nearly all resources have. */
const MORE: Readonly<Record<string, readonly string[]>> = {
  pods: ['ephemeralcontainers', 'resize'],
  'deployments.apps': ['scale'],
  'replicasets.apps': ['scale'],
  'statefulsets.apps': ['scale'],
  replicationcontrollers: ['scale'],
};

/** Throws what the server says of a subresource that the resource does not have. */
export function checkSubresource({ resource }: ResourceInfo, subresource: string): void {
  if (subresource === '' || subresource === 'status') return;
  if (MORE[resource]?.includes(subresource)) return;
  throw new ApiError({
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message: 'the server could not find the requested resource',
    reason: 'NotFound',
    code: 404,
  });
}
