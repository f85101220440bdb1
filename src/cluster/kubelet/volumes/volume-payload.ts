import type {
  ConfigMapProjection,
  DownwardAPIItem,
  KeyToPath,
  Pod,
  ProjectedSource,
  Volume,
} from '../../../api/stored-objects';
import { toBytes } from '../../../runtime/bytes';
import { type ApiLookup, decodeBase64, MissingObjectError } from '../api-lookup';
import { fieldValue, type NodeFacts, resourceValue } from '../field-ref';
import { serviceAccountToken, type TokenRequest } from './service-account-token';

/** A file of a volume that the kubelet fills; contents are bytes. */
export interface PayloadFile {
  readonly content: string;
  readonly mode: number;
}

/** By path within the volume. */
export type Payload = ReadonlyMap<string, PayloadFile>;

export interface PayloadContext {
  readonly pod: Pod;
  readonly lookup: ApiLookup;
  readonly node: NodeFacts;
  /** Unix ms at which a token counts as issued. */
  readonly nowMs: number;
}

/** The file of a service account's token, which is made when somebody reads it. */
class TokenFile implements PayloadFile {
  readonly mode: number;
  readonly #pod: Pod;
  readonly #request: TokenRequest;
  readonly #nowMs: number;

  constructor({ pod, nowMs }: PayloadContext, request: TokenRequest, mode: number) {
    this.mode = mode;
    this.#pod = pod;
    this.#request = request;
    this.#nowMs = nowMs;
  }

