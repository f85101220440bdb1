// Writes src/ui/editor/generated/kubernetes-schema.json: a JSON schema (draft-07) of the kinds that
// Podlab serves, for the editor's completion, hover texts and squiggles; generate-documentation.mjs reads
// the same files for `kubectl explain`.
//
// The source is the text of kubernetes-models' declaration files (Kubernetes 1.36). They are
// machine-made and regular: imports, then one `export interface` or `export type`, in which every
// field is `"name"?: type;` below its comment. That needs no TypeScript compiler.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { hashOf } from './sources.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const modules = path.join(root, 'node_modules');
const target = path.join(root, 'src/ui/editor/generated/kubernetes-schema.json');

/** The top-level kinds: folder of kubernetes-models (also the apiVersion) and names. */
const KINDS = {
  v1: 'Pod Service ConfigMap Secret Namespace Node Event Endpoints ServiceAccount PersistentVolumeClaim PersistentVolume ResourceQuota LimitRange',
  'apps/v1': 'Deployment ReplicaSet StatefulSet DaemonSet',
  'batch/v1': 'Job CronJob',
  'networking.k8s.io/v1': 'NetworkPolicy Ingress',
  'discovery.k8s.io/v1': 'EndpointSlice',
  'policy/v1': 'PodDisruptionBudget',
};

/** `v1.Pod`, `apps.v1.Deployment`, `meta.v1.ObjectMeta`: the definition's name for a file. */
export function definitionName(file) {
  return path
    .relative(modules, file)
    .replaceAll(path.sep, '/')
    .replace(/^kubernetes-models\//, '')
    .replace(/^@kubernetes-models\/apimachinery\/(apis|api|util)\//, '')
    .replace(/\.d\.ts$/, '')
    .replaceAll('/', '.');
}

function fileOf(importer, specifier) {
  const base = specifier.startsWith('.')
    ? path.resolve(path.dirname(importer), specifier)
    : path.join(modules, specifier);
  return `${base.replace(/\.js$/, '')}.d.ts`;
}

function commentText(comment) {
  return comment
    .replace(/^\/\*\*|\*\/$/g, '')
    .split('\n')
    .map((line) => line.replace(/^\s*\* ?/, ''))
    .join('\n')
    .replace(/\\([*\\])/g, '$1')
    .replace(/\s*@deprecated\s*$/, '')
    .trim();
}

/** Reads one declaration file; `toRef(name)` says what an imported type's name becomes. */
class Declaration {
  constructor(text, toRef) {
    this.text = text;
    this.at = 0;
    this.toRef = toRef;
  }

  /** Takes what `pattern` (sticky) matches here, or undefined. */
  take(pattern) {
    pattern.lastIndex = this.at;
    const match = pattern.exec(this.text);
    if (match) this.at = pattern.lastIndex;
    return match ?? undefined;
  }

  expect(pattern) {
    const match = this.take(pattern);
    if (!match)
      throw new Error(`expected ${pattern} at: ${this.text.slice(this.at, this.at + 80)}`);
    return match;
  }

  description() {
    this.take(/\s*/y);
    const comment = this.take(/\/\*\*[\s\S]*?\*\//y);
    return comment ? { description: commentText(comment[0]) } : {};
  }

  /** A whole file's exported interface or type, from its comment on. */
  declaration() {
    const start = /(\/\*\*(?:[^*]|\*(?!\/))*\*\/\s*)?export (?:declare )?(interface|type) \w+/.exec(
      this.text,
    );
    if (!start) throw new Error('no exported interface or type');
    this.at = start.index + start[0].length;
    const description = start[1] ? { description: commentText(start[1].trim()) } : {};
    if (start[2] === 'type') this.expect(/\s*=\s*/y);
    else this.take(/\s+extends [^{]+/y);
    return { ...description, ...this.type() };
  }

  type() {
    const options = [this.singleType()];
    while (this.take(/\s*\|\s*/y)) options.push(this.singleType());
    if (options.every((option) => option.const !== undefined)) {
      return { type: 'string', enum: options.map((option) => option.const) };
    }
    if (options.length === 1) return options[0];
    return { type: options.map((option) => option.type) };
  }

  singleType() {
    this.take(/\s*/y);
    const text = this.take(/"([^"]*)"/y);
    if (text) return { const: text[1] };
    if (this.take(/\{/y)) return this.object();
    if (this.take(/Array</y)) {
      const items = this.type();
      this.expect(/\s*>/y);
      return { type: 'array', items };
    }
    const [name] = this.expect(/\w+/y);
    if (name === 'string' || name === 'boolean') return { type: name };
    // Every number in these kinds is an int32 or int64, but for quantities (see buildSchema).
    if (name === 'number') return { type: 'integer' };
    if (name === 'any' || name === 'unknown') return {};
    return { $ref: `#/definitions/${this.toRef(name)}` };
  }

  object() {
    const properties = {};
    const required = [];
    for (;;) {
      const description = this.description();
      if (this.take(/\s*\}/y)) break;
      if (this.take(/\[key: string\]:/y)) {
        const additionalProperties = this.type();
        this.expect(/\s*;\s*\}/y);
        return { type: 'object', additionalProperties };
      }
      const [, name, optional] = this.expect(/\s*"([^"]+)"(\?)?:/y);
      properties[name] = { ...description, ...this.type() };
      if (!optional) required.push(name);
      this.expect(/\s*;/y);
    }
    // An interface without fields (FieldsV1) is free-form.
    if (Object.keys(properties).length === 0) return { type: 'object' };
    return {
      type: 'object',
      ...(required.length > 0 ? { required } : {}),
      properties,
      additionalProperties: false,
    };
  }
}

/** The definition in `file`, and the files that it refers to. */
export function readDeclaration(file, text) {
  const imports = new Map();
  for (const [, names, specifier] of text.matchAll(
    /import (?:type )?\{([^}]+)\} from "([^"]+)"/g,
  )) {
    for (const name of names.split(',')) imports.set(name.trim(), fileOf(file, specifier));
  }
  const references = [];
  const declaration = new Declaration(text, (name) => {
    // A type that refers to itself (JSONSchemaProps does) is not imported.
    const source = imports.get(name) ?? file;
    references.push(source);
    return definitionName(source);
  });
  return { schema: declaration.declaration(), references };
}

