import { readFileSync } from 'node:fs';

/** The inputs of both sides: plain API objects that use only what both know. */

export interface PodObject {
  readonly apiVersion: 'v1';
  readonly kind: 'Pod';
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly spec: {
    readonly containers: readonly { readonly name: string; readonly image: string }[];
  };
}

/** P2 burst: `count` pods of one pause container. */
export function burst(count: number): PodObject[] {
  return Array.from({ length: count }, (_, index) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: `pod-${index}`, namespace: 'default' },
    spec: { containers: [{ name: 'pause', image: 'registry.k8s.io/pause:3.10' }] },
  }));
}

/** A node has 254 pod addresses over there, so both sides get this many nodes. */
export function nodesFor(count: number): number {
  return Math.max(3, Math.ceil(count / 200));
}

/** What one process measured, in ms; `simMs` is cluster time. */
export interface Sample {
  readonly bootMs: number;
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly simMs: number;
  readonly events: number;
  readonly peakRssMb: number;
  /** Why the sample does not count; undefined when it passed the gate. */
  readonly refused?: string;
}

interface SeenEvent {
  readonly pod: string;
  readonly reason: string;
  readonly at: number;
}

const REASONS = ['Scheduled', 'Pulled', 'Created', 'Started'];

/**
 * The parity gate: every pod Ready, with one event of each reason, in the order of a real pod.
 * `events` in the order of their creation.
 */
export function refusal(
  count: number,
  ready: number,
  events: readonly SeenEvent[],
): string | undefined {
  if (ready !== count) return `${ready} of ${count} pods are Ready`;
  const byPod = new Map<string, string[]>();
  for (const { pod, reason } of [...events].sort((a, b) => a.at - b.at)) {
    byPod.set(pod, [...(byPod.get(pod) ?? []), reason]);
  }
  for (let index = 0; index < count; index++) {
    const reasons = (byPod.get(`pod-${index}`) ?? []).filter((reason) => reason !== 'Pulling');
    if (reasons.join() !== REASONS.join())
      return `pod-${index} has the events ${reasons.join(', ')}`;
  }
  return undefined;
}

/** Measures `work` with the processor time that it used. */
export async function measure(
  work: () => Promise<void>,
): Promise<{ wallMs: number; cpuMs: number }> {
  const cpu = process.cpuUsage();
  const started = performance.now();
  await work();
  const wallMs = performance.now() - started;
  const used = process.cpuUsage(cpu);
  return { wallMs, cpuMs: (used.user + used.system) / 1000 };
}

/** Most memory this process ever had. Not getrusage: its figure starts with the parent's. */
export function peakRssMb(): number {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS / 1024;
  const [, kilobytes] = /VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
  return Number(kilobytes) / 1024;
}