  get content(): string {
    return toBytes(serviceAccountToken(this.#pod, this.#request, this.#nowMs));
  }
}

const DEFAULT_MODE = 0o644;

/**
 * A text that changes whenever the volume's files may have changed; undefined for volumes that the kubelet
 * does not fill. Cheap enough for every sync of every pod.
 */
export function payloadVersion(volume: Volume, context: PayloadContext): string | undefined {
  const { configMap, secret, downwardAPI, projected } = volume;
  const parts: string[] = [];
  if (configMap) parts.push(objectVersion('configMap', configMap.name, context));
  else if (secret) parts.push(objectVersion('secret', secret.secretName, context));
  else if (downwardAPI) parts.push(downwardVersion(downwardAPI.items, context));
  else if (projected) {
    for (const source of projected.sources ?? []) {
      if (source.configMap) parts.push(objectVersion('configMap', source.configMap.name, context));
      else if (source.secret) parts.push(objectVersion('secret', source.secret.name, context));
      else if (source.downwardAPI) {
        parts.push(downwardVersion(source.downwardAPI.items, context));
      } else if (source.serviceAccountToken) parts.push(String(context.nowMs));
    }
  } else {
    return undefined;
  }
  return parts.join(' ');
}

function objectVersion(
  kind: 'configMap' | 'secret',
  name: string | undefined,
  { pod, lookup }: PayloadContext,
): string {
  try {
    return lookup[kind](pod.metadata.namespace, name ?? '').metadata.resourceVersion ?? '';
  } catch (error) {
    if (error instanceof MissingObjectError) return 'missing';
    throw error;
  }
}

const FIXED_FIELDS = new Set(['metadata.name', 'metadata.namespace', 'metadata.uid']);

function downwardVersion(
  items: readonly DownwardAPIItem[] | undefined,
  { pod, node }: PayloadContext,
): string {
  const fixed = (items ?? []).every(
    ({ fieldRef }) => fieldRef && FIXED_FIELDS.has(fieldRef.fieldPath),
  );
  if (fixed) return '';
  const { labels, annotations, generation } = pod.metadata;
  return JSON.stringify([labels, annotations, generation, node.podIPs]);
}

type Draft = Map<string, PayloadFile>;

/**
 * The files of a configMap, secret, downwardAPI or projected volume; undefined for other kinds. Throws an
 * Error with the text that follows `MountVolume.SetUp failed for volume "x" : `.
 */
export function volumePayload(volume: Volume, context: PayloadContext): Payload | undefined {
  const files: Draft = new Map();
  const { configMap, secret, downwardAPI, projected } = volume;
  if (configMap) {
    addConfigMap(files, configMap, configMap.defaultMode ?? DEFAULT_MODE, context);
  } else if (secret) {
    const { secretName, ...rest } = secret;
    const source = { ...rest, name: secretName };
    addSecret(files, source, secret.defaultMode ?? DEFAULT_MODE, context);
  } else if (downwardAPI) {
    const mode = downwardAPI.defaultMode ?? DEFAULT_MODE;
    addDownwardAPI(files, downwardAPI.items, mode, context);
  } else if (projected) {
    addProjected(files, projected.sources ?? [], projected.defaultMode ?? DEFAULT_MODE, context);
  } else {
    return undefined;
  }
  return files;
}

/** Models pkg/volume/projected collectData: every source is tried, errors are listed together. */
function addProjected(
  files: Draft,
  sources: readonly ProjectedSource[],
  mode: number,
  context: PayloadContext,
): void {
  const errors: string[] = [];
  for (const source of sources) {
    try {
      if (source.configMap) addConfigMap(files, source.configMap, mode, context);
      else if (source.secret) addSecret(files, source.secret, mode, context);
      else if (source.downwardAPI) {
        addDownwardAPI(files, source.downwardAPI.items, mode, context);
      } else if (source.serviceAccountToken) {
        const { path, ...request } = source.serviceAccountToken;
        files.set(path, new TokenFile(context, request, mode));
      }
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      errors.push(error.message);
    }
  }
  if (errors.length === 1) throw new MissingObjectError(errors[0]);
  if (errors.length > 1) throw new MissingObjectError(`[${errors.join(', ')}]`);
}

function addConfigMap(
  files: Draft,
  source: ConfigMapProjection,
  mode: number,
  { pod, lookup }: PayloadContext,
): void {
  const data = new Map<string, string>();
  if (
    !readOptionally(source.optional, () => {
      const found = lookup.configMap(pod.metadata.namespace, source.name ?? '');
      for (const [key, text] of Object.entries(found.data ?? {})) data.set(key, toBytes(text));
      for (const [key, text] of Object.entries(found.binaryData ?? {})) {
        data.set(key, decodeBase64(text));
      }
    })
  ) {
    return;
  }
  const missing = (key: string) => `configmap references non-existent config key: ${key}`;
  addKeys(files, data, source, mode, missing);
}

function addSecret(
  files: Draft,
  source: ConfigMapProjection,
  mode: number,
  { pod, lookup }: PayloadContext,
): void {
  const data = new Map<string, string>();
  if (
    !readOptionally(source.optional, () => {
      const found = lookup.secret(pod.metadata.namespace, source.name ?? '');
      for (const [key, text] of Object.entries(found.data ?? {})) data.set(key, decodeBase64(text));
    })
  ) {
    return;
  }
  addKeys(files, data, source, mode, (key) => `references non-existent secret key: ${key}`);
}

/** Returns false when the object is missing and may be. */
function readOptionally(optional: boolean | undefined, read: () => void): boolean {
  try {
    read();
    return true;
  } catch (error) {
    if (optional && error instanceof MissingObjectError) return false;
    throw error;
  }
}

function addKeys(
  files: Draft,
  data: ReadonlyMap<string, string>,
  source: { readonly items?: readonly KeyToPath[]; readonly optional?: boolean },
  mode: number,
  missing: (key: string) => string,
): void {
  if (!source.items) {
    for (const [key, content] of data) files.set(key, { content, mode });
    return;
  }
  for (const item of source.items) {
    const content = data.get(item.key);
    if (content !== undefined) files.set(item.path, { content, mode: item.mode ?? mode });
    else if (!source.optional) throw new MissingObjectError(missing(item.key));
  }
}

function addDownwardAPI(
  files: Draft,
  items: readonly DownwardAPIItem[] | undefined,
  mode: number,
  { pod, node }: PayloadContext,
): void {
  for (const item of items ?? []) {
    let text = '';
    if (item.fieldRef) text = fieldValue(item.fieldRef, pod, node);
    else if (item.resourceFieldRef) {
      const { containerName } = item.resourceFieldRef;
      const container = [...pod.spec.containers, ...(pod.spec.initContainers ?? [])].find(
        ({ name }) => name === containerName,
      );
      if (container) text = resourceValue(item.resourceFieldRef, container, node.allocatable);
    }
    files.set(item.path, { content: toBytes(text), mode: item.mode ?? mode });
  }
}
