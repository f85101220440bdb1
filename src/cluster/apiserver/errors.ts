import type { ResourceInfo } from '../../api/client';
import { type ApiError, type GroupName, statusError } from '../../api/status';

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
  return statusError(404, 'NotFound', 'the server could not find the requested resource');
}

/** An error without a reason of its own; kubectl prints `Error from server: …`. */
export function plainError(message: string): ApiError {
  return statusError(500, undefined, message);
}

/** A patch that does not lead to an object. `details` undefined: kubectl has only the message. */
export function unprocessable(message: string): ApiError {
  return statusError(422, 'Invalid', message);
}
