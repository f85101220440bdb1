import { equalJson, type Json } from '../../../api/patch/json-value';
import type { Container, EphemeralContainer, Pod } from '../../../api/types';
import { type FieldError, forbidden } from '../../../api/validation/field-error';
import { validatePodResize } from '../../../api/validation/pod-resize';
import { validateCreate } from '../../../api/validation/validate';

/** What a write to one of a pod's subresources makes of it, and what is wrong with that. */
export interface PodChange {
  readonly pod: Pod;
  readonly errors: readonly FieldError[];
}

/** Models the podEphemeralContainersStrategy: containers are added, never changed or removed. */
export function addEphemeralContainers(given: Pod, old: Pod): PodChange {
  const { ephemeralContainers } = given.spec;
  if (old.metadata.annotations?.['kubernetes.io/config.mirror'] !== undefined) {
    return {
      pod: old,
      errors: [forbidden('[]', 'static pods do not support ephemeral containers')],
    };
  }
  const pod: Pod = { ...old, spec: { ...old.spec, ephemeralContainers } };
  const wanted = new Map((ephemeralContainers ?? []).map((one) => [one.name, one]));
  const own = validateCreate(pod).filter(({ field }) =>
    field.startsWith('spec.ephemeralContainers['),
  );
  const changed = (old.spec.ephemeralContainers ?? []).flatMap((before) => {
    const after = wanted.get(before.name);
    if (after && same(after, before)) return [];
    const what = after ? 'changed' : 'removed';
    return [
      forbidden(
        'spec.ephemeralContainers',
        `existing ephemeral containers "${before.name}" may not be ${what}\n`,
      ),
    ];
  });
  return { pod, errors: [...own, ...changed] };
}

/** Models the podResizeStrategy: of what the client sent, only resources and how they change count. */
export function resizePod(given: Pod, old: Pod): PodChange {
  const pod: Pod = { ...old, spec: resizedSpec(given.spec, old.spec) };
  return { pod, errors: validatePodResize(pod, old) };
}

function resizedSpec(given: Pod['spec'], old: Pod['spec']): Pod['spec'] {
  const lists = ['containers', 'initContainers'] as const;
  // Containers that come, go or change places are left for validation to find.
  if (lists.some((list) => (given[list] ?? []).length !== (old[list] ?? []).length)) return given;
  const { resources: _, ...rest } = old;
  const spec = { ...rest, ...(given.resources && { resources: given.resources }) };
  for (const list of lists) {
    if (old[list]) spec[list] = resized(old[list], given[list] ?? []);
  }
  return spec;
}

function resized(before: readonly Container[], given: readonly Container[]): Container[] {
  if (before.some(({ name }, index) => given[index]?.name !== name)) return [...given];
  return before.map((container, index) => {
    const { resources: _, resizePolicy: __, ...rest } = container;
    const { resources, resizePolicy } = given[index] ?? {};
    return { ...rest, ...(resources && { resources }), ...(resizePolicy && { resizePolicy }) };
  });
}

function same(a: EphemeralContainer | object, b: EphemeralContainer | object): boolean {
  return equalJson(a as unknown as Json, b as unknown as Json);
}
