import { isKnownKind, metadataError } from './decode';
import { goQuote } from './golang/quote';
import { validateModel } from './schema/validate-model';
import { aggregateText } from './validation/field-error';
import { compactJson } from './yaml/json-scanner';
import { type Json, type ManifestsRead, readManifests } from './yaml/read-manifests';

/**
 * What kubectl does with a file before it sends anything. Models cli-runtime's resource builder: a
 * file's documents, lists taken apart, each with a kind that the server serves.
 */

type JsonMap = { [key: string]: Json };

/** An object to send; `kind` is the server's spelling of the document's kind. */
export interface ManifestObject {
  readonly document: JsonMap;
  readonly apiVersion: string;
  readonly kind: string;
  /** Index of the document it comes from, among those of the file. */
  readonly index: number;
}

/** An object, or an error as kubectl prints it after `error: `. Both happen in the file's order. */
export type ManifestStep =
  | { readonly object: ManifestObject }
  | { readonly error: string; readonly index?: number };

/** The server's spelling of a kind, or undefined if it has none such. */
export type KindLookup = (apiVersion: string, kind: string) => string | undefined;

/**
 * Kinds whose fields this API knows, also written in lower case, as kubectl's mapper finds them. The
 * mapper takes an empty apiVersion for any version of the core group; the server then has no such path.
 */
export const knownKinds: KindLookup = (apiVersion, kind) => {
  const version = apiVersion === '' ? 'v1' : apiVersion;
  if (isKnownKind(version, kind)) return kind;
  return LOWER_CASE.get(kind)?.find((known) => isKnownKind(version, known));
};

const CAMEL_KINDS =
  'ConfigMap ServiceAccount PersistentVolumeClaim PersistentVolume LimitRange ResourceQuota ReplicationController ReplicaSet StatefulSet DaemonSet CronJob IngressClass NetworkPolicy PodDisruptionBudget RoleBinding ClusterRole ClusterRoleBinding HorizontalPodAutoscaler StorageClass EndpointSlice PriorityClass';
const PLAIN_KINDS =
  'Pod Node Namespace Event Secret Service Endpoints Deployment Job Ingress Role Lease';
const LOWER_CASE = new Map(
  `${CAMEL_KINDS} ${PLAIN_KINDS}`.split(' ').map((kind) => [kind.toLowerCase(), [kind]]),
);

/** `file` is the name that messages give the text. */
export function readManifestObjects(
  text: string,
  file: string,
  kinds: KindLookup = knownKinds,
): ManifestStep[] {
  return manifestObjects(readManifests(text), file, kinds);
}

/**
 * As `readManifestObjects`, for documents that have been read already. `validating` is off for commands
 * that do not look at the schema (`delete`, `--validate=false`).
 */
export function manifestObjects(
  read: ManifestsRead,
  file: string,
  kinds: KindLookup = knownKinds,
  validating = true,
): ManifestStep[] {
  const steps: ManifestStep[] = [];
  for (const [index, document] of read.documents.entries()) {
    const invalid = validating ? validationError(document, file) : undefined;
    if (invalid !== undefined) return [...steps, { error: invalid, index }];
    const text = read.texts[index] ?? '';
    const undecoded = validating ? undefined : undecodableError(document, text, file);
    if (undecoded !== undefined) steps.push({ error: undecoded, index });
    else steps.push(...documentSteps(document, text, file, kinds, index));
  }
  if (read.error !== undefined) steps.push({ error: `error parsing ${file}: ${read.error}` });
  return steps;
}

/** A document that fails validation ends the reading: nothing behind it is looked at. */
function validationError(document: Json, file: string): string | undefined {
  const invalid = identityError(document);
  if (invalid === undefined) return undefined;
  const why = `error validating data: ${invalid}; if you choose to ignore these errors, turn validation off with --validate=false`;
  return `error validating ${goQuote(file)}: ${why}`;
}

