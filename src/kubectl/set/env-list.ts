import type { JsonObject } from '../../api/patch/json-value';
import { ApiError } from '../../api/status';
import { fromBytes } from '../../runtime/bytes';
import type { Invocation } from '../command';

export interface EnvVar {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: Readonly<Record<string, JsonObject>>;
}

/** What `set env --list` says of a container. */
export function listEnv(
  invocation: Invocation,
  object: JsonObject,
  container: JsonObject,
  env: readonly EnvVar[],
): void {
  const { flags, output } = invocation;
  const { name: objectName } = object.metadata as { name?: string };
  output.out(`# ${object.kind} ${objectName}, container ${container.name}\n`);
  const failures = new Map<string, string[]>();
  for (const { name, value = '', valueFrom } of env) {
    if (!valueFrom) {
      output.out(`${name}=${value}\n`);
      continue;
    }
    const found = flags.bool('resolve') ? resolved(invocation, valueFrom, object) : undefined;
    if (typeof found === 'string') {
      output.out(`${name}=${found}\n`);
      continue;
    }
    output.out(`# ${name} from ${referenceText(valueFrom)}\n`);
    if (found) failures.set(found.error, [...(failures.get(found.error) ?? []), name]);
  }
  for (const [error, names] of [...failures].sort(([a], [b]) => (a < b ? -1 : 1))) {
    output.err(`error retrieving reference for ${names.sort().join(', ')}: ${error}\n`);
  }
}

function referenceText(from: Readonly<Record<string, JsonObject>>): string {
  const { configMapKeyRef, secretKeyRef, fieldRef, resourceFieldRef } = from;
  if (configMapKeyRef) return `configmap ${configMapKeyRef.name}, key ${configMapKeyRef.key}`;
  if (secretKeyRef) return `secret ${secretKeyRef.name}, key ${secretKeyRef.key}`;
  if (fieldRef) return `field path ${fieldRef.fieldPath}`;
  if (!resourceFieldRef) return 'invalid valueFrom';
  const { containerName, resource } = resourceFieldRef;
  return `resource field ${containerName ? `${containerName}/` : ''}${resource}`;
}

/** What a reference stands for, or why that cannot be told. */
function resolved(
  { client, namespace }: Invocation,
  from: Readonly<Record<string, JsonObject>>,
  object: JsonObject,
): string | { error: string } {
  const { configMapKeyRef, secretKeyRef, fieldRef } = from;
  if (fieldRef) return fieldOf(object, String(fieldRef.fieldPath));
  const reference = configMapKeyRef ?? secretKeyRef;
  if (!reference) return { error: 'invalid valueFrom' };
  const [resource, noun] = configMapKeyRef ? ['configmaps', 'config map'] : ['secrets', 'secret'];
  const { name, key } = reference as { name: string; key: string };
  try {
    const { data = {} } = client.get(resource, namespace, name) as unknown as {
      data?: Record<string, string>;
    };
    const value = data[key];
    if (value === undefined) return { error: `key ${key} not found in ${noun} ${name}` };
    return configMapKeyRef ? value : fromBytes(atob(value));
  } catch (error) {
    if (error instanceof ApiError) return { error: error.message };
    throw error;
  }
}

function fieldOf(object: JsonObject, path: string): string | { error: string } {
  const metadata = object.metadata as { readonly [key: string]: unknown };
  const match = /^metadata\.(name|namespace|uid)$/.exec(path);
  if (match) return String(metadata[match[1] ?? ''] ?? '');
  const entry = /^metadata\.(labels|annotations)\['(.+)'\]$/.exec(path);
  if (!entry) return { error: `unsupported fieldPath: ${path}` };
  const [, map = '', key = ''] = entry;
  return (metadata[map] as Record<string, string> | undefined)?.[key] ?? '';
}
