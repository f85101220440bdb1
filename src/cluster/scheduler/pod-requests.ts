import { podRequests as effectiveRequests } from '../../api/pod-resources';
import { parseQuantity, type Quantity, scaledValue } from '../../api/quantity';
import type { PodSpec, ResourceList } from '../../api/stored-objects';

/** Amounts by resource: cpu in thousandths of a core, all else in its own unit. */
export type Amounts = ReadonlyMap<string, number>;

/** Amounts that are being added up. */
export type Sum = Map<string, number>;

const NOTHING: Amounts = new Map();

/** Lists and specs of stored objects never change; what they come to is worked out once. */
const amountsOfLists = new WeakMap<ResourceList, Amounts>();
const requestsOfSpecs = new WeakMap<PodSpec, Amounts>();

/** The amounts of a list: milli-units of CPU, whole units of all else. */
export function amountsOf(list: ResourceList | undefined): Amounts {
  if (list === undefined) return NOTHING;
  const known = amountsOfLists.get(list);
  if (known) return known;
  const amounts: Sum = new Map();
  for (const [name, quantity] of Object.entries(list)) {
    amounts.set(name, amountOf(name, parseQuantity(String(quantity))));
  }
  amountsOfLists.set(list, amounts);
  return amounts;
}

function amountOf(name: string, quantity: Quantity): number {
  return Number(scaledValue(quantity, name === 'cpu' ? -3 : 0));
}

/** Adds `sign` times the amounts to a sum. */
export function addTo(sum: Sum, more: Amounts, sign: 1 | -1 = 1): void {
  for (const [name, amount] of more) sum.set(name, (sum.get(name) ?? 0) + sign * amount);
}

/** What a pod takes of its node, in numbers to reckon with. Models component-helpers resource PodRequests. */
export function podRequests(spec: PodSpec): Amounts {
  const known = requestsOfSpecs.get(spec);
  if (known) return known;
  const requests: Sum = new Map();
  for (const [name, quantity] of effectiveRequests({ spec })) {
    requests.set(name, amountOf(name, quantity));
  }
  requestsOfSpecs.set(spec, requests);
  return requests;
}
