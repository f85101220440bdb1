/** The inputs of both sides: plain API objects that use only what both know, and when they are done. */

export type ApiObject = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace: string };
} & Readonly<Record<string, unknown>>;

export type WorkloadId = 'P1' | 'P2' | 'P3' | 'P4' | 'P5' | 'P6' | 'P7';

export interface Workload {
  readonly id: WorkloadId;
  readonly objects: readonly ApiObject[];
  readonly nodes: number;
  /** Done when this many pods are Ready; or, where `untilMs` is given, after that much cluster time. */
  readonly pods: number;
  readonly containersPerPod: number;
  readonly untilMs?: number;
}

/** Serves `ok` to everybody on port 8080; exists on both sides, made for this benchmark. */
export const SERVER_IMAGE = 'podbench-server';
/** Sleeps 3 s and exits with 1. */
export const CRASHER_IMAGE = 'podbench-crasher';
export const IMAGE_TAG = '1.0';
export const SERVER_PORT = 8080;
export const CRASHER_LIFE_MS = 3000;

const PAUSE = 'registry.k8s.io/pause:3.10';
export const HOUR_MS = 3_600_000;
const TEN_MINUTES_MS = 600_000;
const PROBED_PODS = 10;
const CRASHING_PODS = 10;
const PROBE_PERIOD_S = 10;

export function workload(id: WorkloadId, count: number): Workload {
  const plain = { id, nodes: nodesFor(count), pods: count, containersPerPod: 1 };
  switch (id) {
    case 'P1':
      return { ...plain, objects: [pausePod('pod-0', 1)], pods: 1 };
    case 'P2':
      return { ...plain, objects: numbered(count, (name) => pausePod(name, 1)) };
    case 'P3':
      return { ...plain, objects: [deployment(count)] };
    case 'P4':
      return {
        ...plain,
        objects: numbered(count, (name) => pausePod(name, 3)),
        containersPerPod: 3,
      };
    case 'P5':
      return {
        ...plain,
        objects: numbered(PROBED_PODS, probedPod),
        pods: PROBED_PODS,
        untilMs: HOUR_MS,
      };
    case 'P6':
      return {
        ...plain,
        objects: numbered(CRASHING_PODS, crashingPod),
        pods: CRASHING_PODS,
        untilMs: HOUR_MS,
      };
    case 'P7':
      return {
        ...plain,
        objects: [...numbered(3, probedPod), crashingPod('crasher')],
        pods: 4,
        untilMs: TEN_MINUTES_MS,
      };
  }
}

/** A node has 254 pod addresses over there, so both sides get this many nodes. */
function nodesFor(count: number): number {
  return Math.max(3, Math.ceil(count / 200));
}

function numbered(count: number, make: (name: string) => ApiObject): ApiObject[] {
  return Array.from({ length: count }, (_, index) => make(`pod-${index}`));
}

function pod(name: string, spec: Readonly<Record<string, unknown>>): ApiObject {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'default' }, spec };
}

function pausePod(name: string, containers: number): ApiObject {
  return pod(name, {
    containers: Array.from({ length: containers }, (_, index) => ({
      name: `pause-${index}`,
      image: PAUSE,
    })),
  });
}

function probedPod(name: string): ApiObject {
  const probe = { httpGet: { path: '/', port: SERVER_PORT }, periodSeconds: PROBE_PERIOD_S };
  return pod(name, {
    containers: [
      {
        name: 'server',
        image: `${SERVER_IMAGE}:${IMAGE_TAG}`,
        readinessProbe: probe,
        livenessProbe: probe,
      },
    ],
  });
}

function crashingPod(name: string): ApiObject {
  return pod(name, {
    restartPolicy: 'Always',
    containers: [{ name: 'crasher', image: `${CRASHER_IMAGE}:${IMAGE_TAG}` }],
  });
}

function deployment(replicas: number): ApiObject {
  const labels = { app: 'burst' };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'burst', namespace: 'default' },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: { containers: [{ name: 'pause', image: PAUSE }] },
      },
    },
  };
}
