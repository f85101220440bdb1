import { goJson } from '../../api/golang/json';
import { isObject, type JsonObject } from '../../api/patch/json-value';

/** Where `kubectl apply` keeps the manifest that it applied last. */
export const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** The manifest kept in an object's annotation, if there is one. */
export function lastApplied(object: JsonObject): string | undefined {
  const metadata = isObject(object.metadata) ? object.metadata : {};
  const annotations = isObject(metadata.annotations) ? metadata.annotations : {};
  const text = annotations[LAST_APPLIED];
  return typeof text === 'string' ? text : undefined;
}

/** The manifest with itself in the annotation. Models util.GetModifiedConfiguration. */
export function withLastApplied(manifest: JsonObject): JsonObject {
  const kept = withoutLastApplied(manifest);
  const metadata = kept.metadata as JsonObject;
  const annotations = metadata.annotations as JsonObject;
  const text = `${goJson(kept as never)}\n`;
  return {
    ...manifest,
    metadata: { ...metadata, annotations: { ...annotations, [LAST_APPLIED]: text } },
  };
}

/** The manifest without the annotation, but with a place for annotations. */
export function withoutLastApplied(manifest: JsonObject): JsonObject {
  const metadata = isObject(manifest.metadata) ? manifest.metadata : {};
  const own = isObject(metadata.annotations) ? metadata.annotations : {};
  const { [LAST_APPLIED]: _before, ...annotations } = own;
  return { ...manifest, metadata: { ...metadata, annotations } };
}
