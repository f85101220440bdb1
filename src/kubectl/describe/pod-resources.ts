import { addQuantities, compareQuantities, parseQuantity, type Quantity } from '../../api/quantity';
import type { PodSpec } from '../../api/types';

export type Amounts = ReadonlyMap<string, Quantity>;

/** What a pod asks for and may use altogether. Models k8s.io/component-helpers resource.PodRequests. */
export function podResources(spec: PodSpec): {
  readonly requests: Amounts;
  readonly limits: Amounts;
} {
  return { requests: total(spec, 'requests'), limits: total(spec, 'limits') };
}

function total(spec: PodSpec, kind: 'requests' | 'limits'): Amounts {
  let running = new Map<string, Quantity>();
  for (const { resources } of spec.containers) running = sum(running, amounts(resources?.[kind]));
  let sidecars = new Map<string, Quantity>();
  let highest = new Map<string, Quantity>();
  for (const { resources, restartPolicy } of spec.initContainers ?? []) {
    const own = amounts(resources?.[kind]);
    if (restartPolicy === 'Always') {
      sidecars = sum(sidecars, own);
      running = sum(running, own);
      highest = larger(highest, sidecars);
    } else {
      highest = larger(highest, sum(sidecars, own));
    }
  }
  const all = larger(running, highest);
  return spec.overhead && (kind === 'requests' || all.size > 0)
    ? sum(all, amounts(spec.overhead))
    : all;
}

function amounts(list: Readonly<Record<string, string | number>> | undefined): Amounts {
  return new Map(
    Object.entries(list ?? {}).map(([name, value]) => [name, parseQuantity(String(value))]),
  );
}

function sum(a: Amounts, b: Amounts): Map<string, Quantity> {
  const result = new Map(a);
  for (const [name, amount] of b) {
    const before = result.get(name);
    result.set(name, before ? addQuantities(before, amount) : amount);
  }
  return result;
}

function larger(a: Amounts, b: Amounts): Map<string, Quantity> {
  const result = new Map(a);
  for (const [name, amount] of b) {
    const before = result.get(name);
    if (!before || compareQuantities(before, amount) < 0) result.set(name, amount);
  }
  return result;
}
