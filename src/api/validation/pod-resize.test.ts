import { describe, expect, it } from 'vitest';
import { applyDefaults } from '../defaults/apply-defaults';
import type { Pod } from '../types';
import { errorText } from './field-error';
import { validatePodResize } from './pod-resize';
import { validatePodUpdate } from './pod-update';

function pod(spec: object): Pod {
  return applyDefaults({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web', namespace: 'default', resourceVersion: '1' },
    spec,
  } as unknown as Pod);
}

function sized(cpu: string, more: object = {}): Pod {
  const requests = { cpu, memory: '64Mi', ...more };
  return pod({ containers: [{ name: 'a', image: 'b', resources: { requests } }] });
}

describe('validatePodResize', () => {
  const errors = (now: Pod, old: Pod) => validatePodResize(now, old).map(errorText);

  it('lets CPU and memory change, and nothing else', () => {
    expect(errors(sized('200m'), sized('100m'))).toEqual([]);
    const more = { 'ephemeral-storage': '1Gi' };
    expect(errors(sized('100m', more), sized('100m'))).toEqual([
      'spec: Forbidden: only cpu and memory resources are mutable',
    ]);
  });

  it('takes nothing away, not even the class', () => {
    const none = pod({ containers: [{ name: 'a', image: 'b' }] });
    expect(errors(none, sized('100m'))).toEqual([
      'spec: Invalid value: "Burstable": Pod QOS Class may not change as a result of resizing',
      'spec.containers[0].resources.requests: Forbidden: resource requests cannot be removed',
    ]);
  });

  it('wants the same containers in the same places', () => {
    const other = pod({ containers: [{ name: 'c', image: 'b' }] });
    expect(errors(other, sized('100m')).at(-1)).toBe(
      'spec.containers[0].name: Forbidden: containers may not be renamed or reordered on resize',
    );
  });
});

describe('validatePodUpdate of a pod that waits at a gate', () => {
  const gated = (nodeSelector: object | undefined) =>
    pod({
      schedulingGates: [{ name: 'example.com/wait' }],
      containers: [{ name: 'a', image: 'b' }],
      ...(nodeSelector && { nodeSelector }),
    });

  it('lets it be aimed at fewer nodes only', () => {
    expect(validatePodUpdate(gated({ a: '1', b: '2' }), gated({ a: '1' }))).toEqual([]);
    expect(validatePodUpdate(gated(undefined), gated({ a: '1' })).map(errorText)).toEqual([
      'spec.nodeSelector: Invalid value: null: only additions to spec.nodeSelector are allowed (no mutations or deletions)',
    ]);
  });
});
