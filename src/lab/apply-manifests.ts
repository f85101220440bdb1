import { lastAppliedManifest, withLastApplied } from '../api/apply/last-applied';
import type { ApiClient, ResourceInfo, WriteOptions } from '../api/client';
import { findObject } from '../api/find-object';
import { type ManifestObject, readManifestObjects } from '../api/manifest-objects';
import { isObject, type JsonObject } from '../api/patch/json-value';
import { patchSchemaOf } from '../api/patch/patch-schema';
import { ApiError } from '../api/status';
import { applyPatchFor } from '../kubectl/commands/apply-patch';
import { KubectlError, plain } from '../kubectl/errors';
import { resourceOfKind } from '../kubectl/resource/mapper';
import type { ApplyResult } from './run';

/** How messages name the text. */
export const MANIFEST_FILE = 'pod.yaml';

/** Text that kubectl could not read; the message is kubectl's, after `error: `. */
export class ManifestError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ManifestError';
  }
}

/** What became of one object of the text, or why nothing did. */
export type ApplyStep =
  | { readonly result: ApplyResult; readonly index: number | undefined }
  | { readonly error: ApiError | ManifestError; readonly index: number | undefined };

/**
 * Applies every object of a text as `kubectl apply -f` does: one that is refused does not keep the others
 * from being applied.
 */
export function applyText(
  client: ApiClient,
  text: string,
  options: WriteOptions = {},
): ApplyStep[] {
  return readManifestObjects(text, MANIFEST_FILE).map((step): ApplyStep => {
    if ('error' in step) return { error: new ManifestError(step.error), index: step.index };
    const { index } = step.object;
    try {
      return { result: applyObject(client, step.object, options), index };
    } catch (error) {
      if (error instanceof KubectlError) return { error: manifestError(error), index };
      if (error instanceof ApiError) return { error, index };
      throw error;
    }
  });
}

function manifestError({ message }: KubectlError): ManifestError {
  return new ManifestError(message.replace(/^error: /, ''));
}

function applyObject(
  client: ApiClient,
  { document, apiVersion, kind }: ManifestObject,
  options: WriteOptions,
): ApplyResult {
  const resource = resourceOf(client, apiVersion, kind);
  const metadata = isObject(document.metadata) ? document.metadata : {};
  const name = String(metadata.name ?? '');
  const namespace = resource.namespaced ? String(metadata.namespace ?? 'default') : undefined;
  const manifest: JsonObject = namespace
    ? { ...document, metadata: { ...metadata, namespace } }
    : document;
  const modified = withLastApplied(manifest);
  const named = { kind, name, ...(namespace === undefined ? {} : { namespace }) };
  const live = name === '' ? undefined : findObject(client, resource.resource, namespace, name);
  const write: WriteOptions = {
    fieldValidation: 'Strict',
    fieldManager: 'kubectl-client-side-apply',
    ...options,
  };
  if (!live) {
    client.create(resource.resource, namespace, modified, write);
    return { ...named, action: 'created' };
  }
  const current = live as unknown as JsonObject;
  const last = lastAppliedManifest(current);
  const patch = applyPatchFor(last, modified, current, patchSchemaOf(kind), true);
  if (Object.keys(patch).length === 0) return { ...named, action: 'unchanged' };
  client.patch(resource.resource, namespace, name, 'strategic', patch, write);
  return { ...named, action: 'configured' };
}

function resourceOf(client: ApiClient, apiVersion: string, kind: string): ResourceInfo {
  const found = resourceOfKind(client, apiVersion, kind);
  if (!found) {
    throw plain(
      `resource mapping not found: no matches for kind "${kind}" in version "${apiVersion}"`,
    );
  }
  return found;
}
