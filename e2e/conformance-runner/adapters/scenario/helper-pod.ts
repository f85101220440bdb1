import type { Pod } from '../../../../src/api/types.ts';
import type { ClusterSimulator } from '../../../../src/simulator.ts';

/** Where hooks send their requests, in the place of an address. */
const PLACEHOLDER = '$(HELPER_POD_IP)';
const NAMESPACE = 'helper';
/** How long the helper may take to come up, ms. */
const PATIENCE_MS = 120_000;

/** A server that logs the requests it gets: HTTP on 8080, HTTPS on 9090. */
const MANIFEST = `
apiVersion: v1
kind: Namespace
metadata: {name: ${NAMESPACE}}
---
apiVersion: v1
kind: Pod
metadata: {name: helper, namespace: ${NAMESPACE}}
spec:
  containers:
  - {name: http, image: "registry.k8s.io/e2e-test-images/agnhost:2.53", args: [netexec, --http-port=8080]}
  - {name: https, image: "registry.k8s.io/e2e-test-images/agnhost:2.53", args: [netexec, --http-port=9090, --tls-cert-file=/localhost.crt]}
`;

/** The pods with the address of a helper that runs by then, if any of them asks for one. */
export function withHelper(pods: readonly Pod[], simulator: ClusterSimulator): readonly Pod[] {
  const text = JSON.stringify(pods);
  if (!text.includes(PLACEHOLDER)) return pods;
  simulator.apply(MANIFEST);
  const helper = () => simulator.get('Pod', 'helper', NAMESPACE) as Pod;
  const runs = () => helper().status?.phase === 'Running';
  if (!simulator.runUntil(runs, PATIENCE_MS)) throw new Error('the helper pod does not run');
  return JSON.parse(text.replaceAll(PLACEHOLDER, helper().status?.podIP ?? '')) as Pod[];
}

/** Whether the helper has got a request between two instants, s. */
export function requestSeen(
  { method, path }: { readonly method: string; readonly path: string },
  simulator: ClusterSimulator,
  { from, to }: { readonly from: number; readonly to: number },
): boolean {
  return ['http', 'https'].some((container) =>
    simulator.logs(`${NAMESPACE}/helper`, container).some(({ t, text }) => {
      const inTime = t >= from * 1000 && t <= to * 1000;
      return inTime && text.endsWith(`${method} ${path}`);
    }),
  );
}
