import { describe, expect, it } from 'vitest';
import { createSimulator } from '../simulator';

const POD = `
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec:
  containers:
  - name: nginx
    image: nginx:1.27
    ports: [{name: http, containerPort: 80}]
  - name: inside
    image: busybox:1.37
    command: [sh, -c, 'while :; do echo only inside | nc -l -p 7000 -s 127.0.0.1; done']
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{name: front, port: 8081, targetPort: http}]}
`;

function lab() {
  const simulator = createSimulator({ seed: 1 });
  simulator.apply(POD);
  simulator.advance(20_000);
  return (script: string) => simulator.sh(script, { timeoutMs: 60_000 });
}

describe('kubectl port-forward', () => {
  it('reaches a pod by its port, and what listens on its loopback address alone', () => {
    const sh = lab();
    const { stdout } = sh(
      'kubectl port-forward web 8080:http 7000 & sleep 1; curl -s localhost:8080 | head -n 1; ' +
        'nc 127.0.0.1 7000 </dev/null; kill $!; wait $!; echo $?; curl -s localhost:8080; echo $?',
    );
    expect(stdout).toBe(
      'Forwarding from 127.0.0.1:8080 -> 80\nForwarding from [::1]:8080 -> 80\n' +
        'Forwarding from 127.0.0.1:7000 -> 7000\nForwarding from [::1]:7000 -> 7000\n' +
        'Handling connection for 8080\n<!DOCTYPE html>\nHandling connection for 7000\nonly inside\n0\n7\n',
    );
  });

  it('goes to a pod behind a Service, by the port that the Service names', () => {
    const { stdout } = lab()(
      'kubectl port-forward svc/web 9000:front & sleep 1; curl -s 127.0.0.1:9000 | head -n 1; kill $!',
    );
    expect(stdout).toContain('127.0.0.1:9000 -> 80');
    expect(stdout).toContain('<!DOCTYPE html>');
  });

  it('ends when nobody listens in the pod, and when a port is taken', () => {
    const { stderr } = lab()(
      'kubectl port-forward web 8080:81 & sleep 1; curl -s localhost:8080; wait $!; echo $? >&2; ' +
        'kubectl port-forward web 8080:80 & sleep 1; kubectl port-forward web 8080:80; kill $!',
    );
    expect(stderr).toMatch(
      /^E0101 .* portforward.go:424\] "Unhandled Error" err="an error occurred forwarding 8080 -> 81: error forwarding port 81 to pod [0-9a-f]{64}, uid : .*dial tcp4 127.0.0.1:81: connect: connection refused/,
    );
    expect(stderr).toContain('\nerror: lost connection to pod\n1\n');
    expect(stderr).toContain('error: unable to listen on any of the requested ports: [{8080 80}]');
  });

  it('ends when the pod is gone', () => {
    const { stderr } = lab()(
      'kubectl port-forward web 8080:80 & sleep 1; kubectl delete pod web --now; wait $!; echo $? >&2',
    );
    expect(stderr).toContain('error: lost connection to pod\n1\n');
  });
});
