import { copyJson } from '../copy-json';
import { computePodQOS } from '../qos';
import type { Container, Pod, PodSpec, ResourceRequirements } from '../types';
import { type FieldError, forbidden, invalid } from './field-error';
import { validateObjectMetaUpdate } from './object-meta';
import { validateMetadataAndSpec } from './pod';
import { same } from './pod-update';

/** Pods that get other resources while they run. Models pkg/apis/core/validation ValidatePodResize. */

const LISTS = ['containers', 'initContainers'] as const;
const AMOUNTS = ['requests', 'limits'] as const;
const ONLY = 'only cpu and memory resources';

/** Takes the pod as it would be stored: `resizedSpec` of what the client sent. */
export function validatePodResize(pod: Pod, old: Pod): FieldError[] {
  const whole = (what: string) => [forbidden('[]', `${what} pods cannot be resized`)];
  if (old.metadata.annotations?.['kubernetes.io/config.mirror'] !== undefined) {
    return whole('static');
  }
  if (old.spec.os?.name === 'windows') return whole('windows');
  const errors = [
    ...validateObjectMetaUpdate(pod.metadata, old.metadata),
    ...validateMetadataAndSpec(pod),
  ];
  const before = old.status?.qosClass ?? computePodQOS(old);
  if (before !== computePodQOS(pod)) {
    errors.push(invalid('spec', before, 'Pod QOS Class may not change as a result of resizing'));
  }
  errors.push(...podLevelErrors(pod.spec.resources, old.spec.resources));
  const order = LISTS.flatMap((list) => orderErrors(pod.spec, old.spec, list));
  if (order.length > 0) return [...errors, ...order];
  for (const list of [...LISTS].reverse()) {
    (old.spec[list] ?? []).forEach((container, index) => {
      const now = pod.spec[list]?.[index]?.resources;
      const at = `spec.${list}[${index}].resources`;
      errors.push(...removalErrors(now, container.resources, at, 'resource'));
    });
  }
  for (const list of LISTS) {
    (old.spec[list] ?? []).forEach((container, index) => {
      errors.push(...changeErrors(pod.spec[list]?.[index], container, list, index));
    });
  }
  return errors;
}

function orderErrors(spec: PodSpec, old: PodSpec, list: (typeof LISTS)[number]): FieldError[] {
  const [now, before] = [spec[list] ?? [], old[list] ?? []];
  const at = `spec.${list}`;
  if (now.length !== before.length) {
    return [forbidden(at, `${list} may not be added or removed on resize`)];
  }
  return before.flatMap(({ name }, index) => {
    if (now[index]?.name === name) return [];
    const why = `${list} may not be renamed or reordered on resize`;
    return [forbidden(`${at}[${index}].name`, why)];
  });
}

function removalErrors(
  now: ResourceRequirements | undefined,
  before: ResourceRequirements | undefined,
  field: string,
  what: string,
): FieldError[] {
  return AMOUNTS.flatMap((list) => {
    const kept = Object.keys(before?.[list] ?? {}).every(
      (name) => now?.[list]?.[name] !== undefined,
    );
    return kept ? [] : [forbidden(`${field}.${list}`, `${what} ${list} cannot be removed`)];
  });
}

function podLevelErrors(
  now: ResourceRequirements | undefined,
  before: ResourceRequirements | undefined,
): FieldError[] {
  if (before !== undefined && now === undefined) {
    return [forbidden('spec.resources', 'pod-level resources cannot be removed')];
  }
  const errors = removalErrors(now, before, 'spec.resources', 'pod-level resource');
  if (same(withoutSizes(now), withoutSizes(before))) return errors;
  return [...errors, forbidden('spec', `${ONLY} are mutable at pod-level`)];
}

/** Requirements without what may change; nothing if nothing is left. */
function withoutSizes(resources: ResourceRequirements | undefined): object {
  const { requests, limits, ...others } = copyJson(resources ?? {}) as ResourceRequirements;
  for (const list of [requests, limits]) {
    delete list?.cpu;
    delete list?.memory;
  }
  const left = Object.entries({ requests, limits }).filter(
    ([, list]) => Object.keys(list ?? {}).length > 0,
  );
  return { ...others, ...Object.fromEntries(left) };
}

function changeErrors(
  now: Container | undefined,
  before: Container,
  list: (typeof LISTS)[number],
  index: number,
): FieldError[] {
  const unsized = (container: Container | undefined) => ({
    ...container,
    resources: withoutSizes(container?.resources),
  });
  const errors: FieldError[] = [];
  const isInit = list === 'initContainers';
  const at = isInit ? `spec.${list}[${index}]` : 'spec';
  if (!same(unsized(now), unsized(before))) {
    const of = isInit ? ' for init or sidecar containers' : '';
    errors.push(forbidden(at, `${ONLY}${of} are mutable`));
  }
  const restarts = (now?.resizePolicy ?? []).filter(
    ({ restartPolicy }) => restartPolicy === 'RestartContainer',
  );
  if (!isInit || now?.restartPolicy === 'Always' || same(now, before)) return errors;
  const why =
    'non-sidecar init containers with a resize policy of RestartContainer cannot be resized';
  return [...errors, ...restarts.map(() => forbidden(at, why))];
}
