import { copyJson } from '../copy-json';
import { podLimits, podRequests } from '../pod-resources';
import {
  asNumber,
  compareQuantities,
  isZero,
  parseQuantity,
  type Quantity,
  quantityText,
} from '../quantity';
import { admissionError } from '../status';
import type { Container, KubeObject, Pod } from '../types';
import { aggregateText } from '../validation/field-error';

type ResourceList = Readonly<Record<string, string | number>>;
type Amounts = ReadonlyMap<string, Quantity>;

interface LimitRangeItem {
  readonly type: string;
  readonly max?: ResourceList;
  readonly min?: ResourceList;
  readonly default?: ResourceList;
  readonly defaultRequest?: ResourceList;
  readonly maxLimitRequestRatio?: ResourceList;
}

export interface LimitRange extends KubeObject {
  readonly spec?: { readonly limits?: readonly LimitRangeItem[] };
}

const ANNOTATION = 'kubernetes.io/limit-ranger';

/**
 * Fills in the requests and limits that a namespace's LimitRanges give to containers without, and says so
 * in an annotation. Returns a new pod. Models plugin/pkg/admission/limitranger, Admit.
 */
export function withLimitRangeDefaults(pod: Pod, ranges: readonly LimitRange[]): Pod {
  const items = ranges.flatMap(({ spec }) => spec?.limits ?? []);
  const defaults = items.filter(({ type }) => type === 'Container');
  if (defaults.length === 0) return pod;
  const limits = Object.assign({}, ...defaults.map((item) => item.default ?? {})) as ResourceList;
  const requests = Object.assign(
    {},
    ...defaults.map(({ defaultRequest }) => defaultRequest ?? {}),
  ) as ResourceList;
  const filled = copyJson(pod);
  const notes = [
    ...(filled.spec.containers ?? []).flatMap((container) =>
      fill(container, requests, limits, 'container'),
    ),
    ...(filled.spec.initContainers ?? []).flatMap((container) =>
      fill(container, requests, limits, 'init container'),
    ),
  ];
  if (notes.length === 0) return pod;
  filled.metadata.annotations = {
    ...filled.metadata.annotations,
    [ANNOTATION]: `LimitRanger plugin set: ${notes.join('; ')}`,
  };
  return filled;
}

function fill(
  container: Container,
  requests: ResourceList,
  limits: ResourceList,
  what: string,
): string[] {
  const notes: string[] = [];
  const resources = { ...container.resources };
  for (const [key, defaults] of [
    ['requests', requests],
    ['limits', limits],
  ] as const) {
    const missing = Object.keys(defaults).filter((name) => resources[key]?.[name] === undefined);
    if (missing.length === 0) continue;
    const added = Object.fromEntries(missing.map((name) => [name, defaults[name]]));
    resources[key] = { ...resources[key], ...added } as never;
    const kind = key === 'requests' ? 'request' : 'limit';
    notes.push(`${missing.sort().join(', ')} ${kind} for ${what} ${container.name}`);
  }
  if (notes.length > 0) container.resources = resources;
  return notes;
}

/** Refuses a pod that breaks a bound of its namespace. Models PodValidateLimitFunc. Throws Forbidden. */
export function checkLimitRanges(pod: Pod, ranges: readonly LimitRange[]): void {
  for (const range of ranges) {
    const errors = (range.spec?.limits ?? []).flatMap((item) => podErrors(pod, item));
    if (errors.length > 0) refuse('pods', pod.metadata.name, errors);
  }
}

/** As `checkLimitRanges`, for what a claim asks for. Models PersistentVolumeClaimValidateLimitFunc. */
export function checkClaimLimits(claim: KubeObject, ranges: readonly LimitRange[]): void {
  const spec = claim.spec as { resources?: { requests?: ResourceList } } | undefined;
  const requests = amountsOf(spec?.resources?.requests);
  for (const range of ranges) {
    const errors = (range.spec?.limits ?? [])
      .filter(({ type }) => type === 'PersistentVolumeClaim')
      .flatMap(({ type, min, max }) => [
        ...each(min, (name, bound) => minimumError(type, name, bound, requests, NONE)),
        ...each(max, (name, bound) => maximumRequestError(type, name, bound, requests)),
      ]);
    if (errors.length > 0) refuse('persistentvolumeclaims', claim.metadata.name, errors);
  }
}

