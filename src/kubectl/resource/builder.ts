import type { ResourceInfo } from '../../api/client';
import { goQuote } from '../../api/golang/quote';
import type { JsonObject } from '../../api/patch/json-value';
import type { KubeObject } from '../../api/types';
import type { Call } from '../../runtime/syscalls';
import type { Invocation } from '../command';
import { type KubectlError, plain } from '../errors';
import { checkPaths, readFiles } from './manifest-files';
import { alsoNamed, requireResource, resourceOfKind, resourcesOfCategory } from './mapper';

/** An object that a command line names. */
export interface NamedTarget {
  readonly kind: 'name';
  readonly info: ResourceInfo;
  /** Undefined for cluster-scoped resources. */
  readonly namespace: string | undefined;
  readonly name: string;
  /** From a file: the manifest, and how messages name the file. */
  readonly manifest?: JsonObject;
  readonly file?: string;
}

/** All objects of a resource, or those that selectors choose. */
export interface ListTarget {
  readonly kind: 'list';
  readonly info: ResourceInfo;
  readonly namespace: string | undefined;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
}

export type Target = NamedTarget | ListTarget;

export interface Resolved {
  readonly targets: readonly Target[];
  /** Exactly one object is meant: output is the object, not a list. */
  readonly single: boolean;
  /** Errors of files, as kubectl prints them, in order. */
  readonly errors: readonly KubectlError[];
}

export interface ResolveOptions {
  /** A type alone stands for all its objects (get, describe); else a name or a selector is needed. */
  readonly typeMeansAll?: boolean;
  /** All objects of the types (--all). */
  readonly all?: boolean;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  readonly allNamespaces?: boolean;
  /** Manifests are checked before anything is sent. */
  readonly validating?: boolean;
  readonly args?: readonly string[];
}

export const MISSING_RESOURCE = `You must provide one or more resources by argument or filename.
Example resource specifications include:
   '-f rsrc.yaml'
   '--filename=rsrc.json'
   '<resource> <name>'
   '<resource>'`;

const COMBINED =
  "there is no need to specify a resource type as a separate argument when passing arguments in resource/name form (e.g. 'kubectl get resource/<resource_name>' instead of 'kubectl get resource resource/<resource_name>'";

/** What arguments and -f name. Models cli-runtime pkg/resource/builder.go. */
export function* resolveTargets(
  invocation: Invocation,
  options: ResolveOptions = {},
): Call<Resolved> {
  const args = options.args ?? invocation.args;
  if (invocation.flags.namesFiles) {
    if (args.length > 0) {
      checkPaths(invocation);
      throw plain(
        args[0]?.includes('/')
          ? 'resource/name arguments cannot be provided when a path is specified'
          : 'when paths, URLs, or stdin is provided as input, you may not specify resource arguments as well',
      );
    }
    return yield* fromFiles(invocation, options);
  }
  return { ...fromArguments(invocation, args, options), errors: [] };
}

function* fromFiles(invocation: Invocation, options: ResolveOptions): Call<Resolved> {
  const steps = yield* readFiles(invocation, { validating: options.validating ?? false });
  const targets: Target[] = [];
  const errors: KubectlError[] = [];
  for (const { file, step } of steps) {
    if ('error' in step) {
      errors.push(plain(step.error));
      continue;
    }
    const { document, apiVersion, kind } = step.object;
    const info = resourceOfKind(invocation.client, apiVersion, kind);
    if (!info) continue;
    const metadata = (document.metadata ?? {}) as { name?: string; namespace?: string };
    let namespace: string | undefined;
    if (info.namespaced) {
      namespace = metadata.namespace || invocation.namespace;
      if (invocation.namespaceGiven && namespace !== invocation.namespace) {
        errors.push(namespaceMismatch(namespace, invocation.namespace));
        continue;
      }
    }
    const name = metadata.name ?? '';
    targets.push({ kind: 'name', info, namespace, name, manifest: document as JsonObject, file });
  }
  return { targets, single: targets.length === 1 && errors.length === 0, errors };
}

function namespaceMismatch(own: string, wanted: string): KubectlError {
  return plain(
    `the namespace from the provided object "${own}" does not match the namespace "${wanted}". You must pass '--namespace=${own}' to perform this operation.`,
  );
}

type ArgumentTargets = Omit<Resolved, 'errors'>;

