import { type IntOrString, IntOrStringError, scaledIntOrPercent } from '../../../api/int-or-string';

export interface Fenceposts {
  readonly maxSurge: number;
  readonly maxUnavailable: number;
}

/**
 * How many pods a rolling update may have too many and too few. Percentages of the surge are rounded up,
 * those of the unavailable down; where both are zero one pod may be unavailable, or nothing would move.
 * Throws IntOrStringError. Models deployment_util.go ResolveFenceposts.
 */
export function resolveFenceposts(
  maxSurge: IntOrString | undefined,
  maxUnavailable: IntOrString | undefined,
  desired: number,
): Fenceposts {
  const surge = scaledIntOrPercent(maxSurge ?? 0, desired, true);
  const unavailable = scaledIntOrPercent(maxUnavailable ?? 0, desired, false);
  return { maxSurge: surge, maxUnavailable: surge === 0 && unavailable === 0 ? 1 : unavailable };
}

interface Rollout {
  readonly replicas: number;
  readonly strategy: {
    readonly type: string;
    readonly rollingUpdate?: {
      readonly maxSurge?: IntOrString;
      readonly maxUnavailable?: IntOrString;
    };
  };
}

/** A Deployment's fenceposts: none where it does not roll. Models MaxSurge and MaxUnavailable. */
export function fencepostsOf({ replicas, strategy }: Rollout): Fenceposts {
  if (strategy.type !== 'RollingUpdate') return { maxSurge: 0, maxUnavailable: 0 };
  const { maxSurge, maxUnavailable } = strategy.rollingUpdate ?? {};
  try {
    const resolved = resolveFenceposts(maxSurge, maxUnavailable, replicas);
    const unavailable = replicas === 0 ? 0 : Math.min(resolved.maxUnavailable, replicas);
    return { maxSurge: resolved.maxSurge, maxUnavailable: unavailable };
  } catch (error) {
    if (error instanceof IntOrStringError) return { maxSurge: 0, maxUnavailable: 0 };
    throw error;
  }
}
