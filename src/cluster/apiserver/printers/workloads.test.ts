import { describe, expect, it } from 'vitest';
import { horizontalPodAutoscalerPrinter } from './workloads';

function targets(metrics: object[], currentMetrics: object[] = []): unknown {
  const scaler = {
    metadata: { name: 'web' },
    spec: { scaleTargetRef: { kind: 'Deployment', name: 'web' }, maxReplicas: 3, metrics },
    status: { currentMetrics },
  };
  return horizontalPodAutoscalerPrinter.row(scaler as never, { nowMs: 0 } as never).cells[2];
}

const external = (target: object) => ({
  type: 'External',
  external: { metric: { name: 'queue' }, target },
});

describe('horizontalPodAutoscalerPrinter', () => {
  it('shows what is wanted, and what was measured of it', () => {
    expect(targets([])).toBe('<none>');
    expect(targets([external({ value: '100m' })])).toBe('<unknown>/100m');
    const measured = { type: 'External', external: { current: { averageValue: '50m' } } };
    expect(targets([external({ averageValue: '100m' })], [measured])).toBe('50m/100m (avg)');
    const pods = { type: 'Pods', pods: { target: { averageValue: '1k' } } };
    expect(targets([pods])).toBe('<unknown>/1k');
  });

  it('names resources, and two metrics at most', () => {
    const cpu = (target: object) => ({ type: 'Resource', resource: { name: 'cpu', target } });
    const used = { type: 'Resource', resource: { current: { averageUtilization: 12 } } };
    expect(targets([cpu({ averageUtilization: 80 })], [used])).toBe('cpu: 12%/80%');
    expect(targets([cpu({}), cpu({ averageValue: '1' }), cpu({})])).toBe(
      'cpu: <unknown>/<auto>, cpu: <unknown>/1 + 1 more...',
    );
  });
});
