import { expect, it } from 'vitest';
import { createSimulator } from '../simulator';

const pod = (name: string, more = '') =>
  `{apiVersion: v1, kind: Pod, metadata: {name: ${name}}, spec: {terminationGracePeriodSeconds: 1, ${more} containers: [{name: web, image: "busybox:1.37", command: [sh, -c, "mkdir /w; echo ${name} > /w/index.html; httpd -f -p 8080 -h /w"], ports: [{containerPort: 8080, hostPort: 9000}]}]}}`;

it('a port of the node leads to one pod, and a second one finds no place', () => {
  const simulator = createSimulator({ pulledImages: ['busybox:1.37'] });
  simulator.apply(pod('one'));
  simulator.advance(4000);
  const ask = () => simulator.sh('wget -T 2 -qO- http://192.168.49.2:9000 2>&1').stdout.trim();
  expect(ask()).toBe('one');
  simulator.apply(pod('two'));
  simulator.advance(2000);
  expect(simulator.sh('kubectl describe pod two').stdout).toContain(
    "0/1 nodes are available: 1 node(s) didn't have free ports for the requested pod ports.",
  );
  simulator.sh('kubectl delete pod one');
  expect(ask()).toContain('refused');
  simulator.advance(20_000);
  expect(ask()).toBe('two');
});

it('a pod on the node’s network finds the ports that another one has taken', () => {
  const simulator = createSimulator({ pulledImages: ['busybox:1.37'] });
  const own = (name: string) =>
    `{apiVersion: v1, kind: Pod, metadata: {name: ${name}}, spec: {hostNetwork: true, containers: [{name: web, image: "busybox:1.37", command: [sh, -c, "sleep 1; httpd -f -p 7000"]}]}}`;
  simulator.apply([own('one'), own('two')].join('\n---\n'));
  simulator.advance(6000);
  expect(simulator.sh('kubectl get pods -o wide').stdout).toContain('192.168.49.2');
  expect(simulator.sh('kubectl logs two --previous; kubectl logs two').stdout).toContain(
    'httpd: bind: Address already in use',
  );
});
