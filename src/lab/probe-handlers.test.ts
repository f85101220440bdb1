import { describe, expect, it } from 'vitest';
import type { Event } from '../api/types';
import { createSimulator } from '../simulator';

const IMAGE = 'registry.k8s.io/e2e-test-images/agnhost:2.53';

/** What the probe of a pod said in its first half minute; '' if it never failed. */
function verdict(args: string, probe: string, lifecycle = '{}', script = ''): string {
  const simulator = createSimulator({ pulledImages: [IMAGE] });
  simulator.apply(`apiVersion: v1
kind: Pod
metadata: {name: p}
spec:
  containers:
  - {name: a, image: "${IMAGE}", args: ${args}, readinessProbe: {periodSeconds: 5, initialDelaySeconds: 5, ${probe}}, lifecycle: ${lifecycle}}
`);
  simulator.advance(3000);
  if (script !== '') simulator.sh(`kubectl exec p -- sh -c '${script}'`);
  simulator.advance(27_000);
  const events = simulator.list('Event') as Event[];
  return events
    .filter(({ type }) => type === 'Warning')
    .map(({ reason, message }) => `${reason} ${message}`)
    .join('\n')
    .replaceAll('10.244.0.2', 'IP');
}

describe('gRPC probes', () => {
  it('succeed when the service is healthy', () => {
    expect(verdict('[grpc-health-checking]', 'grpc: {port: 5000}')).toBe('');
  });

  it('say what the server says', () => {
    expect(
      verdict(
        '[grpc-health-checking]',
        'grpc: {port: 5000}',
        '{}',
        'wget -qO- localhost:8080/make-not-serving',
      ),
    ).toBe('Unhealthy Readiness probe failed: service unhealthy (responded with "NOT_SERVING")');
    expect(verdict('[grpc-health-checking]', 'grpc: {port: 5000, service: other}')).toBe(
      'Unhealthy Readiness probe failed: error: health rpc probe failed: rpc error: code = NotFound desc = unknown service',
    );
  });

  it('take a server of another kind for none', () => {
    const none =
      'Unhealthy Readiness probe failed: timeout: failed to connect service "IP:PORT" within 1s: context deadline exceeded';
    expect(verdict('[netexec]', 'grpc: {port: 8080}')).toBe(none.replace('PORT', '8080'));
    expect(verdict('[netexec]', 'grpc: {port: 5000}')).toBe(none.replace('PORT', '5000'));
  });
});

describe('HTTPS probes', () => {
  it('take any certificate', () => {
    const args = '[netexec, --tls-cert-file=/localhost.crt]';
    expect(verdict(args, 'httpGet: {port: 8080, path: /healthz, scheme: HTTPS}')).toBe('');
    expect(verdict(args, 'httpGet: {port: 8080, path: /healthz}')).toBe(
      'Unhealthy Readiness probe failed: HTTP probe failed with statuscode: 400',
    );
  });

  it('meet a server without TLS', () => {
    expect(verdict('[netexec]', 'httpGet: {port: 8080, path: /, scheme: HTTPS}')).toBe(
      'Unhealthy Readiness probe failed: Get "https://IP:8080/": http: server gave HTTP response to HTTPS client',
    );
  });
});

it('an HTTPS hook that meets a server without TLS is sent again over HTTP', () => {
  const hook = '{postStart: {httpGet: {port: 8080, path: /healthz, scheme: HTTPS}}}';
  expect(verdict('[netexec]', 'tcpSocket: {port: 8080}', hook)).toBe(
    'LifecycleHTTPFallback request to HTTPS lifecycle hook IP:8080 got HTTP response, retry with HTTP succeeded',
  );
});
