import { addQuantities, compareQuantities, parseQuantity, quantityText } from '../quantity';
import type { Json } from '../yaml/read-manifests';

type JsonMap = { [key: string]: Json };
type Amounts = Map<string, string>;

/**
 * What a pod's containers request together: regular containers and sidecars add up, and an init
 * container needs its own request beside the sidecars before it. Models component-helpers'
 * AggregateContainerRequests.
 */
export function aggregateRequests(spec: JsonMap): { [name: string]: string } {
  return aggregate(spec, 'requests');
}

/** The same for limits. */
export function aggregateLimits(spec: JsonMap): { [name: string]: string } {
  return aggregate(spec, 'limits');
}

function aggregate(spec: JsonMap, part: 'requests' | 'limits'): { [name: string]: string } {
  const total: Amounts = new Map();
  for (const container of list(spec.containers)) add(total, amountsOf(container, part));
  const sidecars: Amounts = new Map();
  const init: Amounts = new Map();
  for (const container of list(spec.initContainers)) {
    let needed = amountsOf(container, part);
    if (container.restartPolicy === 'Always') {
      add(total, needed);
      add(sidecars, needed);
      needed = new Map(sidecars);
    } else {
      needed = new Map(needed);
      add(needed, sidecars);
    }
    raise(init, needed);
  }
  raise(total, init);
  return Object.fromEntries(total);
}

function list(value: Json | undefined): JsonMap[] {
  return Array.isArray(value) ? (value as JsonMap[]) : [];
}

function amountsOf(container: JsonMap, part: 'requests' | 'limits'): Amounts {
  const amounts = ((container.resources ?? {}) as { [part: string]: JsonMap | undefined })[part];
  return new Map(Object.entries(amounts ?? {}).map(([name, value]) => [name, String(value)]));
}

function add(sum: Amounts, more: Amounts): void {
  for (const [name, value] of more) {
    const current = sum.get(name);
    const added =
      current === undefined
        ? parseQuantity(value)
        : addQuantities(parseQuantity(current), parseQuantity(value));
    sum.set(name, quantityText(added));
  }
}

function raise(most: Amounts, other: Amounts): void {
  for (const [name, value] of other) {
    const current = most.get(name);
    if (
      current === undefined ||
      compareQuantities(parseQuantity(value), parseQuantity(current)) > 0
    ) {
      most.set(name, value);
    }
  }
}
