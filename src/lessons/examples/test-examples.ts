import { expect } from 'vitest';
import type { Pod } from '../../api/types';
import type { ClusterSimulator } from '../../lab/simulator-api';
import { example } from '../../lab/test-example';
import { createSimulator } from '../../simulator';

/** What the tests of the notes' manifests have in common. */

/** A new cluster to which an example has just been applied. */
export function applied(name: string, change = (text: string) => text): ClusterSimulator {
  const simulator = createSimulator();
  simulator.apply(change(example(name)));
  return simulator;
}

/** What a script prints on the workstation; fails the test when the script fails. */
export function shell(simulator: ClusterSimulator, script: string): string {
  const { stdout, stderr, exitCode } = simulator.sh(script);
  expect({ script, stderr: exitCode === 0 ? '' : stderr, exitCode }).toEqual({
    script,
    stderr: '',
    exitCode: 0,
  });
  return stdout;
}

/** READY and STATUS of a pod as `kubectl get pods` shows them. */
export function columns(
  simulator: ClusterSimulator,
  pod = '',
): { readonly ready: string; readonly status: string } {
  const [ready = '', status = ''] = shell(simulator, `kubectl get pods --no-headers ${pod}`)
    .trim()
    .split(/\s+/)
    .slice(1);
  return { ready, status };
}

/** Restarts of a container as the API says them. */
export function restarts(simulator: ClusterSimulator, pod: string, container: string): number {
  const { status } = simulator.get('Pod', pod) as Pod;
  const all = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
  return all.find(({ name }) => name === container)?.restartCount ?? Number.NaN;
}

export function uid(simulator: ClusterSimulator, pod: string): string | undefined {
  return (simulator.get('Pod', pod) as Pod | undefined)?.metadata.uid;
}

export function advanceTo(simulator: ClusterSimulator, seconds: number): void {
  simulator.advance(seconds * 1000 - simulator.now);
}

/** Goes on until a pod's columns are these; fails the test when they have not come in time. */
export function until(
  simulator: ClusterSimulator,
  pod: string,
  ready: string,
  status: string,
  seconds: number,
): void {
  const shows = () =>
    simulator
      .picture()
      .pods.some((one) => one.name === pod && one.ready === ready && one.status === status);
  // Step by step rather than instant by instant: looking costs more than running.
  for (let waited = 0; waited < seconds && !shows(); waited += 0.5) simulator.advance(500);
  expect(columns(simulator, pod)).toEqual({ ready, status });
}

/** The short names that busybox' nslookup never finds, made full. */
export function withFullNames(text: string): string {
  return text.replace(/nslookup ([a-z-]+)(?=[\s;])/g, 'nslookup $1.default.svc.cluster.local');
}

/** The Pod of a Deployment's template, on its own. */
export function podOfTemplate(deployment: string, name: string): string {
  const [, spec = ''] = deployment.split('\n    spec:\n');
  const body = spec.replace(/^ {4}/gm, '');
  return `apiVersion: v1\nkind: Pod\nmetadata:\n  name: ${name}\nspec:\n${body}`;
}

export function service(name: string): string {
  return `apiVersion: v1\nkind: Service\nmetadata: {name: ${name}}\nspec:\n  selector: {app: ${name}}\n  ports: [{port: 80}]\n`;
}
