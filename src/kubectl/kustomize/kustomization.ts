import type { Json, JsonObject } from '../../api/patch/json-value';

/** A kustomization.yaml as far as the lab carries it out; other fields are refused. */
export interface Kustomization {
  readonly resources?: readonly string[];
  readonly bases?: readonly string[];
  readonly namespace?: string;
  readonly namePrefix?: string;
  readonly nameSuffix?: string;
  readonly commonLabels?: Readonly<Record<string, string>>;
  readonly commonAnnotations?: Readonly<Record<string, string>>;
  readonly labels?: readonly {
    readonly pairs?: Readonly<Record<string, string>>;
    readonly includeSelectors?: boolean;
    readonly includeTemplates?: boolean;
  }[];
  readonly images?: readonly ImageChange[];
  readonly replicas?: readonly { readonly name: string; readonly count: number }[];
  readonly configMapGenerator?: readonly GeneratorArguments[];
  readonly secretGenerator?: readonly GeneratorArguments[];
  readonly generatorOptions?: GeneratorOptions;
  readonly patches?: readonly PatchEntry[];
  readonly patchesStrategicMerge?: readonly string[];
}

export interface ImageChange {
  readonly name: string;
  readonly newName?: string;
  readonly newTag?: string;
  readonly digest?: string;
}

export interface GeneratorOptions {
  readonly disableNameSuffixHash?: boolean;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

export interface GeneratorArguments {
  readonly name: string;
  readonly namespace?: string;
  readonly type?: string;
  readonly literals?: readonly string[];
  readonly files?: readonly string[];
  readonly envs?: readonly string[];
  readonly options?: GeneratorOptions;
}

export interface PatchEntry {
  readonly path?: string;
  readonly patch?: string;
  readonly target?: { readonly kind?: string; readonly name?: string };
}

const KNOWN = new Set(
  `apiVersion kind metadata resources bases namespace namePrefix nameSuffix commonLabels commonAnnotations
  labels images replicas configMapGenerator secretGenerator generatorOptions patches patchesStrategicMerge`.split(
    /\s+/,
  ),
);

/** The first field that the lab does not carry out. */
export function unknownField(document: JsonObject): string | undefined {
  return Object.keys(document).find((field) => !KNOWN.has(field));
}

/** Where pods' templates lie in the kinds that have them. */
function podSpecPath(kind: Json | undefined): readonly string[] | undefined {
  switch (kind) {
    case 'Pod':
      return [];
    case 'Deployment':
    case 'ReplicaSet':
    case 'StatefulSet':
    case 'DaemonSet':
    case 'Job':
    case 'ReplicationController':
      return ['spec', 'template'];
    case 'CronJob':
      return ['spec', 'jobTemplate', 'spec', 'template'];
    default:
      return undefined;
  }
}

export type Mutable = { [key: string]: Mutable | Mutable[] | Json };

/** The object at a path, made where there is none. */
export function at(object: Mutable, path: readonly string[]): Mutable {
  let current = object;
  for (const key of path) {
    const next = current[key];
    if (typeof next !== 'object' || next === null || Array.isArray(next)) current[key] = {};
    current = current[key] as Mutable;
  }
  return current;
}

/** The pod, or the template of one, in an object. */
export function podOf(object: Mutable): Mutable | undefined {
  const path = podSpecPath(object.kind as Json);
  return path && at(object, path);
}
