import { aggregateLimits, aggregateRequests } from '../defaults/pod-resources';
import { qualifiedNameProblems } from '../names';
import {
  compareQuantities,
  parseQuantity,
  type Quantity,
  quantityOf,
  quantityText,
  scaledValue,
  signOf,
} from '../quantity';
import type { PodSpec, ResourceRequirements } from '../types';
import type { Json } from '../yaml/read-manifests';
import {
  duplicate,
  type FieldError,
  forbidden,
  invalid,
  invalidFor,
  notFound,
  notSupported,
  required,
} from './field-error';
import { dnsLabelErrors } from './paths';

/** Requests and limits. Models pkg/apis/core/validation validateResourceRequirements. */

const CONTAINER_RESOURCES = ['cpu', 'memory', 'ephemeral-storage'];
const STANDARD_RESOURCES = [
  ...CONTAINER_RESOURCES,
  ...['limits.cpu', 'limits.memory', 'limits.ephemeral-storage', 'requests.cpu'],
  ...['requests.memory', 'requests.ephemeral-storage', 'requests.storage', 'storage', 'pods'],
  ...['configmaps', 'persistentvolumeclaims', 'replicationcontrollers', 'resourcequotas'],
  ...['secrets', 'services', 'services.loadbalancers', 'services.nodeports'],
];
const HUGE_PAGES = 'hugepages-';
const INTEGER = 'must be an integer';

type Amounts = Readonly<Record<string, number | string>>;
type NameRule = (name: string, field: string) => FieldError[];

function isNative(name: string): boolean {
  return !name.includes('/') || name.includes('kubernetes.io/');
}

function isHugePages(name: string): boolean {
  return name.startsWith(HUGE_PAGES);
}

function isExtended(name: string): boolean {
  if (isNative(name) || name.startsWith('requests.')) return false;
  return qualifiedNameProblems(`requests.${name}`).length === 0;
}

/** Resources of which a node may promise more than it has. */
export function isOvercommitAllowed(name: string): boolean {
  return isNative(name) && !isHugePages(name);
}

export function resourceNameErrors(name: string, field: string): FieldError[] {
  const problems = qualifiedNameProblems(name);
  if (problems.length > 0) return invalidFor(field, name, problems);
  const standard =
    STANDARD_RESOURCES.includes(name) ||
    isHugePages(name) ||
    name.startsWith('requests.hugepages-');
  if (name.includes('/') || standard) return [];
  return [invalid(field, name, 'must be a standard resource type or fully qualified')];
}

export const containerResourceNameErrors: NameRule = (name, field) => {
  const errors = resourceNameErrors(name, field);
  if (!name.includes('/')) {
    if (!CONTAINER_RESOURCES.includes(name) && !isHugePages(name)) {
      errors.push(invalid(field, name, 'must be a standard resource for containers'));
    }
  } else if (!isNative(name) && !isExtended(name)) {
    errors.push(invalid(field, name, "doesn't follow extended resource name standard"));
  }
  return errors;
};

const podResourceName: NameRule = (name, field) => {
  const errors = resourceNameErrors(name, field);
  if (errors.length > 0 || name === 'cpu' || name === 'memory' || isHugePages(name)) return errors;
  return [notSupported(field, name, ['cpu', 'hugepages-', 'memory'])];
};

/** Amounts are shown as they are stored. */
export function quantityValueErrors(name: string, value: Quantity, field: string): FieldError[] {
  const errors: FieldError[] = [];
  if (signOf(value) < 0) {
    errors.push(invalid(field, quantityText(value), 'must be greater than or equal to 0'));
  }
  if (isExtended(name) && scaledValue(value, -3) % 1000n !== 0n) {
    errors.push(invalid(field, quantityText(value), INTEGER));
  }
  return errors;
}

function hugePageErrors(name: string, value: Quantity, field: string): FieldError[] {
  if (!isHugePages(name)) return [];
  let size: bigint;
  try {
    const parsed = parseQuantity(name.slice(HUGE_PAGES.length));
    size =
      signOf(parsed) > 0 && scaledValue(parsed, -3) % 1000n === 0n ? scaledValue(parsed, 0) : 0n;
  } catch {
    size = 0n;
  }
  if (size > 0n && scaledValue(value, 0) % size === 0n) return [];
  const text = quantityText(value);
  return [invalid(field, text, `${text} is not positive integer multiple of ${name}`)];
}

function amounts(list: Amounts | undefined): [name: string, value: Quantity][] {
  return Object.entries(list ?? {})
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => [name, parseQuantity(String(value))]);
}

export function validateContainerResources(
  resources: ResourceRequirements | undefined,
  claimNames: readonly string[],
  field: string,
): FieldError[] {
  return validateResources(resources, claimNames, field, containerResourceNameErrors);
}