function documentSteps(
  document: Json,
  text: string,
  file: string,
  kinds: KindLookup,
  index: number,
): ManifestStep[] {
  const map = document as JsonMap;
  if (map.kind === '') {
    const why = `Object 'Kind' is missing in '${compactJson(text)}'`;
    return [{ error: `unable to decode ${goQuote(file)}: ${why}`, index }];
  }
  const unreadable = metadataError(map);
  if (unreadable !== undefined) {
    return [{ error: `unable to decode ${goQuote(file)}: ${unreadable}`, index }];
  }
  if (Array.isArray(map.items)) {
    return map.items.flatMap((item) => itemSteps(item, map, file, kinds, index));
  }
  return [objectStep(map, file, kinds, index)];
}

/** Why a document that nobody validates cannot be taken for an object. */
function undecodableError(document: Json, text: string, file: string): string | undefined {
  const prefix = `unable to decode ${goQuote(file)}: `;
  if (typeof document !== 'object' || document === null || Array.isArray(document)) {
    const found = Array.isArray(document) ? 'array' : document === null ? 'null' : typeof document;
    const kind = found === 'boolean' ? 'bool' : found;
    return `${prefix}json: cannot unmarshal ${kind} into Go value of type unstructured.detector`;
  }
  for (const [field, shown] of [
    ['kind', 'Kind'],
    ['apiVersion', 'apiVersion'],
  ] as const) {
    if (!document[field]) return `${prefix}Object '${shown}' is missing in '${compactJson(text)}'`;
  }
  return undefined;
}

/** What makes a document no object at all; kubectl refuses it before any decoding. */
function identityError(document: Json): string | undefined {
  const none = 'invalid object to validate';
  if (typeof document !== 'object' || document === null || Array.isArray(document)) return none;
  const { kind, items } = document;
  const problems = kindErrors(document);
  if (problems.length > 0) return aggregateText(problems);
  if (kind !== 'List') return undefined;
  if (!Array.isArray(items)) return none;
  const invalid = items.flatMap((item) => {
    if (typeof item !== 'object' || item === null || Array.isArray(item)) return [none];
    const errors = kindErrors(item);
    return errors.length > 0 ? errors : validateModel(item);
  });
  return invalid.length > 0 ? aggregateText(invalid) : undefined;
}

/** Models getObjectKind of kubectl's openapi validation. */
function kindErrors({ apiVersion, kind }: JsonMap): string[] {
  return Object.entries({ apiVersion, kind }).flatMap(([field, value]) => {
    if (value === undefined || value === null) return [`${field} not set`];
    if (typeof value !== 'string') return [`${field} isn't string type`];
    const crooked = field === 'apiVersion' && value.split('/').length > 2;
    return crooked ? [`unexpected GroupVersion string: ${value}`] : [];
  });
}

/** Items of a typed list, such as PodList, may leave their kind to it. */
function itemSteps(
  item: Json,
  list: JsonMap,
  file: string,
  kinds: KindLookup,
  index: number,
): ManifestStep[] {
  if (typeof item !== 'object' || item === null || Array.isArray(item)) return [];
  const kind = String(list.kind);
  const typed = kind.endsWith('List') && kind !== 'List';
  const of: JsonMap = typed ? { apiVersion: list.apiVersion ?? '', kind: kind.slice(0, -4) } : {};
  return [objectStep({ ...of, ...item }, file, kinds, index)];
}

function objectStep(
  document: JsonMap,
  file: string,
  kinds: KindLookup,
  index: number,
): ManifestStep {
  const apiVersion = String(document.apiVersion ?? '');
  const written = String(document.kind ?? '');
  const kind = kinds(apiVersion, written);
  if (kind !== undefined) return { object: { document, apiVersion, kind, index } };
  const { name = '', namespace = '' } = (document.metadata ?? {}) as JsonMap;
  const place = `name: ${goQuote(String(name))} namespace: ${goQuote(String(namespace))} from ${goQuote(file)}`;
  const why = `no matches for kind ${goQuote(written)} in version ${goQuote(apiVersion)}`;
  return {
    error: `resource mapping not found for ${place}: ${why}\nensure CRDs are installed first`,
    index,
  };
}
