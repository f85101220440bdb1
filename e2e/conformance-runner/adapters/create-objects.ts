import { type ManifestObject, readManifestObjects } from '../../../src/api/manifest-objects.ts';
import { ApiError, kubectlErrorsText } from '../../../src/api/status.ts';
import type { KubeObject } from '../../../src/api/types.ts';
import { createApiServer } from '../../../src/cluster/apiserver/server.ts';
import { createKernel } from '../../../src/kernel/kernel.ts';
import { isRecord } from '../table.ts';

type ApiClient = ReturnType<typeof createApiServer>['client'];

/** How the recordings name the text. */
export const FILE = 'pod.yaml';

/** What `kubectl create -f` leads to: objects in the file's order, and what it prints on stderr. */
export interface Created {
  readonly objects: readonly KubeObject[];
  readonly stderr: string;
  /** The server's refusals. */
  readonly errors: readonly ApiError[];
}

/** A server with nothing but what every cluster has, and these namespaces. */
export function newServer(namespaces: readonly string[]): ApiClient {
  const epochMs = Date.parse('2026-01-01T00:00:00Z');
  const kernel = createKernel({ seed: 1, epochMs });
  const { client } = createApiServer({ kernel });
  for (const name of new Set(namespaces)) {
    try {
      client.create('namespaces', undefined, {
        apiVersion: 'v1',
        kind: 'Namespace',
        metadata: { name },
      });
    } catch (error) {
      // It is there already, or there can be no namespace of that name: so it was in the recordings.
      if (!(error instanceof ApiError)) throw error;
    }
  }
  return client;
}

/** Namespaces that the objects of a text are in. */
export function namespacesIn(text: string): string[] {
  return readManifestObjects(text, FILE).flatMap((step) => {
    const metadata = 'object' in step ? step.object.document.metadata : undefined;
    const namespace = isRecord(metadata) ? metadata.namespace : undefined;
    return typeof namespace === 'string' && namespace !== '' ? [namespace] : [];
  });
}

/** `kubectl create --dry-run=server -f pod.yaml`, object by object. */
export function createObjects(client: ApiClient, text: string): Created {
  const objects: KubeObject[] = [];
  const warnings: string[] = [];
  const refused: ApiError[] = [];
  const unreadable: string[] = [];
  const steps = readManifestObjects(text, FILE);
  for (const step of steps) {
    if ('error' in step) {
      unreadable.push(step.error);
      continue;
    }
    try {
      objects.push(createObject(client, step.object, (warning) => warnings.push(warning)));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      refused.push(error);
    }
  }
  if (steps.length === 0) unreadable.push('no objects passed to create');
  const at = { verb: 'creating', source: FILE };
  // kubectl prints equal warnings once.
  const lines = [...new Set(warnings)].map((warning) => `Warning: ${warning}\n`);
  const answers = refused.map(({ status }) => status);
  const ending = kubectlErrorsText(answers, unreadable, at);
  const stderr = `${lines.join('')}${ending === '' ? '' : `${ending}\n`}`;
  return { objects, stderr, errors: refused };
}

/** kubectl's request for one object. */
function createObject(
  client: ApiClient,
  { document, apiVersion, kind }: ManifestObject,
  onWarning: (text: string) => void,
): KubeObject {
  const resource = client
    .resources()
    .find(
      (one) =>
        one.kind === kind &&
        (one.group === '' ? one.version : `${one.group}/${one.version}`) === apiVersion,
    );
  const metadata = isRecord(document.metadata) ? document.metadata : {};
  const namespaced = resource?.namespaced === true;
  const namespace = namespaced ? String(metadata.namespace || 'default') : undefined;
  const object =
    namespaced && document.metadata !== null
      ? { ...document, metadata: { ...metadata, namespace } }
      : document;
  return client.create(resource?.resource ?? '', namespace, object, {
    dryRun: true,
    fieldManager: 'kubectl-create',
    fieldValidation: 'Strict',
    onWarning,
  });
}