function fromArguments(
  invocation: Invocation,
  given: readonly string[],
  options: ResolveOptions,
): ArgumentTargets {
  const args = combineTypes(given);
  const slashes = args.filter((arg) => arg.includes('/')).length;
  if (slashes > 0 && slashes !== args.length) throw plain(COMBINED);
  const { labelSelector = '', fieldSelector = '', all = false } = options;
  const selecting = labelSelector !== '' || fieldSelector !== '' || all;
  if (slashes > 0) {
    const tuples = args.map(splitTuple);
    if (selecting) {
      throw plain('selectors and the all flag cannot be used when passing resource/name arguments');
    }
    const targets = tuples.map(([type, name]) =>
      named(invocation, resourceNamed(invocation, type), name, options),
    );
    return { targets, single: targets.length === 1 };
  }
  const [types, ...names] = args;
  if (types === undefined) {
    if (selecting) throw plain('at least one resource must be specified to use a selector');
    throw plain(MISSING_RESOURCE);
  }
  const words = splitTypes(types);
  const infos = () => words.flatMap((word) => infosOf(invocation, word));
  if (selecting || (options.typeMeansAll && names.length === 0)) {
    if (names.length > 0) throw plain('name cannot be provided when a selector is specified');
    const targets = infos().map((info) => list(invocation, info, options));
    return { targets, single: false };
  }
  const found = infos();
  const [info] = found;
  if (names.length === 0 || !info) {
    throw plain('resource(s) were provided, but no name was specified');
  }
  if (found.length > 1) throw plain('you must specify only one resource');
  const targets = names.map((name) => named(invocation, info, name, options));
  return { targets, single: targets.length === 1 };
}

function infosOf(invocation: Invocation, word: string): readonly ResourceInfo[] {
  return resourcesOfCategory(invocation.client, word) ?? [resourceNamed(invocation, word)];
}

/** The resource a word stands for; a short name of several is warned of. */
function resourceNamed({ client, output }: Invocation, word: string): ResourceInfo {
  const info = requireResource(client, word);
  for (const other of alsoNamed(client, info, word)) {
    output.warn(`short name ${goQuote(word)} could also match lower priority resource ${other}`);
  }
  return info;
}

function splitTypes(types: string): string[] {
  return [...new Set(types.split(','))];
}

/** `pods,services web` means pods/web and services/web. */
function combineTypes(args: readonly string[]): readonly string[] {
  const [types = '', ...names] = args;
  if (names.length === 0) return args;
  const words = splitTypes(types);
  return words.length > 1 ? words.flatMap((type) => names.map((name) => `${type}/${name}`)) : args;
}

function splitTuple(arg: string): [type: string, name: string] {
  const parts = arg.split('/');
  if (parts.length !== 2) {
    throw plain('arguments in resource/name form may not have more than one slash');
  }
  const [type = '', name = ''] = parts;
  if (type === '' || name === '' || type.includes(',')) {
    throw plain('arguments in resource/name form must have a single resource and name');
  }
  return [type, name];
}

function named(
  invocation: Invocation,
  info: ResourceInfo,
  name: string,
  options: ResolveOptions,
): NamedTarget {
  if (!info.namespaced) return { kind: 'name', info, namespace: undefined, name };
  if (options.allNamespaces) {
    throw plain('a resource cannot be retrieved by name across all namespaces');
  }
  return { kind: 'name', info, namespace: invocation.namespace, name };
}

function list(invocation: Invocation, info: ResourceInfo, options: ResolveOptions): ListTarget {
  const namespace = info.namespaced && !options.allNamespaces ? invocation.namespace : undefined;
  const { labelSelector, fieldSelector } = options;
  return { kind: 'list', info, namespace, labelSelector, fieldSelector };
}

/** An object of the server with what it takes to change it. */
export interface Found {
  readonly info: ResourceInfo;
  readonly object: KubeObject;
}

/**
 * The objects that targets stand for, as the server has them; errors are collected. With `filesAsTheyAre`
 * objects of files are taken from there.
 */
export function fetchTargets(
  { client, output }: Invocation,
  targets: readonly Target[],
  { filesAsTheyAre = false } = {},
): { readonly found: Found[]; readonly errors: unknown[] } {
  const found: Found[] = [];
  const errors: unknown[] = [];
  for (const target of targets) {
    const { info, namespace } = target;
    try {
      if (filesAsTheyAre && target.kind === 'name' && target.manifest) {
        found.push(localObject(target, target.manifest));
      } else if (target.kind === 'name') {
        output.serverWarning(info.deprecation);
        found.push({ info, object: client.get(info.resource, namespace, target.name) });
      } else {
        output.serverWarning(info.deprecation);
        const { items } = client.list(info.resource, target);
        found.push(...items.map((object) => ({ info, object })));
      }
    } catch (error) {
      errors.push(error);
    }
  }
  return { found, errors };
}

/** The objects of files as they stand there. */
export function localObjects(targets: readonly Target[]): Found[] {
  const found: Found[] = [];
  for (const target of targets) {
    if (target.kind !== 'name' || !target.manifest) continue;
    found.push({ info: target.info, object: target.manifest as unknown as KubeObject });
  }
  return found;
}

/** A file's object with the namespace that it goes to. */
function localObject({ info, namespace }: NamedTarget, manifest: JsonObject): Found {
  const object = manifest as unknown as KubeObject;
  if (namespace === undefined) return { info, object };
  return { info, object: { ...object, metadata: { ...object.metadata, namespace } } };
}
