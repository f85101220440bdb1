import { kubernetesTypesText } from './kubernetes-types-text';

/** A field as its type's documentation has it. */
export interface DocumentedField {
  /** The type's name: `[]Container`, `map[string]string`, `integer`. */
  readonly t: string;
  /** The type that it, or each of its elements, is of; undefined for basic ones. */
  readonly r?: string;
  /** 1: needed. */
  readonly n?: 1;
  readonly d?: string;
}

export interface DocumentedType {
  readonly d?: string;
  /** By name, in order. */
  readonly f?: Readonly<Record<string, DocumentedField>>;
}

interface Documentation {
  readonly types: Readonly<Record<string, DocumentedType>>;
  /** `apps/v1/Deployment` → the name of its type. */
  readonly kinds: Readonly<Record<string, string>>;
}

let documentation: Documentation | undefined;

/** Parsed when somebody asks for the first time. */
function all(): Documentation {
  documentation ??= JSON.parse(kubernetesTypesText()) as Documentation;
  return documentation;
}

export function documentedKind(apiVersion: string, kind: string): DocumentedType | undefined {
  const { kinds, types } = all();
  const name = `${apiVersion}/${kind}`;
  return Object.hasOwn(kinds, name) ? types[kinds[name] ?? ''] : undefined;
}

export function documentedType(name: string | undefined): DocumentedType | undefined {
  return name === undefined ? undefined : all().types[name];
}

export function fieldOf(type: DocumentedType | undefined, name: string) {
  const fields = type?.f ?? {};
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}
