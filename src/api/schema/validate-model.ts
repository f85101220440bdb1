import type { Json } from '../yaml/read-manifests';
import { kindStruct, type SchemaType, type StructRef, structSchema } from './schema';

/** Groups as the API's OpenAPI document names their models. */
const MODEL_GROUPS: Readonly<Record<string, string>> = {
  autoscaling: 'io.k8s.api.autoscaling.v2',
  meta: 'io.k8s.apimachinery.pkg.apis.meta.v1',
};

/** Fields that are always written and need not be given all the same. */
const OPTIONAL: ReadonlySet<string> = new Set([
  'core.AzureFilePersistentVolumeSource.secretNamespace',
  'core.GRPCAction.service',
  'core.TypedLocalObjectReference.apiGroup',
  'core.TypedObjectReference.apiGroup',
  'discovery.EndpointSlice.ports',
  'rbac.ClusterRole.rules',
  'rbac.Role.rules',
]);

function modelName({ name, group }: StructRef): string {
  return `${MODEL_GROUPS[group] ?? `io.k8s.api.${group}.v1`}.${name}`;
}

type JsonMap = { [key: string]: Json };

function isMap(value: Json): value is JsonMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * What an object has that its kind does not allow, as kubectl itself finds it: it looks only at the items of
 * a `List`, servers check the rest. Objects of unknown kinds are not checked. Models
 * k8s.io/kube-openapi/pkg/util/proto/validation.
 */
export function validateModel(object: JsonMap): string[] {
  const { apiVersion, kind } = object;
  const ref = kindStruct(String(apiVersion), String(kind));
  if (!ref) return [];
  const errors: string[] = [];
  const { apiVersion: _a, kind: _k, ...fields } = object;
  validateStruct(fields, ref, String(kind), errors);
  return errors;
}

function validateStruct(value: JsonMap, ref: StructRef, path: string, errors: string[]): void {
  const { byName, fields, qualifiedName } = structSchema(ref);
  for (const key of Object.keys(value).sort()) {
    const member = value[key];
    if (member === undefined || member === null) continue;
    const field = byName.get(key);
    if (field) validate(member, field.type, `${path}.${key}`, `${modelName(ref)}.${key}`, errors);
    else errors.push(`ValidationError(${path}): unknown field "${key}" in ${modelName(ref)}`);
  }
  for (const { name, whenEmpty } of fields) {
    if (whenEmpty !== 'write' || OPTIONAL.has(`${qualifiedName}.${name}`)) continue;
    if (value[name] !== undefined && value[name] !== null) continue;
    errors.push(`ValidationError(${path}): missing required field "${name}" in ${modelName(ref)}`);
  }
}

function validate(
  value: Json,
  type: SchemaType,
  path: string,
  model: string,
  errors: string[],
): void {
  const refuse = (expected: string, of = model) => {
    const text = `invalid type for ${of}: got "${typeName(value)}", expected "${expected}"`;
    errors.push(`ValidationError(${path}): ${text}`);
  };
  switch (type.kind) {
    case 'pointer':
      validate(value, type.of, path, model, errors);
      break;
    case 'struct':
      if (isMap(value)) validateStruct(value, type.struct, path, errors);
      else refuse('map', modelName(type.struct));
      break;
    case 'list':
      if (!Array.isArray(value)) refuse('array');
      else {
        value.forEach((item, index) => {
          if (item !== null) validate(item, type.of, `${path}[${index}]`, model, errors);
        });
      }
      break;
    case 'map':
      if (!isMap(value)) refuse('map');
      else {
        for (const key of Object.keys(value).sort()) {
          const member = value[key];
          if (member === undefined || member === null) continue;
          validate(member, type.of, `${path}.${key}`, model, errors);
        }
      }
      break;
    case 'raw':
      break;
    default:
      validateScalar(value, type.kind, refuse);
  }
}

/** Any scalar can stand for a text. */
function validateScalar(value: Json, kind: string, refuse: (expected: string) => void): void {
  const expected = kind === 'int' ? 'integer' : kind === 'bool' ? 'boolean' : 'string';
  const found = typeof value;
  if (found === 'object') refuse(expected);
  else if (expected === 'integer' && found !== 'number') refuse(expected);
  else if (expected === 'boolean' && found !== 'boolean') refuse(expected);
}

function typeName(value: Json): string {
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'object') return 'map';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
}
