import type { ApiClient } from '../../api/client';
import { findObject } from '../../api/find-object';
import type { ConfigMap, HostPath, Secret, Service } from '../../api/stored-objects';
import { ServiceEnvironment } from './service-environment';

/** Reads the API objects that a pod refers to. A missing one throws with the API server's text. */
export interface ApiLookup {
  configMap(namespace: string, name: string): ConfigMap;
  secret(namespace: string, name: string): Secret;
  /** See `serviceVariables`. */
  serviceVariables(namespace: string, links: boolean): ReadonlyMap<string, string>;
  /** The folder of its node that a bound claim stands for. */
  claimedFolder(namespace: string, claim: string): HostPath;
}

interface Claim {
  readonly metadata: { readonly deletionTimestamp?: string };
  readonly spec?: { readonly volumeName?: string };
  readonly status?: { readonly phase?: string };
}

interface PersistentVolume {
  readonly spec?: {
    readonly hostPath?: HostPath;
    readonly local?: { readonly path?: string };
  };
}

/** An object that a pod refers to is not there; the message is the one that events show. */
export class MissingObjectError extends Error {}

export function createApiLookup(client: ApiClient): ApiLookup {
  const environment = new ServiceEnvironment();
  const get = <Kind>(resource: string, kind: string, namespace: string, name: string): Kind => {
    const found = findObject(client, resource, namespace, name);
    if (!found) throw new MissingObjectError(`${kind} "${name}" not found`);
    return found as unknown as Kind;
  };
  return {
    configMap: (namespace, name) => get<ConfigMap>('configmaps', 'configmap', namespace, name),
    secret: (namespace, name) => get<Secret>('secrets', 'secret', namespace, name),
    claimedFolder(namespace, name) {
      const claim = get<Claim>(
        'persistentvolumeclaims',
        'failed to fetch PVC from API server: persistentvolumeclaims',
        namespace,
        name,
      );
      if (claim.metadata.deletionTimestamp) throw new Error('PVC is being deleted');
      const volumeName = claim.spec?.volumeName;
      if (!volumeName || claim.status?.phase !== 'Bound') throw new Error('PVC is not bound');
      const { spec } = get<PersistentVolume>(
        'persistentvolumes',
        `failed to fetch PV ${volumeName} from API server: persistentvolumes`,
        '',
        volumeName,
      );
      const path = spec?.hostPath?.path ?? spec?.local?.path;
      if (path === undefined) {
        throw new Error(
          `failed to get Plugin from volumeSpec for volume "${volumeName}" err=no volume plugin matched`,
        );
      }
      return { path, type: spec?.hostPath?.type ?? '' };
    },
    serviceVariables(namespace, links) {
      const services = client.list('services').items as unknown as readonly Service[];
      return environment.variables(services, namespace, links);
    },
  };
}

/** Bytes of a base64 text, as a byte string. */
export function decodeBase64(text: string): string {
  return atob(text);
}
