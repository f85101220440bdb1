// P2 on @ngrok/webernetes: node webernetes-burst.mjs COUNT event|step100|real

import { Cluster } from '@ngrok/webernetes';
import { burst, measure, nodesFor, peakRssMb, refusal, type Sample } from './workload.ts';

/** Its clock, with the private field that the event driver reads. */
type Clock = Cluster['clock'] & { tasks: Map<number, { dueAtMs: number; cancelled: boolean }> };

const macrotask = () => new Promise((resolve) => setImmediate(resolve));

/** Paused clock, driven from one due timer to the next: no waiting, so wall time is compute. */
async function driveByEvents(clock: Clock, isDone: () => boolean): Promise<void> {
  while (!isDone()) {
    let due = Number.POSITIVE_INFINITY;
    for (const task of clock.tasks.values()) if (!task.cancelled) due = Math.min(due, task.dueAtMs);
    if (due === Number.POSITIVE_INFINITY) throw new Error('no timer is left');
    clock.step(Math.max(0, due - clock.nowMs()));
    await macrotask();
  }
}

/** Paused clock, driven in steps of 100 ms through its public interface alone. */
async function driveBySteps(clock: Clock, isDone: () => boolean): Promise<void> {
  while (!isDone()) {
    clock.step(100);
    await macrotask();
  }
}

async function driveByWaiting(_clock: Clock, isDone: () => boolean): Promise<void> {
  while (!isDone()) await new Promise((resolve) => setTimeout(resolve, 5));
}

const DRIVERS = { event: driveByEvents, step100: driveBySteps, real: driveByWaiting };

async function main(): Promise<void> {
  const count = Number(process.argv[2]);
  const driverName = process.argv[3] as keyof typeof DRIVERS;
  const drive = DRIVERS[driverName];

  const bootStarted = performance.now();
  const cluster = new Cluster({ nodes: nodesFor(count) });
  await cluster.init();
  const bootMs = performance.now() - bootStarted;
  const clock = cluster.clock as Clock;

  const ready = new Set<string>();
  cluster.informer('pods', (_type, pod) => {
    const condition = pod.status?.conditions?.find(({ type }) => type === 'Ready');
    const name = pod.metadata?.name;
    if (name?.startsWith('pod-') && condition?.status === 'True') ready.add(name);
  });
  const events: { pod: string; reason: string; at: number }[] = [];
  cluster.informer('events', (type, event) => {
    const pod = event.involvedObject.name ?? '';
    if (type === 'add' && pod.startsWith('pod-')) {
      events.push({ pod, reason: event.reason ?? '', at: events.length });
    }
  });
  await macrotask();

  const pods = burst(count);
  const simStarted = clock.nowMs();
  if (driverName !== 'real') clock.pause();
  const used = await measure(async () => {
    let isApplied = false;
    const applied = cluster.apply(pods as never).then(() => {
      isApplied = true;
    });
    await drive(clock, () => isApplied && ready.size === count);
    await applied;
  });
  const simMs = clock.nowMs() - simStarted;
  // Events are written behind the status: give them a second of cluster time, outside the measure.
  const end = clock.nowMs() + 1000;
  await drive(clock, () => clock.nowMs() >= end);

  const sample: Sample = {
    bootMs,
    ...used,
    simMs,
    events: events.length,
    peakRssMb: peakRssMb(),
    refused: refusal(count, ready.size, events),
  };
  console.log(JSON.stringify(sample));
  process.exit(0);
}

await main();
