import type { ResourceInfo } from '../../api/client';
import { ApiError, type GroupName } from '../../api/status';

/** How errors name a resource: `pods`, `deployments.apps`. */
export function groupResource(info: Pick<ResourceInfo, 'plural' | 'group'>): GroupName {
  return { group: info.group, name: info.plural };
}

/** How errors name a kind. */
export function groupKind(info: Pick<ResourceInfo, 'kind' | 'group'>): GroupName {
  return { group: info.group, name: info.kind };
}

/** The path itself is not served. */
export function noSuchResource(): ApiError {
  return failure(404, 'NotFound', 'the server could not find the requested resource');
}

/** An error without a reason of its own; kubectl prints `Error from server: …`. */
export function plainError(message: string): ApiError {
  return failure(500, undefined, message);
}

/** A patch that does not lead to an object. `details` undefined: kubectl has only the message. */
export function unprocessable(message: string): ApiError {
  return failure(422, 'Invalid', message);
}

function failure(code: number, reason: string | undefined, message: string): ApiError {
  return new ApiError({
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    reason,
    code,
  });
}