export function readAll(roots) {
  const definitions = {};
  const queue = [...roots];
  for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
    const name = definitionName(file);
    if (definitions[name]) continue;
    const { schema, references } = readDeclaration(file, readFileSync(file, 'utf8'));
    definitions[name] = schema;
    queue.push(...references);
  }
  return definitions;
}

/** A field whose type is another definition, and that has no text of its own, takes that one's. */
function inheritDescriptions(definitions) {
  for (const definition of Object.values(definitions)) {
    for (const property of Object.values(definition.properties ?? {})) {
      const reference = property.$ref ?? property.items?.$ref;
      if (property.description || !reference) continue;
      const { description } = definitions[reference.replace('#/definitions/', '')];
      if (description) property.description = description;
    }
  }
}

export function buildSchema() {
  const kinds = Object.entries(KINDS).flatMap(([apiVersion, names]) =>
    names
      .split(' ')
      .map((name) => path.join(modules, 'kubernetes-models', apiVersion, `${name}.d.ts`)),
  );
  const definitions = readAll(kinds);
  inheritDescriptions(definitions);
  // The one number that need not be whole: `cpu: 0.5`.
  definitions['resource.Quantity'].type = ['string', 'number'];
  for (const kind of kinds.map(definitionName)) {
    const definition = definitions[kind];
    definition.required = [
      ...new Set(['apiVersion', 'kind', 'metadata', ...(definition.required ?? [])]),
    ];
    definition.properties.apiVersion.description =
      'API group and version that this object belongs to.';
    definition.properties.kind.description = 'What this object is: the name of its resource type.';
  }
  const sorted = Object.fromEntries(
    Object.entries(definitions).sort(([a], [b]) => (a < b ? -1 : 1)),
  );
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    oneOf: kinds.map((file) => ({ $ref: `#/definitions/${definitionName(file)}` })),
    definitions: sorted,
  };
}

/** Writes the schema unless it is there and was made by this script from this lockfile. */
export function generateSchema() {
  const stamp = `${target}.made-from`;
  const madeFrom = hashOf(root, ['scripts/generate-schema.mjs', 'package-lock.json']);
  if (existsSync(target) && existsSync(stamp) && readFileSync(stamp, 'utf8') === madeFrom) return;
  const text = JSON.stringify(buildSchema());
  mkdirSync(path.dirname(target), { recursive: true });
  writeFileSync(target, text);
  writeFileSync(stamp, madeFrom);
  console.log(`Kubernetes schema: ${Math.round(text.length / 1024)} KiB`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) generateSchema();
