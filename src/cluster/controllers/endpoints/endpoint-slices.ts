import { equalJson, type Json } from '../../../api/patch/json-value';
import {
  type DesiredEndpoints,
  type Endpoint,
  type EndpointGroup,
  type EndpointSlice,
  portsKey,
} from './endpoints';

/** How many endpoints one slice holds. */
export const ENDPOINTS_PER_SLICE = 100;

/** A slice that is to be written; `existing` undefined: a new one. */
export interface SliceWrite {
  readonly existing: EndpointSlice | undefined;
  readonly group: EndpointGroup;
}

export interface SlicePlan {
  readonly writes: readonly SliceWrite[];
  readonly removals: readonly EndpointSlice[];
}

/**
 * How slices become what is desired with few writes: endpoints stay in the slice they are in, new ones fill
 * those that are changed anyway or have room, the rest comes into new slices. Of a Service without endpoints
 * an empty slice stays. Models k8s.io/endpointslice reconciler.go reconcileByPortMapping.
 */
export function planSlices(
  desired: DesiredEndpoints,
  existing: readonly EndpointSlice[],
  perSlice: number = ENDPOINTS_PER_SLICE,
): SlicePlan {
  const writes: SliceWrite[] = [];
  const left = new Set(existing);
  for (const group of desired.groups) {
    const own = existing.filter(
      (slice) =>
        slice.addressType === group.addressType &&
        portsKey(slice.ports ?? []) === portsKey(group.ports),
    );
    const plan = planGroup(group, own, perSlice);
    for (const slice of [...plan.kept, ...plan.writes.map((write) => write.existing)]) {
      if (slice) left.delete(slice);
    }
    writes.push(...plan.writes);
  }
  return reused({ writes, removals: [...left] });
}

/** Slices that nobody needs any more become those that are missing. */
function reused({ writes, removals }: SlicePlan): SlicePlan {
  const left = [...removals];
  const paired = writes.map((write) => {
    if (write.existing) return write;
    const at = left.findIndex(({ addressType }) => addressType === write.group.addressType);
    return at < 0 ? write : { ...write, existing: left.splice(at, 1)[0] };
  });
  return { writes: paired, removals: left };
}

function planGroup(
  group: EndpointGroup,
  own: readonly EndpointSlice[],
  perSlice: number,
): { writes: SliceWrite[]; kept: EndpointSlice[] } {
  const wanted = new Map(group.endpoints.map((endpoint) => [identityOf(endpoint), endpoint]));
  const states = own.map((slice) => {
    const endpoints: Endpoint[] = [];
    for (const before of slice.endpoints ?? []) {
      const key = identityOf(before);
      const after = wanted.get(key);
      if (!after) continue;
      wanted.delete(key);
      endpoints.push(after);
    }
    return { slice, endpoints };
  });
  const added = [...wanted.values()];
  for (const state of states) {
    while (added.length > 0 && state.endpoints.length < perSlice) {
      state.endpoints.push(added.shift() as Endpoint);
    }
  }
  const kept: EndpointSlice[] = [];
  const writes: SliceWrite[] = [];
  const filled = states.filter(({ endpoints }) => endpoints.length > 0);
  const [spare] = states;
  if (filled.length === 0 && added.length === 0 && spare) filled.push(spare);
  for (const { slice, endpoints } of filled) {
    if (isSame(slice.endpoints ?? [], endpoints)) kept.push(slice);
    else writes.push({ existing: slice, group: { ...group, endpoints } });
  }
  if (filled.length === 0 && added.length === 0) writes.push({ existing: undefined, group });
  while (added.length > 0) {
    const endpoints = added.splice(0, perSlice);
    writes.push({ existing: undefined, group: { ...group, endpoints } });
  }
  return { writes, kept };
}

function identityOf({ addresses, targetRef }: Endpoint): string {
  return JSON.stringify([addresses[0], targetRef?.namespace, targetRef?.name, targetRef?.uid]);
}

function isSame(a: readonly Endpoint[], b: readonly Endpoint[]): boolean {
  return equalJson(a as unknown as Json, b as unknown as Json);
}