function validateResources(
  resources: ResourceRequirements | undefined,
  claimNames: readonly string[],
  field: string,
  nameRule: NameRule,
): FieldError[] {
  const errors: FieldError[] = [];
  const limits = new Map(amounts(resources?.limits));
  const requests = amounts(resources?.requests);
  for (const [name, value] of limits) {
    const at = `${field}.limits[${name}]`;
    errors.push(...nameRule(name, at), ...quantityValueErrors(name, value, at));
    errors.push(...hugePageErrors(name, value, at));
  }
  for (const [name, value] of requests) {
    const at = `${field}.requests[${name}]`;
    errors.push(...nameRule(name, at), ...quantityValueErrors(name, value, at));
    errors.push(...limitErrors(name, value, limits.get(name), field));
    errors.push(...hugePageErrors(name, value, at));
  }
  const names = [...limits.keys(), ...requests.map(([name]) => name)];
  if (names.some(isHugePages) && !names.includes('cpu') && !names.includes('memory')) {
    errors.push(forbidden(field, 'HugePages require cpu or memory'));
  }
  errors.push(...validateClaims(resources?.claims, claimNames, `${field}.claims`));
  return errors;
}

function limitErrors(
  name: string,
  request: Quantity,
  limit: Quantity | undefined,
  field: string,
): FieldError[] {
  if (limit === undefined) {
    if (isOvercommitAllowed(name)) return [];
    return [required(`${field}.limits`, 'Limit must be set for non overcommitable resources')];
  }
  const order = compareQuantities(request, limit);
  const rule = `${name} limit of ${quantityText(limit)}`;
  const at = `${field}.requests`;
  if (order !== 0 && !isOvercommitAllowed(name)) {
    return [invalid(at, quantityText(request), `must be equal to ${rule}`)];
  }
  if (order <= 0) return [];
  return [invalid(at, quantityText(request), `must be less than or equal to ${rule}`)];
}

function validateClaims(
  claims: ResourceRequirements['claims'] = [],
  claimNames: readonly string[],
  field: string,
): FieldError[] {
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  claims.forEach(({ name = '', request = '' }, index) => {
    const at = `${field}[${index}]`;
    if (name === '') {
      errors.push(required(at));
      return;
    }
    if (request !== '') errors.push(...dnsLabelErrors(`${at}.request`, request));
    const key = request === '' ? name : `${name}/${request}`;
    const partly = request === '' && [...seen].some((other) => other.startsWith(`${name}/`));
    if (seen.has(name)) errors.push(duplicate(at, name));
    else if (seen.has(key)) errors.push(duplicate(at, key));
    else if (partly) errors.push(duplicate(at, name));
    seen.add(key);
    if (claimNames.includes(name)) return;
    const known =
      claimNames.length === 0 ? ' which is empty' : `: ${[...claimNames].sort().join(', ')}`;
    const detail = `must be one of the names in pod.spec.resourceClaims${known}`;
    errors.push({ ...notFound(at, name), detail });
  });
  return errors;
}

/** Resources of the pod as a whole, which its containers must fit into. */
export function validatePodLevelResources(spec: PodSpec, field: string): FieldError[] {
  const { resources } = spec;
  if (resources === undefined) return [];
  if (spec.os?.name === 'windows') return [forbidden(field, 'may not be set for a windows pod')];
  const errors: FieldError[] = [];
  if (resources.claims !== undefined) {
    errors.push(forbidden(`${field}.claims`, 'claims may not be set for Resources at pod-level'));
  }
  const claimNames = (spec.resourceClaims ?? []).map(({ name }) => name).filter(Boolean);
  errors.push(...validateResources(resources, claimNames, field, podResourceName));
  const together = amounts(aggregateRequests(spec as unknown as { [key: string]: Json }));
  const requests = new Map(amounts(resources.requests));
  for (const [name, sum] of together) {
    const request = requests.get(name);
    if (request === undefined || compareQuantities(sum, request) <= 0) continue;
    const why = `must be greater than or equal to aggregate container requests of ${quantityText(sum)}`;
    errors.push(invalid(`${field}.requests[${name}]`, quantityText(request), why));
  }
  const limits = new Map(amounts(resources.limits));
  for (const [name, sum] of amounts(aggregateLimits(spec as unknown as { [key: string]: Json }))) {
    const limit = limits.get(name);
    if (!isHugePages(name) || limit === undefined || compareQuantities(sum, limit) <= 0) continue;
    const why = `must be greater than or equal to aggregate container limits of ${quantityText(sum)}`;
    errors.push(invalid(`${field}.limits[${name}]`, quantityText(limit), why));
  }
  (spec.containers ?? []).forEach((container, index) => {
    for (const [name, value] of amounts(container.resources?.limits)) {
      const limit = limits.get(name);
      if (limit === undefined || compareQuantities(value, limit) <= 0) continue;
      const at = `${field}.containers[${index}][${name}].limits`;
      const why = `must be less than or equal to pod limits of ${quantityText(limit)}`;
      errors.push(invalid(at, quantityText(value), why));
    }
  });
  return errors;
}

/** A size that may not be negative. */
export function isNegative(value: number | string | undefined): boolean {
  if (value === undefined) return false;
  return compareQuantities(parseQuantity(String(value)), quantityOf(0, 'DecimalSI')) < 0;
}