function refuse(resource: string, name: string | undefined, errors: readonly string[]): never {
  throw admissionError(resource, name, aggregateText(errors));
}

const NONE: Amounts = new Map();

function podErrors(pod: Pod, item: LimitRangeItem): string[] {
  if (item.type === 'Pod') return boundErrors(item, podRequests(pod), podLimits(pod));
  if (item.type !== 'Container') return [];
  const { containers, initContainers } = pod.spec;
  return [...(containers ?? []), ...(initContainers ?? [])].flatMap(({ resources }) =>
    boundErrors(
      item,
      amountsOf(resources?.requests as ResourceList | undefined),
      amountsOf(resources?.limits as ResourceList | undefined),
    ),
  );
}

function boundErrors(item: LimitRangeItem, requests: Amounts, limits: Amounts): string[] {
  const { type } = item;
  return [
    ...each(item.min, (name, bound) => minimumError(type, name, bound, requests, limits)),
    ...each(item.max, (name, bound) => maximumError(type, name, bound, requests, limits)),
    ...each(item.maxLimitRequestRatio, (name, bound) =>
      ratioError(type, name, bound, requests, limits),
    ),
  ];
}

function each(
  bounds: ResourceList | undefined,
  check: (name: string, bound: Quantity) => string | undefined,
): string[] {
  return [...amountsOf(bounds)].flatMap(([name, bound]) => check(name, bound) ?? []);
}

function amountsOf(list: ResourceList | undefined): Amounts {
  const names = Object.keys(list ?? {}).sort();
  return new Map(names.map((name) => [name, parseQuantity(String(list?.[name]))]));
}

function minimumError(
  type: string,
  name: string,
  bound: Quantity,
  requests: Amounts,
  limits: Amounts,
): string | undefined {
  const subject = `minimum ${name} usage per ${type} is ${quantityText(bound)}`;
  const request = requests.get(name);
  const limit = limits.get(name);
  if (!request) return `${subject}.  No request is specified`;
  if (compareQuantities(request, bound) < 0) {
    return `${subject}, but request is ${quantityText(request)}`;
  }
  if (limit && compareQuantities(limit, bound) < 0) {
    return `${subject}, but limit is ${quantityText(limit)}`;
  }
  return undefined;
}

function maximumError(
  type: string,
  name: string,
  bound: Quantity,
  requests: Amounts,
  limits: Amounts,
): string | undefined {
  const subject = `maximum ${name} usage per ${type} is ${quantityText(bound)}`;
  const request = requests.get(name);
  const limit = limits.get(name);
  if (!limit) return `${subject}.  No limit is specified`;
  if (compareQuantities(limit, bound) > 0) {
    return `${subject}, but limit is ${quantityText(limit)}`;
  }
  if (request && compareQuantities(request, bound) > 0) {
    return `${subject}, but request is ${quantityText(request)}`;
  }
  return undefined;
}

function maximumRequestError(
  type: string,
  name: string,
  bound: Quantity,
  requests: Amounts,
): string | undefined {
  const subject = `maximum ${name} usage per ${type} is ${quantityText(bound)}`;
  const request = requests.get(name);
  if (!request) return `${subject}.  No request is specified`;
  if (compareQuantities(request, bound) <= 0) return undefined;
  return `${subject}, but request is ${quantityText(request)}`;
}

function ratioError(
  type: string,
  name: string,
  bound: Quantity,
  requests: Amounts,
  limits: Amounts,
): string | undefined {
  const subject = `${name} max limit to request ratio per ${type} is ${quantityText(bound)}`;
  const request = requests.get(name);
  const limit = limits.get(name);
  if (!request || isZero(request)) return `${subject}, but no request is specified or request is 0`;
  if (!limit || isZero(limit)) return `${subject}, but no limit is specified or limit is 0`;
  const ratio = asNumber(limit) / asNumber(request);
  if (ratio <= asNumber(bound)) return undefined;
  return `${subject}, but provided ratio is ${ratio.toFixed(6)}`;
}
