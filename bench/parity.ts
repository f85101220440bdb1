import type { Workload } from './workloads.ts';

/** An event as a client saw it, in the order of creation. */
export interface SeenEvent {
  readonly kind: string;
  readonly object: string;
  readonly reason: string;
}

export interface Observed {
  readonly ready: number;
  readonly events: readonly SeenEvent[];
  /** Requests that the server images answered. */
  readonly probes: number;
  /** Of each pod. */
  readonly restarts: readonly number[];
}

/** 10 pods × 2 probes × 360 periods. */
const PROBES_OF_THE_HOUR = 7200;
const RESTARTS_OF_THE_HOUR = 16;

/**
 * The parity gate: why a side's time does not count, or undefined. A side that does less work than a
 * cluster would has no result.
 */
export function refusal(load: Workload, seen: Observed): string | undefined {
  switch (load.id) {
    case 'P5': {
      const isNear = Math.abs(seen.probes - PROBES_OF_THE_HOUR) <= PROBES_OF_THE_HOUR / 100;
      return isNear ? undefined : `${seen.probes} probes ran, not ${PROBES_OF_THE_HOUR}`;
    }
    case 'P6': {
      const odd = seen.restarts.find((count) => Math.abs(count - RESTARTS_OF_THE_HOUR) > 1);
      if (seen.restarts.length !== load.pods) return `${seen.restarts.length} pods were seen`;
      return odd === undefined ? undefined : `a pod restarted ${odd} times`;
    }
    case 'P7':
      return undefined;
    default:
      return burstRefusal(load, seen);
  }
}

function burstRefusal(load: Workload, { ready, events }: Observed): string | undefined {
  if (ready !== load.pods) return `${ready} of ${load.pods} pods are Ready`;
  const wanted = ['Scheduled'];
  for (let index = 0; index < load.containersPerPod; index++)
    wanted.push('Pulled', 'Created', 'Started');
  const byPod = new Map<string, string[]>();
  for (const { kind, object, reason } of events) {
    if (kind !== 'Pod' || reason === 'Pulling') continue;
    const reasons = byPod.get(object);
    if (reasons) reasons.push(reason);
    else byPod.set(object, [reason]);
  }
  if (byPod.size !== load.pods) return `${byPod.size} of ${load.pods} pods have events`;
  for (const [name, reasons] of byPod) {
    if (reasons.join() !== wanted.join()) return `${name} has the events ${reasons.join(', ')}`;
  }
  if (load.id !== 'P3') return undefined;
  for (const reason of ['ScalingReplicaSet', 'SuccessfulCreate']) {
    if (!events.some((event) => event.reason === reason)) return `no event says ${reason}`;
  }
  return undefined;
}
