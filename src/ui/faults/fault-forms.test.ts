import { describe, expect, it } from 'vitest';
import { createSimulator } from '../../simulator';
import { objectKey } from '../session/messages';
import type { FaultFormName } from '../store/state';
import { complaintAbout, type FaultForm, faultForm, memoryLimitOf } from './fault-forms';

const LAB = `
apiVersion: v1
kind: Pod
metadata:
  name: demo
  labels: {app: demo}
spec:
  initContainers:
  - name: first
    image: busybox:1.37
    command: ['true']
  containers:
  - name: app
    image: busybox:1.37
    command: ['sh', '-c', 'nc -lk -p 8080 -e cat']
    ports: [{containerPort: 8080}]
    resources: {limits: {memory: 32Mi}}
    volumeMounts: [{name: data, mountPath: /data}]
  volumes:
  - name: data
    emptyDir: {}
---
apiVersion: v1
kind: Service
metadata: {name: demo}
spec:
  selector: {app: demo}
  ports: [{port: 80, targetPort: 8080}]
`;

function startLab() {
  const simulator = createSimulator();
  simulator.apply(LAB);
  simulator.advance(15_000);
  const picture = simulator.picture();
  const objects = new Map(
    ['Pod', 'Service'].flatMap((kind) =>
      simulator.list(kind).map((object) => {
        const known = { ...object, kind } as Parameters<typeof objectKey>[0];
        return [objectKey(known), known] as const;
      }),
    ),
  );
  const scene = { pods: picture.pods, nodes: picture.nodes, objects };
  const form = (name: FaultFormName) =>
    faultForm({ form: name, pod: 'default/demo', container: 'app' }, scene);
  return { simulator, scene, form };
}

function defaults({ fields }: FaultForm): Record<string, string> {
  return Object.fromEntries(fields.map(({ name, value }) => [name, value]));
}

const ALL: readonly FaultFormName[] = [
  'signal',
  'exit',
  'slow start',
  'leak memory',
  'fill volume',
  'remove containers',
  'fail image',
  'slow image',
  'failing name',
  'unreachable host',
  'stop backend',
  'collector outage',
];

describe('fault forms', () => {
  it.each(ALL)('%s has defaults that can be done at once', (name) => {
    const { simulator, form } = startLab();
    const made = form(name);
    expect(made.impossible).toBeUndefined();
    for (const field of made.fields) expect(complaintAbout(field, field.value)).toBeUndefined();
    simulator.inject(made.toFault(defaults(made)));
    expect(simulator.trace.at(-1)?.type ?? '').toBeTruthy();
    expect(simulator.trace.some(({ type }) => type === 'fault')).toBe(true);
  });

  it('proposes as much memory as ends a container with a limit', () => {
    const { simulator, scene, form } = startLab();
    expect(memoryLimitOf('default/demo', 'app', scene.objects)).toBe(32 * 1024 * 1024);
    const made = form('leak memory');
    simulator.inject(made.toFault(defaults(made)));
    simulator.advance(2000);
    const exits = simulator.trace.filter(({ type }) => type === 'container.exited');
    expect(exits.at(-1)).toMatchObject({ container: 'app', exitCode: 137, reason: 'OOMKilled' });
  });

  it('gives the registry’s words for the image that is meant', () => {
    const { form } = startLab();
    const { toFault } = form('fail image');
    expect(toFault({ image: 'nginx', answer: 'limit' })).toMatchObject({
      fail: 'unexpected status from HEAD request to https://registry-1.docker.io/v2/library/nginx/manifests/latest: 429 Too Many Requests',
    });
    expect(toFault({ image: 'ghcr.io/a/b:1', answer: 'refused' })).toMatchObject({
      fail: expect.stringContaining('https://ghcr.io/v2/a/b/manifests/1'),
    });
  });

  it('says when there is nothing to do it to, and what is no number', () => {
    const { scene } = startLab();
    const none = { ...scene, objects: new Map() };
    expect(faultForm({ form: 'stop backend' }, none).impossible).toContain('no Service');
    const field = { name: 'n', label: 'n', value: '', unit: 's' };
    expect(complaintAbout(field, '-1')).toBeDefined();
    expect(complaintAbout(field, '')).toBeDefined();
    expect(complaintAbout({ ...field, zero: true }, '0')).toBeUndefined();
  });
});
