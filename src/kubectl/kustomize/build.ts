import { goQuote } from '../../api/golang/quote';
import { applyJsonPatch } from '../../api/patch/json-patch';
import { isList, isObject, type Json, type JsonObject } from '../../api/patch/json-value';
import { patchSchemaOf } from '../../api/patch/patch-schema';
import { strategicMerge } from '../../api/patch/strategic-merge';
import { readManifestBytes } from '../../api/yaml/read-manifests';
import { fromBytes, toBytes } from '../../runtime/bytes';
import type { Call, Sys } from '../../runtime/syscalls';
import { plain } from '../errors';
import { fileType, readTextIfAny } from '../files';
import { contentHash } from '../generate/config-data';
import { toYaml } from '../print/yaml';
import {
  at,
  type GeneratorArguments,
  type GeneratorOptions,
  type Kustomization,
  type Mutable,
  type PatchEntry,
  unknownField,
} from './kustomization';
import { nameOf, rename, transform } from './transform';

const FILES = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];
const MOST_LEVELS = 20;
/** kustomize's own mark of what its generators made; it is gone in the end. */
const NEEDS_HASH = 'internal.config.kubernetes.io/needsHashSuffix';
/** Kinds that come first, in this order: what others need. */
const FIRST =
  `Namespace ResourceQuota StorageClass CustomResourceDefinition ServiceAccount PodSecurityPolicy Role
  ClusterRole RoleBinding ClusterRoleBinding ConfigMap Secret Endpoints Service LimitRange PriorityClass
  PersistentVolume PersistentVolumeClaim Deployment StatefulSet CronJob PodDisruptionBudget`.split(
    /\s+/,
  );

/** The objects of a folder with a kustomization, as the YAML that `kubectl kustomize` prints. */
export function* buildKustomization(sys: Sys, folder: string): Call<string> {
  const type = fileType(sys, folder);
  if (type === undefined) {
    throw plain(
      `must build at directory: not a valid directory: evalsymlink failure on '${folder}' : lstat ${fromBytes(sys.cwd)}/${folder}: no such file or directory`,
    );
  }
  const objects = yield* objectsOf(sys, folder, 0);
  addHashes(objects);
  const order = (object: Mutable): number => {
    const found = FIRST.indexOf(String(object.kind));
    return found < 0 ? FIRST.length : found;
  };
  const sorted = objects
    .map((object, index) => ({ object, index }))
    .sort((a, b) => order(a.object) - order(b.object) || a.index - b.index);
  return sorted.map(({ object }) => toYaml(object as Json)).join('---\n');
}

function* objectsOf(sys: Sys, folder: string, level: number): Call<Mutable[]> {
  if (level > MOST_LEVELS) throw plain('cycle not allowed');
  const given = yield* kustomizationIn(sys, folder);
  let objects: Mutable[] = [];
  for (const resource of [...(given.resources ?? []), ...(given.bases ?? [])]) {
    const path = `${folder}/${resource}`;
    if (fileType(sys, path) === 'directory') {
      objects.push(...(yield* objectsOf(sys, path, level + 1)));
    } else objects.push(...documentsOf(yield* textOf(sys, path, resource)));
  }
  for (const [kind, list] of [
    ['ConfigMap', given.configMapGenerator],
    ['Secret', given.secretGenerator],
  ] as const) {
    for (const one of list ?? []) {
      const options = { ...given.generatorOptions, ...one.options };
      const object = yield* generate(sys, folder, kind, one, options);
      if (options.disableNameSuffixHash !== true) {
        at(object, ['metadata', 'annotations'])[NEEDS_HASH] = 'enabled';
      }
      objects.push(object);
    }
  }
  const patches: PatchEntry[] = [...(given.patches ?? [])];
  for (const entry of given.patchesStrategicMerge ?? []) {
    patches.push(entry.includes('\n') ? { patch: entry } : { path: entry });
  }
  for (const entry of patches) {
    const text = entry.patch ?? (yield* textOf(sys, `${folder}/${entry.path}`, entry.path ?? ''));
    objects = patched(objects, entry, text);
  }
  transform(objects, given);
  return objects;
}

/** Names end in the hash of the content that the object has in the end, its name included. */
function addHashes(objects: readonly Mutable[]): void {
  for (const object of objects) {
    const metadata = at(object, ['metadata']);
    const annotations = metadata.annotations as Mutable | undefined;
    if (annotations?.[NEEDS_HASH] === undefined) continue;
    delete annotations[NEEDS_HASH];
    if (Object.keys(annotations).length === 0) delete metadata.annotations;
    const name = nameOf(object);
    const { data = {}, kind, type = '' } = object as { data?: Json; kind: string; type?: string };
    const content = { data, kind, name, ...(kind === 'Secret' ? { type } : {}) };
    rename(objects, object, `${name}-${contentHash(content)}`);
  }
}

