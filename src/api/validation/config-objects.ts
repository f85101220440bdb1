import {
  byteLength,
  configMapKeyProblems,
  nameIsDnsLabel,
  nameIsDnsSubdomain,
  qualifiedNameProblems,
} from '../names';
import { decodeBase64 } from '../schema/base64';
import type { ConfigMap, Namespace, Secret } from '../types';
import { scanJsonValue } from '../yaml/json-scanner';
import { type FieldError, forbidden, invalid, invalidFor, required, tooLong } from './field-error';
import { validateImmutable, validateObjectMeta, validateObjectMetaUpdate } from './object-meta';

/** ConfigMaps, Secrets and Namespaces. Models pkg/apis/core/validation. */

const MOST_BYTES = 1024 * 1024;
const IMMUTABLE = 'field is immutable when `immutable` is set';

/** Length of what base64 stands for. */
function decodedLength(base64: string): number {
  return (base64.length / 4) * 3 - (base64.match(/=+$/)?.[0].length ?? 0);
}

export function validateConfigMap(map: ConfigMap): FieldError[] {
  const errors = validateObjectMeta(map.metadata, true, nameIsDnsSubdomain);
  let size = 0;
  const binary = map.binaryData ?? {};
  for (const [key, value] of Object.entries(map.data ?? {})) {
    errors.push(...invalidFor(`data[${key}]`, key, configMapKeyProblems(key)));
    if (Object.hasOwn(binary, key)) {
      errors.push(invalid(`data[${key}]`, key, 'duplicate of key present in binaryData'));
    }
    size += byteLength(value);
  }
  for (const [key, value] of Object.entries(binary)) {
    errors.push(...invalidFor(`binaryData[${key}]`, key, configMapKeyProblems(key)));
    size += decodedLength(String(value));
  }
  if (size > MOST_BYTES) errors.push(tooLong('', MOST_BYTES));
  return errors;
}

export function validateConfigMapUpdate(map: ConfigMap, old: ConfigMap): FieldError[] {
  return [
    ...validateObjectMetaUpdate(map.metadata, old.metadata),
    ...frozenErrors(map, old, ['data', 'binaryData']),
    ...validateConfigMap(map),
  ];
}

function frozenErrors<T extends ConfigMap | Secret>(
  object: T,
  old: T,
  fields: readonly (keyof T & string)[],
): FieldError[] {
  if (!old.immutable) return [];
  const errors = object.immutable ? [] : [forbidden('immutable', IMMUTABLE)];
  for (const field of fields) {
    const changed = validateImmutable(field, object[field], old[field]).length > 0;
    if (changed) errors.push(forbidden(field, IMMUTABLE));
  }
  return errors;
}

export function validateSecret(secret: Secret): FieldError[] {
  const errors = validateObjectMeta(secret.metadata, true, nameIsDnsSubdomain);
  const data = secretKeys(secret);
  let size = 0;
  for (const [key, length] of data) {
    errors.push(...invalidFor(`data[${key}]`, key, configMapKeyProblems(key)));
    size += length;
  }
  if (size > MOST_BYTES) errors.push(tooLong('data', MOST_BYTES));
  return [...errors, ...typeErrors(secret, data)];
}

/** Keys and the lengths of their values; plain text joins the rest when it is stored. */
function secretKeys(secret: Secret): Map<string, number> {
  const keys = new Map<string, number>();
  for (const [key, value] of Object.entries(secret.data ?? {})) {
    keys.set(key, decodedLength(String(value)));
  }
  for (const [key, value] of Object.entries(secret.stringData ?? {})) {
    keys.set(key, byteLength(value));
  }
  return keys;
}

/** Keys that a type of secret needs. */
const NEEDED: Readonly<Record<string, readonly string[]>> = {
  'kubernetes.io/dockercfg': ['.dockercfg'],
  'kubernetes.io/dockerconfigjson': ['.dockerconfigjson'],
  'kubernetes.io/tls': ['tls.crt', 'tls.key'],
};

function typeErrors(secret: Secret, data: ReadonlyMap<string, number>): FieldError[] {
  const { type = '', metadata } = secret;
  const account = 'kubernetes.io/service-account.name';
  switch (type) {
    case 'kubernetes.io/service-account-token':
      return metadata.annotations?.[account] ? [] : [required(`metadata.annotations[${account}]`)];
    case 'kubernetes.io/basic-auth':
      if (data.has('username') || data.has('password')) return [];
      return [required('data[username]'), required('data[password]')];
    case 'kubernetes.io/ssh-auth':
      return data.get('ssh-privatekey') ? [] : [required('data[ssh-privatekey]')];
    default:
      return (NEEDED[type] ?? []).flatMap((key) => {
        if (!data.has(key)) return [required(`data[${key}]`)];
        return key.startsWith('.') ? jsonErrors(secret, key) : [];
      });
  }
}

/** What registries are logged in to with is JSON; the server does not show it. */
function jsonErrors({ data }: Secret, key: string): FieldError[] {
  const why = jsonMapProblem(decodeBase64(String(data?.[key] ?? '')));
  if (why === undefined) return [];
  return [invalid(`data[${key}]`, '<secret contents redacted>', why)];
}

/** Models the errors of Go's json.Unmarshal into a map. */
function jsonMapProblem(bytes: string): string | undefined {
  const scan = scanJsonValue(bytes, 0);
  if (scan.kind === 'error') return scan.message;
  if (scan.kind !== 'value') return 'unexpected end of JSON input';
  const rest = /\S/.exec(bytes.slice(scan.end))?.[0];
  if (rest !== undefined) return `invalid character '${rest}' after top-level value`;
  const first = bytes.charAt(scan.start);
  if (first === '{' || first === 'n') return undefined;
  const found = { '[': 'array', '"': 'string', t: 'bool', f: 'bool' }[first] ?? 'number';
  return `json: cannot unmarshal ${found} into Go value of type map[string]interface {}`;
}

export function validateSecretUpdate(secret: Secret, old: Secret): FieldError[] {
  return [
    ...validateObjectMetaUpdate(secret.metadata, old.metadata),
    ...validateImmutable('type', secret.type ?? '', old.type ?? ''),
    ...frozenErrors(secret, old, ['data']),
    ...validateSecret(secret),
  ];
}

const OWN_FINALIZERS = ['kubernetes', 'orphan', 'foregroundDeletion'];

export function validateNamespace(namespace: Namespace): FieldError[] {
  const { finalizers = [] } = namespace.spec ?? {};
  return [
    ...validateObjectMeta(namespace.metadata, false, nameIsDnsLabel),
    ...finalizers.flatMap((name) => {
      const errors = invalidFor('spec.finalizers', name, qualifiedNameProblems(name));
      if (name.includes('/') || OWN_FINALIZERS.includes(name)) return errors;
      const why = 'name is neither a standard finalizer name nor is it fully qualified';
      return [...errors, invalid('spec.finalizers', name, why)];
    }),
  ];
}

export function validateNamespaceUpdate(namespace: Namespace, old: Namespace): FieldError[] {
  return validateObjectMetaUpdate(namespace.metadata, old.metadata);
}
