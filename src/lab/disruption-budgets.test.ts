import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../api/types';
import { createSimulator } from '../simulator';
import type { ClusterSimulator } from './simulator-api';

const POD =
  '{terminationGracePeriodSeconds: 1, containers: [{name: a, image: "busybox:1.37", command: [sleep, "100000"]}]}';

function lab(objects: string, budget: string): ClusterSimulator {
  const simulator = createSimulator({ pulledImages: ['busybox:1.37'] });
  simulator.apply(
    `${objects}\n---\n{apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: b}, spec: {selector: {matchLabels: {app: x}}, ${budget}}}`,
  );
  simulator.advance(10_000);
  return simulator;
}

function statusOf(simulator: ClusterSimulator): unknown {
  const { status } = simulator.get('PodDisruptionBudget', 'b') as KubeObject & {
    readonly status?: unknown;
  };
  return status;
}

function events(simulator: ClusterSimulator): string {
  return simulator.sh(
    'kubectl get events --field-selector involvedObject.kind=PodDisruptionBudget -o custom-columns=T:.type,R:.reason,M:.message --no-headers',
  ).stdout;
}

describe('how many pods a disruption budget expects', () => {
  it('is unknown where pods belong to no controller', () => {
    const simulator = lab(
      `{apiVersion: v1, kind: Pod, metadata: {name: p, labels: {app: x}}, spec: ${POD}}`,
      'maxUnavailable: 1',
    );
    expect(statusOf(simulator)).toMatchObject({ expectedPods: 0, disruptionsAllowed: 0 });
    expect(events(simulator)).toMatch(
      /^Warning +UnmanagedPods +Pods selected by this PodDisruptionBudget \(selector: &LabelSelector\{MatchLabels:map\[string\]string\{app: x,\},MatchExpressions:\[\]LabelSelectorRequirement\{\},\}\) were found to be unmanaged\. /,
    );
  });

  it('cannot be said of controllers without a size', () => {
    const simulator = lab(
      `{apiVersion: apps/v1, kind: DaemonSet, metadata: {name: d}, spec: {selector: {matchLabels: {app: x}}, template: {metadata: {labels: {app: x}}, spec: ${POD}}}}`,
      'minAvailable: 50%',
    );
    const why = 'daemonsets.apps does not implement the scale subresource';
    expect(statusOf(simulator)).toMatchObject({
      disruptionsAllowed: 0,
      conditions: [
        { type: 'DisruptionAllowed', status: 'False', reason: 'SyncFailed', message: why },
      ],
    });
    expect(events(simulator)).toContain(
      `CalculateExpectedPodCountFailed   Failed to calculate the number of expected pods: ${why}`,
    );
  });

  it('is the size of the Deployment while its ReplicaSets change places', () => {
    const simulator = lab(
      `{apiVersion: apps/v1, kind: Deployment, metadata: {name: d}, spec: {replicas: 4, selector: {matchLabels: {app: x}}, template: {metadata: {labels: {app: x}}, spec: ${POD}}}}`,
      'maxUnavailable: 25%',
    );
    simulator.sh('kubectl set image deployment/d a=busybox:none');
    simulator.advance(10_000);
    expect(statusOf(simulator)).toMatchObject({ expectedPods: 4, desiredHealthy: 3 });
  });

  it('is the number of pods for a number that must be there', () => {
    const simulator = lab(
      `{apiVersion: v1, kind: Pod, metadata: {name: p, labels: {app: x}}, spec: ${POD}}`,
      'minAvailable: 0',
    );
    expect(statusOf(simulator)).toMatchObject({ expectedPods: 1, disruptionsAllowed: 1 });
    expect(events(simulator)).not.toContain('Warning');
  });
});
