import type { ApiClient, ResourceInfo, WriteOptions } from '../api/client';
import { findObject } from '../api/find-object';
import { type ManifestObject, readManifestObjects } from '../api/manifest-objects';
import { isObject, type JsonObject } from '../api/patch/json-value';
import { patchSchemaOf } from '../api/patch/patch-schema';
import { threeWayPatch } from '../api/patch/strategic-diff';
import { ApiError } from '../api/status';
import type { KubeObject } from '../api/types';
import type { ApplyResult } from './run';

/** How messages name the text. */
export const MANIFEST_FILE = 'pod.yaml';

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

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
      if (error instanceof ApiError) return { error, index };
      throw error;
    }
  });
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
  const annotated = annotate(manifest);
  const named = { kind, name, ...(namespace === undefined ? {} : { namespace }) };
  const live = name === '' ? undefined : findObject(client, resource.resource, namespace, name);
  const write: WriteOptions = {
    fieldValidation: 'Strict',
    fieldManager: 'kubectl-client-side-apply',
    ...options,
  };
  if (!live) {
    client.create(resource.resource, namespace, annotated, write);
    return { ...named, action: 'created' };
  }
  const before = live as unknown as JsonObject;
  const patch = threeWayPatch(lastApplied(live), annotated, before, patchSchemaOf(kind));
  if (Object.keys(patch).length === 0) return { ...named, action: 'unchanged' };
  client.patch(resource.resource, namespace, name, 'strategic', patch, write);
  return { ...named, action: 'configured' };
}

function resourceOf(client: ApiClient, apiVersion: string, kind: string): ResourceInfo {
  const found = client
    .resources()
    .find((one) => one.kind === kind && groupVersion(one) === apiVersion);
  if (!found) {
    throw new ManifestError(
      `resource mapping not found: no matches for kind "${kind}" in version "${apiVersion}"`,
    );
  }
  return found;
}

function groupVersion({ group, version }: ResourceInfo): string {
  return group === '' ? version : `${group}/${version}`;
}

/** Keeps the manifest itself in an annotation, so that the next apply knows what was removed since. */
function annotate(manifest: JsonObject): JsonObject {
  const metadata = isObject(manifest.metadata) ? manifest.metadata : {};
  const annotations = isObject(metadata.annotations) ? metadata.annotations : {};
  const { [LAST_APPLIED]: _, ...others } = annotations;
  const applied = { ...manifest, metadata: { ...metadata, annotations: others } };
  const text = `${JSON.stringify(sorted(applied))}\n`;
  return {
    ...manifest,
    metadata: { ...metadata, annotations: { ...others, [LAST_APPLIED]: text } },
  };
}

function lastApplied(live: KubeObject): JsonObject {
  const text = live.metadata?.annotations?.[LAST_APPLIED];
  if (text === undefined) return {};
  const value: unknown = JSON.parse(text);
  return typeof value === 'object' && value !== null ? (value as JsonObject) : {};
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]));
}
