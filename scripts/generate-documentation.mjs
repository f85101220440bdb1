// Writes src/kubectl/explain/generated/kubernetes-types.json: what `kubectl explain` says of the kinds that
// Podlab serves, from the same declaration files as the editor's schema. The file is one JSON text in
// a JSON string, so that whoever imports it parses it only when somebody asks.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { definitionName, readAll, readDeclaration } from './generate-schema.mjs';
import { hashOf } from './sources.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const models = path.join(root, 'node_modules/kubernetes-models');
const target = path.join(root, 'src/kubectl/explain/generated/kubernetes-types.json');

const KINDS = {
  v1: 'Pod Service ConfigMap Secret Namespace Node Event Endpoints ServiceAccount PersistentVolumeClaim PersistentVolume ResourceQuota LimitRange PodTemplate ReplicationController',
  'apps/v1': 'Deployment ReplicaSet StatefulSet DaemonSet ControllerRevision',
  'batch/v1': 'Job CronJob',
  'autoscaling/v1': 'HorizontalPodAutoscaler',
  'autoscaling/v2': 'HorizontalPodAutoscaler',
  'networking.k8s.io/v1': 'NetworkPolicy Ingress IngressClass',
  'discovery.k8s.io/v1': 'EndpointSlice',
  'policy/v1': 'PodDisruptionBudget',
  'rbac.authorization.k8s.io/v1': 'Role RoleBinding ClusterRole ClusterRoleBinding',
  'storage.k8s.io/v1': 'StorageClass',
  'scheduling.k8s.io/v1': 'PriorityClass',
  'coordination.k8s.io/v1': 'Lease',
};

/** Where a server's documents list a field's values; the recordings are of documents without these lists. */
const VALUES = /\n\n?Possible enum values:[\s\S]*$/;

const refName = (reference) => reference.replace('#/definitions/', '');

/** The last part of a definition's name, or its basic type where it is nothing but that. */
function typeName(schema, definitions) {
  if (schema.items) return `[]${typeName(schema.items, definitions)}`;
  if (schema.additionalProperties) {
    return `map[string]${typeName(schema.additionalProperties, definitions)}`;
  }
  if (!schema.$ref) return typeof schema.type === 'string' ? schema.type : 'Object';
  const name = refName(schema.$ref);
  const { type } = definitions[name];
  return typeof type === 'string' && type !== 'object' ? type : name.split('.').at(-1);
}

/** The definition that a field's value, or each of its values, is of. */
function reference(schema) {
  if (schema.$ref) return refName(schema.$ref);
  const inner = schema.items ?? schema.additionalProperties;
  return inner ? reference(inner) : undefined;
}

/**
 * What of a field that a manifest must have is marked: lists, as in the recordings. A text, number or struct
 * has its zero value as its default in the server's documents.
 *
 * `{types: {NAME: {d?, f?: {FIELD: {t, r?, n?: 1, d?}}}}, kinds: {"v1/Pod": NAME}}`: d description, t type, r definition, n needed.
 */
export function buildDocumentation() {
  const kinds = Object.entries(KINDS).flatMap(([apiVersion, names]) =>
    names
      .split(' ')
      .map((name) => [`${apiVersion}/${name}`, path.join(models, apiVersion, `${name}.d.ts`)]),
  );
  const definitions = readAll(kinds.map(([, file]) => file));
  // A kind's own two fields have no text there: any other type's that has them says it.
  const meta = path.join(
    root,
    'node_modules/@kubernetes-models/apimachinery/apis/meta/v1/DeleteOptions.d.ts',
  );
  const typeMeta = readDeclaration(meta, readFileSync(meta, 'utf8')).schema.properties;
  const types = {};
  for (const [name, definition] of Object.entries(definitions)) {
    const isKind = kinds.some(([, file]) => definitionName(file) === name);
    const fields = Object.entries(definition.properties ?? {}).map(([field, schema]) => {
      const isMeta = isKind && (field === 'apiVersion' || field === 'kind');
      const text = (isMeta ? typeMeta[field] : schema).description?.replace(VALUES, '');
      const of = reference(schema);
      return [
        field,
        {
          t: typeName(schema, definitions),
          ...(of ? { r: of } : {}),
          ...(definition.required?.includes(field) && schema.items ? { n: 1 } : {}),
          ...(text ? { d: text } : {}),
        },
      ];
    });
    fields.sort(([a], [b]) => (a < b ? -1 : 1));
    types[name] = {
      ...(definition.description ? { d: definition.description } : {}),
      ...(fields.length > 0 ? { f: Object.fromEntries(fields) } : {}),
    };
  }
  return {
    types,
    kinds: Object.fromEntries(kinds.map(([kind, file]) => [kind, definitionName(file)])),
  };
}

/** Writes the file unless it is there and was made by these scripts from this lockfile. */
export function generateDocumentation() {
  const stamp = `${target}.made-from`;
  const sources = ['generate-schema.mjs', 'generate-documentation.mjs'];
  const madeFrom = hashOf(root, [...sources.map((name) => `scripts/${name}`), 'package-lock.json']);
  if (existsSync(target) && existsSync(stamp) && readFileSync(stamp, 'utf8') === madeFrom) return;
  mkdirSync(path.dirname(target), { recursive: true });
  writeFileSync(target, JSON.stringify(JSON.stringify(buildDocumentation())));
  writeFileSync(stamp, madeFrom);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) generateDocumentation();
