import { describe, expect, it } from 'vitest';
import { decodeObject } from '../decode';
import type { KubeObject, Pod } from '../types';
import { readManifests } from '../yaml/read-manifests';
import { applyDefaults } from './apply-defaults';
import { asStored, prepareForCreate } from './prepare';

function decoded(yaml: string): KubeObject {
  const { object } = decodeObject(readManifests(yaml).documents[0] ?? null);
  if (object === undefined) throw new Error('not an object');
  return object;
}

const POD = decoded(`
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: web
    image: nginx
    ports: [{containerPort: 80}]
    resources: {limits: {memory: 64Mi}}
    readinessProbe: {httpGet: {port: 80}}
  - {name: pinned, image: 'nginx:1.27'}
  volumes:
  - {name: conf, configMap: {name: conf}}
  - {name: none}
`);

describe('applyDefaults', () => {
  it('fills in what every pod has', () => {
    const pod = applyDefaults(POD) as Pod;
    expect(pod.spec).toMatchObject({
      restartPolicy: 'Always',
      dnsPolicy: 'ClusterFirst',
      terminationGracePeriodSeconds: 30,
      schedulerName: 'default-scheduler',
      enableServiceLinks: true,
      securityContext: {},
    });
    const [web, pinned] = pod.spec.containers;
    expect(web).toMatchObject({
      imagePullPolicy: 'Always',
      terminationMessagePath: '/dev/termination-log',
      ports: [{ containerPort: 80, protocol: 'TCP' }],
      resources: { limits: { memory: '64Mi' }, requests: { memory: '64Mi' } },
      readinessProbe: {
        httpGet: { path: '/', port: 80, scheme: 'HTTP' },
        timeoutSeconds: 1,
        periodSeconds: 10,
        successThreshold: 1,
        failureThreshold: 3,
      },
    });
    expect(pinned?.imagePullPolicy).toBe('IfNotPresent');
    expect(pod.spec.volumes).toMatchObject([
      { configMap: { defaultMode: 0o644 } },
      { emptyDir: {} },
    ]);
  });

  it('changes nothing the second time, and never its argument', () => {
    const before = structuredClone(POD);
    const once = applyDefaults(POD);
    expect(POD).toEqual(before);
    expect(applyDefaults(once)).toEqual(once);
  });

  it('reaches the templates of controllers', () => {
    const deployment = applyDefaults(
      decoded(
        'apiVersion: apps/v1\nkind: Deployment\nspec: {template: {spec: {containers: [{name: a, image: b}]}}}',
      ),
    );
    expect(deployment.spec).toMatchObject({
      replicas: 1,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%' } },
      template: { spec: { restartPolicy: 'Always', containers: [{ imagePullPolicy: 'Always' }] } },
    });
  });
});

describe('prepareForCreate', () => {
  it('gives a pod its first status, whatever the client says', () => {
    const pod = applyDefaults({ ...POD, status: { phase: 'Running' } });
    expect(prepareForCreate(pod).status).toEqual({ phase: 'Pending', qosClass: 'Burstable' });
  });

  it('makes a job select its own pods', () => {
    const job = applyDefaults(
      decoded('apiVersion: batch/v1\nkind: Job\nmetadata: {name: once}\nspec: {template: {}}'),
    );
    const stored = asStored(prepareForCreate(job, 'uid-1'));
    expect(stored.spec).toMatchObject({
      selector: { matchLabels: { 'batch.kubernetes.io/controller-uid': 'uid-1' } },
      template: { metadata: { labels: { 'job-name': 'once' } } },
    });
    expect(stored.metadata.labels).toMatchObject({ 'job-name': 'once' });
  });

  it('turns the plain text of secrets into base64', () => {
    const secret = decoded('apiVersion: v1\nkind: Secret\nstringData: {a: "grün", b: ab}\n');
    const stored = prepareForCreate(applyDefaults(secret));
    expect(stored.data).toEqual({ a: btoa('gr\u00c3\u00bcn'), b: btoa('ab') });
    expect(stored).not.toHaveProperty('stringData');
  });
});
