import { parseQuantity, scaledValue } from '../../api/quantity';
import {
  type Container,
  isRestartableInitContainer,
  type PodSpec,
  type ResourceList,
} from '../kubelet/core-v1';

/** Amounts by resource: cpu in thousandths of a core, all else in its own unit. */
export type Amounts = Map<string, number>;

export function amountsOf(list: ResourceList | undefined): Amounts {
  const amounts: Amounts = new Map();
  for (const [name, quantity] of Object.entries(list ?? {})) {
    const scale = name === 'cpu' ? -3 : 0;
    amounts.set(name, Number(scaledValue(parseQuantity(String(quantity)), scale)));
  }
  return amounts;
}

export function addTo(sum: Amounts, more: Amounts, sign: 1 | -1 = 1): void {
  for (const [name, amount] of more) sum.set(name, (sum.get(name) ?? 0) + sign * amount);
}

function raiseTo(sum: Amounts, least: Amounts): void {
  for (const [name, amount] of least) {
    if (amount > (sum.get(name) ?? 0)) sum.set(name, amount);
  }
}

/**
 * What a pod takes of its node: its regular containers and sidecars together, or an init container with
 * the sidecars before it where that is more. Models component-helpers/resource PodRequests.
 */
export function podRequests(spec: PodSpec): Amounts {
  const requestsOf = (container: Container) => amountsOf(container.resources?.requests);
  const total: Amounts = new Map();
  for (const container of spec.containers) addTo(total, requestsOf(container));
  const sidecars: Amounts = new Map();
  const initial: Amounts = new Map();
  for (const container of spec.initContainers ?? []) {
    const requests = requestsOf(container);
    if (isRestartableInitContainer(container)) {
      addTo(total, requests);
      addTo(sidecars, requests);
      raiseTo(initial, sidecars);
    } else {
      const together: Amounts = new Map(sidecars);
      addTo(together, requests);
      raiseTo(initial, together);
    }
  }
  raiseTo(total, initial);
  for (const [name, amount] of amountsOf(spec.resources?.requests)) total.set(name, amount);
  addTo(total, amountsOf(spec.overhead));
  return total;
}
