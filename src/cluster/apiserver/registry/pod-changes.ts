import { equalJson, type Json } from '../../../api/patch/json-value';
import { computePodQOS } from '../../../api/qos';
import type { Container, EphemeralContainer, Pod } from '../../../api/types';
import { type FieldError, forbidden, invalid } from '../../../api/validation/field-error';
import { validateCreate } from '../../../api/validation/validate';

/** What a write to one of a pod's subresources makes of it, and what is wrong with that. */
export interface PodChange {
  readonly pod: Pod;
  readonly errors: readonly FieldError[];
}

/** Models the podEphemeralContainersStrategy: containers are added, never changed or removed. */
export function addEphemeralContainers(given: Pod, old: Pod): PodChange {
  const { ephemeralContainers } = given.spec;
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

/** Models the podResizeStrategy and ValidatePodResize: cpu and memory of containers change, nothing else. */
export function resizePod(given: Pod, old: Pod): PodChange {
  const spec = {
    ...old.spec,
    containers: resized(old.spec.containers, given.spec.containers),
    ...(old.spec.initContainers
      ? { initContainers: resized(old.spec.initContainers, given.spec.initContainers ?? []) }
      : {}),
  };
  const pod: Pod = { ...old, spec };
  const errors: FieldError[] = [];
  const before = computePodQOS(old);
  const after = computePodQOS(pod);
  if (before !== after) {
    errors.push(invalid('spec', after, 'Pod QOS Class may not change as a result of resizing'));
  }
  old.spec.containers.forEach((container, i) => {
    errors.push(...removed(container, spec.containers[i], `spec.containers[${i}].resources`));
  });
  if (!same({ ...spec, containers: null, initContainers: null }, comparable(given, spec))) {
    errors.push(forbidden('spec', 'only cpu and memory resources are mutable'));
  }
  return { pod, errors };
}

/** The given spec with the containers left out, and what the server fills in taken from the other. */
function comparable(given: Pod, spec: Pod['spec']): object {
  const own = given.spec as unknown as Record<string, unknown>;
  const filled = { ...spec } as Record<string, unknown>;
  for (const key of Object.keys(own)) filled[key] = own[key];
  return { ...filled, containers: null, initContainers: null };
}

function resized(before: readonly Container[], given: readonly Container[]): Container[] {
  return before.map((container) => {
    const wanted = given.find(({ name }) => name === container.name);
    return wanted ? { ...container, resources: wanted.resources } : container;
  });
}

function removed(before: Container, after: Container | undefined, field: string): FieldError[] {
  const errors: FieldError[] = [];
  for (const list of ['limits', 'requests'] as const) {
    for (const resource of Object.keys(before.resources?.[list] ?? {})) {
      if (after?.resources?.[list]?.[resource] !== undefined) continue;
      errors.push(forbidden(`${field}.${list}`, `resource ${list} cannot be removed`));
    }
  }
  return errors;
}

function same(a: EphemeralContainer | object, b: EphemeralContainer | object): boolean {
  return equalJson(a as unknown as Json, b as unknown as Json);
}
