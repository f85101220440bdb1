import { expand } from '../../../api/expansion';
import type { Container, EnvFromSource, EnvVar, Pod } from '../../../api/stored-objects';
import { fromBytes } from '../../../runtime/bytes';
import { type ApiLookup, decodeBase64, MissingObjectError } from '../api-lookup';
import { fieldValue, type NodeFacts, resourceValue } from '../field-ref';

/** Texts are UTF-16 here; the runtime gets them as bytes. */
export type Variables = ReadonlyMap<string, string>;

/**
 * The environment that the pod gives a container, in the order in which `env` lists it: envFrom, env, then
 * service variables that nothing has overridden. Throws an Error with the kubelet's text. Models
 * pkg/kubelet/kubelet_pods.go makeEnvironmentVariables.
 */
export function makeEnvironmentVariables(
  pod: Pod,
  container: Container,
  lookup: ApiLookup,
  node: NodeFacts,
): Variables {
  const { namespace } = pod.metadata;
  const services = lookup.serviceVariables(namespace, pod.spec.enableServiceLinks ?? true);
  if (!container.envFrom && !container.env) return services;
  const variables = new Map<string, string>();
  for (const source of container.envFrom ?? []) addAll(variables, pod, source, lookup);
  const known = (name: string) => variables.get(name) ?? services.get(name);
  for (const variable of container.env ?? []) {
    const value = variable.value
      ? expand(variable.value, known)
      : sourcedValue(variable, pod, container, lookup, node);
    if (value !== undefined) variables.set(variable.name, value);
  }
  for (const [name, value] of services) if (!variables.has(name)) variables.set(name, value);
  return variables;
}

function addAll(
  variables: Map<string, string>,
  pod: Pod,
  source: EnvFromSource,
  lookup: ApiLookup,
): void {
  const { configMapRef, secretRef, prefix = '' } = source;
  const { namespace } = pod.metadata;
  if (configMapRef) {
    const found = optionally(configMapRef.optional, () =>
      lookup.configMap(namespace, configMapRef.name ?? ''),
    );
    for (const [key, value] of Object.entries(found?.data ?? {})) {
      variables.set(prefix + key, value);
    }
  } else if (secretRef) {
    const found = optionally(secretRef.optional, () =>
      lookup.secret(namespace, secretRef.name ?? ''),
    );
    for (const [key, value] of Object.entries(found?.data ?? {})) {
      variables.set(prefix + key, fromBytes(decodeBase64(value)));
    }
  }
}

/** Undefined: the variable is left out. */
function sourcedValue(
  variable: EnvVar,
  pod: Pod,
  container: Container,
  lookup: ApiLookup,
  node: NodeFacts,
): string | undefined {
  const from = variable.valueFrom;
  if (!from) return variable.value ?? '';
  const { namespace } = pod.metadata;
  if (from.fieldRef) return fieldValue(from.fieldRef, pod, node);
  if (from.resourceFieldRef) {
    const subject = containerNamed(pod, from.resourceFieldRef.containerName) ?? container;
    return resourceValue(from.resourceFieldRef, subject, node.allocatable);
  }
  if (from.configMapKeyRef) {
    const { name = '', key, optional } = from.configMapKeyRef;
    const found = optionally(optional, () => lookup.configMap(namespace, name));
    if (!found) return undefined;
    const value = found.data?.[key];
    if (value !== undefined || optional) return value;
    throw new MissingObjectError(`couldn't find key ${key} in ConfigMap ${namespace}/${name}`);
  }
  if (from.secretKeyRef) {
    const { name = '', key, optional } = from.secretKeyRef;
    const found = optionally(optional, () => lookup.secret(namespace, name));
    if (!found) return undefined;
    const value = found.data?.[key];
    if (value !== undefined) return fromBytes(decodeBase64(value));
    if (optional) return undefined;
    throw new MissingObjectError(`couldn't find key ${key} in Secret ${namespace}/${name}`);
  }
  return '';
}

/** Models component-helpers' findContainerInPod; undefined: none is named. */
function containerNamed({ spec }: Pod, wanted: string | undefined): Container | undefined {
  if (!wanted) return undefined;
  const found = [...spec.containers, ...(spec.initContainers ?? [])].find(
    ({ name }) => name === wanted,
  );
  if (!found) throw new Error(`container ${wanted} not found`);
  return found;
}

function optionally<Value>(optional: boolean | undefined, read: () => Value): Value | undefined {
  try {
    return read();
  } catch (error) {
    if (optional && error instanceof MissingObjectError) return undefined;
    throw error;
  }
}
