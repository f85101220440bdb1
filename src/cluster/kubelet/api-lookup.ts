import type { ApiClient } from '../../api/client';
import { ApiError } from '../../api/status';
import type { ConfigMap, Secret, Service } from './core-v1';

/** Reads the API objects that a pod refers to. A missing one throws with the API server's text. */
export interface ApiLookup {
  configMap(namespace: string, name: string): ConfigMap;
  secret(namespace: string, name: string): Secret;
  services(): readonly Service[];
}

/** An object that a pod refers to is not there; the message is the one that events show. */
export class MissingObjectError extends Error {}

export function createApiLookup(client: ApiClient): ApiLookup {
  const get = <Kind>(resource: string, kind: string, namespace: string, name: string): Kind => {
    try {
      return client.get(resource, namespace, name) as unknown as Kind;
    } catch (error) {
      if (error instanceof ApiError && error.status.code === 404) {
        throw new MissingObjectError(`${kind} "${name}" not found`);
      }
      throw error;
    }
  };
  return {
    configMap: (namespace, name) => get<ConfigMap>('configmaps', 'configmap', namespace, name),
    secret: (namespace, name) => get<Secret>('secrets', 'secret', namespace, name),
    services: () => client.list('services').items as unknown as readonly Service[],
  };
}

/** Bytes of a base64 text, as a byte string. */
export function decodeBase64(text: string): string {
  return atob(text);
}
