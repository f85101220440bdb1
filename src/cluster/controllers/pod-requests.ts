import { parseQuantity, scaledValue } from '../../api/quantity';
import {
  type Container,
  isRestartableInitContainer,
  type PodSpec,
  type ResourceList,
} from '../kubelet/core-v1';

/** Amounts by resource: cpu in thousandths of a core, all else in its own unit. */
export type Amounts = ReadonlyMap<string, number>;

/** Amounts that are being added up. */
export type Sum = Map<string, number>;

const NOTHING: Amounts = new Map();

/** Lists and specs of stored objects never change; what they come to is worked out once. */
const amountsOfLists = new WeakMap<ResourceList, Amounts>();
const requestsOfSpecs = new WeakMap<PodSpec, Amounts>();

export function amountsOf(list: ResourceList | undefined): Amounts {
  if (list === undefined) return NOTHING;
  const known = amountsOfLists.get(list);
  if (known) return known;
  const amounts: Sum = new Map();
  for (const [name, quantity] of Object.entries(list)) {
    const scale = name === 'cpu' ? -3 : 0;
    amounts.set(name, Number(scaledValue(parseQuantity(String(quantity)), scale)));
  }
  amountsOfLists.set(list, amounts);
  return amounts;
}

export function addTo(sum: Sum, more: Amounts, sign: 1 | -1 = 1): void {
  for (const [name, amount] of more) sum.set(name, (sum.get(name) ?? 0) + sign * amount);
}

function raiseTo(sum: Sum, least: Amounts): void {
  for (const [name, amount] of least) {
    if (amount > (sum.get(name) ?? 0)) sum.set(name, amount);
  }
}

/**
 * What a pod takes of its node: its regular containers and sidecars together, or an init container with
 * the sidecars before it where that is more. Models component-helpers/resource PodRequests.
 */
export function podRequests(spec: PodSpec): Amounts {
  const known = requestsOfSpecs.get(spec);
  if (known) return known;
  const requestsOf = (container: Container) => amountsOf(container.resources?.requests);
  const total: Sum = new Map();
  for (const container of spec.containers) addTo(total, requestsOf(container));
  const sidecars: Sum = new Map();
  const initial: Sum = new Map();
  for (const container of spec.initContainers ?? []) {
    const requests = requestsOf(container);
    if (isRestartableInitContainer(container)) {
      addTo(total, requests);
      addTo(sidecars, requests);
      raiseTo(initial, sidecars);
    } else {
      const together: Sum = new Map(sidecars);
      addTo(together, requests);
      raiseTo(initial, together);
    }
  }
  raiseTo(total, initial);
  for (const [name, amount] of amountsOf(spec.resources?.requests)) total.set(name, amount);
  addTo(total, amountsOf(spec.overhead));
  requestsOfSpecs.set(spec, total);
  return total;
}