function* kustomizationIn(sys: Sys, folder: string): Call<Kustomization> {
  for (const name of FILES) {
    const text = yield* readTextIfAny(sys, `${folder}/${name}`);
    if (text === undefined) continue;
    const [document] = documentsOf(text);
    if (!document) throw plain('kustomization.yaml is empty');
    const unknown = unknownField(document as JsonObject);
    if (unknown !== undefined) {
      throw plain(
        `invalid Kustomization: json: unknown field ${goQuote(unknown)} (or one that Podlab does not simulate)`,
      );
    }
    return document as Kustomization;
  }
  throw plain(
    `unable to find one of 'kustomization.yaml', 'kustomization.yml' or 'Kustomization' in directory '${folder}'`,
  );
}

function documentsOf(text: string): Mutable[] {
  const { documents, error } = readManifestBytes(toBytes(text));
  if (error !== undefined) throw plain(`malformed YAML: ${error}`);
  return documents.filter((one) => isObject(one as Json)) as Mutable[];
}

function* textOf(sys: Sys, path: string, shown: string): Call<string> {
  const text = yield* readTextIfAny(sys, path);
  if (text !== undefined) return text;
  throw plain(
    `accumulating resources: accumulation err='accumulating resources from '${shown}': evalsymlink failure on '${path}' : lstat ${path}: no such file or directory'`,
  );
}

function* generate(
  sys: Sys,
  folder: string,
  kind: 'ConfigMap' | 'Secret',
  given: GeneratorArguments,
  options: GeneratorOptions,
): Call<Mutable> {
  const data: Record<string, string> = {};
  const put = (key: string, value: string): void => {
    data[key] = kind === 'Secret' ? btoa(toBytes(value)) : value;
  };
  const pair = (text: string): void => {
    const equals = text.indexOf('=');
    put(text.slice(0, equals), text.slice(equals + 1).replace(/^(["'])(.*)\1$/, '$2'));
  };
  for (const source of given.files ?? []) {
    const [first = '', second = first] = source.split('=');
    const key = source.includes('=') ? first : first.slice(first.lastIndexOf('/') + 1);
    put(key, yield* textOf(sys, `${folder}/${second}`, second));
  }
  for (const source of given.envs ?? []) {
    const lines = (yield* textOf(sys, `${folder}/${source}`, source)).split('\n');
    for (const line of lines) if (/^[^#=]+=/.test(line)) pair(line);
  }
  for (const literal of given.literals ?? []) pair(literal);
  const object: Mutable = { apiVersion: 'v1', kind, metadata: { name: given.name }, data };
  if (given.namespace) at(object, ['metadata']).namespace = given.namespace;
  if (options.labels) Object.assign(at(object, ['metadata', 'labels']), options.labels);
  if (options.annotations) {
    Object.assign(at(object, ['metadata', 'annotations']), options.annotations);
  }
  if (kind === 'Secret') object.type = given.type ?? 'Opaque';
  return object;
}

/** A patch names its object itself, or the entry says which are meant; a list is a JSON patch. */
function patched(objects: readonly Mutable[], { target }: PatchEntry, text: string): Mutable[] {
  const { documents, error } = readManifestBytes(toBytes(text));
  if (error !== undefined) throw plain(`malformed YAML: ${error}`);
  const [patch] = documents as Json[];
  const own = isObject(patch) ? (patch as { kind?: string; metadata?: { name?: string } }) : {};
  const kind = target ? target.kind : own.kind;
  const name = target ? target.name : own.metadata?.name;
  let count = 0;
  const next = objects.map((object) => {
    const isMeant =
      (kind === undefined || object.kind === kind) &&
      (name === undefined || new RegExp(`^(?:${name})$`).test(nameOf(object)));
    if (!isMeant) return object;
    count++;
    if (isList(patch)) return applyJsonPatch(object as Json, patch) as Mutable;
    if (!isObject(patch)) return object;
    const { metadata, ...rest } = patch;
    const { name: _, ...more } = (metadata ?? {}) as JsonObject;
    const change = target ? { ...rest, metadata: more } : patch;
    return strategicMerge(
      object as JsonObject,
      change,
      patchSchemaOf(String(object.kind)),
    ) as Mutable;
  });
  if (count === 0 && !target) {
    throw plain(`no resource matches strategic merge patch ${goQuote(`${own.kind}.${name}`)}`);
  }
  return structuredClone(next);
}
