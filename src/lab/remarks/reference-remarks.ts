import type { KubeObject, Service } from '../../api/types';
import { containersOf, type Finding, type PodText, type Surroundings } from './remark';

interface Reference {
  readonly kind: 'ConfigMap' | 'Secret';
  readonly name: string | undefined;
  readonly optional?: boolean | undefined;
  readonly path: string;
  readonly use: 'volume' | 'variable';
}

/** ConfigMaps and Secrets that do not exist yet: what waits for them, and how it shows. */
export function remarkOnReferences(pod: PodText, around: Surroundings): Finding[] {
  const seen = new Set<string>();
  return [...volumeReferences(pod), ...variableReferences(pod)].flatMap((reference) => {
    const { kind, name, optional, path, use } = reference;
    const key = `${kind} ${name} ${use}`;
    if (!name || optional || seen.has(key) || around.exists(kind, pod.namespace, name)) return [];
    seen.add(key);
    const how =
      use === 'volume'
        ? 'No container starts before all volumes are mounted: the Pod waits in ContainerCreating (or Init), its events say FailedMount'
        : 'The container that needs it waits with CreateContainerConfigError';
    return [
      {
        path,
        message: `The ${kind} ${name} does not exist yet. ${how}. It goes on by itself once the ${kind} is there; the Pod need not be made again.`,
      },
    ];
  });
}

function volumeReferences({ spec, path }: PodText): Reference[] {
  return (spec.volumes ?? []).flatMap(({ configMap, secret }, i): Reference[] => [
    ...(configMap
      ? [
          {
            kind: 'ConfigMap' as const,
            name: configMap.name,
            optional: configMap.optional,
            path: `${path}.volumes[${i}].configMap.name`,
            use: 'volume' as const,
          },
        ]
      : []),
    ...(secret
      ? [
          {
            kind: 'Secret' as const,
            name: secret.secretName,
            optional: secret.optional,
            path: `${path}.volumes[${i}].secret.secretName`,
            use: 'volume' as const,
          },
        ]
      : []),
  ]);
}

function variableReferences(pod: PodText): Reference[] {
  return containersOf(pod).flatMap(({ container, path }) => {
    const single = (container.env ?? []).flatMap(({ valueFrom }, i): Reference[] => {
      const at = `${path}.env[${i}].valueFrom`;
      return references(valueFrom?.configMapKeyRef, valueFrom?.secretKeyRef, at);
    });
    const whole = (container.envFrom ?? []).flatMap(({ configMapRef, secretRef }, i) =>
      references(configMapRef, secretRef, `${path}.envFrom[${i}]`),
    );
    return [...single, ...whole];
  });
}

type Named = { readonly name?: string; readonly optional?: boolean } | undefined;

function references(configMap: Named, secret: Named, path: string): Reference[] {
  return [['ConfigMap', configMap] as const, ['Secret', secret] as const].flatMap(
    ([kind, named]): Reference[] =>
      named ? [{ kind, name: named.name, optional: named.optional, path, use: 'variable' }] : [],
  );
}

/** A Service that no Pod stands behind. */
export function remarkOnService(object: KubeObject, around: Surroundings): Finding[] {
  if (object.kind !== 'Service') return [];
  const { selector } = (object as Service).spec ?? {};
  const wanted = Object.entries(selector ?? {});
  if (wanted.length === 0) return [];
  const namespace = object.metadata.namespace ?? 'default';
  const isBacked = around
    .podLabels(namespace)
    .some((labels) => wanted.every(([key, value]) => labels[key] === value));
  if (isBacked) return [];
  const labels = wanted.map(([key, value]) => `${key}=${value}`).join(',');
  return [
    {
      path: 'spec.selector',
      message: `No Pod here has the labels ${labels}. The name ${object.metadata.name} will exist all the same, and DNS answer for it, but connections to it will be refused.`,
    },
  ];
}
