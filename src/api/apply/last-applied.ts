import { goJson } from '../golang/json';
import { isObject, type JsonObject } from '../patch/json-value';
import { withFields } from '../with-fields';

/**
 * Client-side apply: the manifest that was applied last is kept in the object itself, so that the next one
 * shows what has been taken out since. Models k8s.io/kubectl pkg/util/apply.go.
 */

/** Where `kubectl apply` keeps the manifest that it applied last. */
export const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** The manifest kept in an object's annotation, as text; undefined where there is none. */
export function lastApplied(object: JsonObject): string | undefined {
  const text = annotationsOf(object)[LAST_APPLIED];
  return typeof text === 'string' ? text : undefined;
}

/** As `lastApplied`, read; what was never applied has nothing that could be taken out. */
export function lastAppliedManifest(object: JsonObject): JsonObject {
  const text = lastApplied(object);
  return text === undefined ? {} : (JSON.parse(text) as JsonObject);
}

/** The manifest with itself in the annotation. Models util.GetModifiedConfiguration. */
export function withLastApplied(manifest: JsonObject): JsonObject {
  const kept = withoutLastApplied(manifest);
  const text = `${goJson(kept as never)}\n`;
  const annotations = withFields(annotationsOf(kept), { [LAST_APPLIED]: text });
  return withAnnotations(kept, annotations);
}

/** The manifest without the annotation, but with a place for annotations. */
export function withoutLastApplied(manifest: JsonObject): JsonObject {
  const { [LAST_APPLIED]: _before, ...annotations } = annotationsOf(manifest);
  return withAnnotations(manifest, annotations);
}

function withAnnotations(manifest: JsonObject, annotations: JsonObject): JsonObject {
  return withFields(manifest, { metadata: withFields(metadataOf(manifest), { annotations }) });
}

function metadataOf({ metadata }: JsonObject): JsonObject {
  return isObject(metadata) ? metadata : {};
}

function annotationsOf(object: JsonObject): JsonObject {
  const { annotations } = metadataOf(object);
  return isObject(annotations) ? annotations : {};
}
