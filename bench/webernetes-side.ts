// A workload on @ngrok/webernetes: node webernetes-side.mjs WORKLOAD COUNT event|step100|real

import { BaseImage, Cluster, type ProcessContext } from '@ngrok/webernetes';
import { refusal, type SeenEvent } from './parity.ts';
import { hashEvents, type LoggedEvent, measure, peakRssMb, type Sample } from './sample.ts';
import {
  CRASHER_IMAGE,
  CRASHER_LIFE_MS,
  IMAGE_TAG,
  SERVER_IMAGE,
  SERVER_PORT,
  type WorkloadId,
  workload,
} from './workloads.ts';

/** Its clock, with the private field that the event driver reads. */
type Clock = Cluster['clock'] & { tasks: Map<number, { dueAtMs: number; cancelled: boolean }> };

const macrotask = () => new Promise((resolve) => setImmediate(resolve));

let probes = 0;
const starts: number[] = [];

class ServerImage extends BaseImage {
  static readonly imageName = SERVER_IMAGE;
  static readonly imageVersion = IMAGE_TAG;
  readonly defaultCommand = ['server'];

  override async exec(ctx: ProcessContext): Promise<number> {
    ctx.listenHttp(SERVER_PORT, async () => {
      probes++;
      return { status: 200, body: 'ok' };
    });
    return await ctx.waitUntilKilled();
  }
}

class CrasherImage extends BaseImage {
  static readonly imageName = CRASHER_IMAGE;
  static readonly imageVersion = IMAGE_TAG;
  readonly defaultCommand = ['crasher'];

  override async exec(ctx: ProcessContext): Promise<number> {
    await ctx.sleep(CRASHER_LIFE_MS);
    return 1;
  }
}

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
  const load = workload(process.argv[2] as WorkloadId, Number(process.argv[3]));
  const driverName = process.argv[4] as keyof typeof DRIVERS;
  const drive = DRIVERS[driverName];

  const bootStarted = performance.now();
  const cluster = new Cluster({ nodes: load.nodes });
  cluster.imageRegistry.register(ServerImage);
  cluster.imageRegistry.register(CrasherImage);
  await cluster.init();
  const bootMs = performance.now() - bootStarted;
  const clock = cluster.clock as Clock;

  const ready = new Set<string>();
  const restarts = new Map<string, number>();
  const simStarted = clock.nowMs();
  cluster.informer('pods', (_type, pod) => {
    if (pod.metadata?.namespace !== 'default') return;
    const name = pod.metadata.name ?? '';
    const condition = pod.status?.conditions?.find(({ type }) => type === 'Ready');
    if (condition?.status === 'True') ready.add(name);
    const status = pod.status?.containerStatuses?.[0];
    restarts.set(name, status?.restartCount ?? 0);
    const startedAt = status?.state?.running?.startedAt;
    if (name !== 'pod-0' || startedAt === undefined) return;
    const second = (new Date(startedAt).getTime() - simStarted) / 1000;
    if (starts.at(-1) !== second) starts.push(second);
  });
  const events: SeenEvent[] = [];
  const log: LoggedEvent[] = [];
  cluster.informer('events', (type, event) => {
    if (event.metadata?.namespace !== 'default') return;
    const { kind = '', name: object = '' } = event.involvedObject;
    const { reason = '', message = '' } = event;
    log.push({ t: clock.nowMs() - simStarted, object, reason, message });
    if (type === 'add' && kind !== 'Node') events.push({ kind, object, reason });
  });
  await macrotask();

  const measuredFrom = clock.nowMs();
  if (driverName !== 'real') clock.pause();
  const { untilMs } = load;
  const used = await measure(async () => {
    let isApplied = false;
    const applied = cluster.apply(load.objects as never).then(() => {
      isApplied = true;
    });
    const isDone =
      untilMs === undefined
        ? () => isApplied && ready.size === load.pods
        : () => clock.nowMs() - measuredFrom >= untilMs;
    await drive(clock, isDone);
    await applied;
  });
  const simMs = clock.nowMs() - measuredFrom;
  // Events are written behind the status: give them a second of cluster time, outside the measure.
  const end = clock.nowMs() + 1000;
  if (untilMs === undefined) await drive(clock, () => clock.nowMs() >= end);

  const seen = { ready: ready.size, events, probes, restarts: [...restarts.values()] };
  const sample: Sample = {
    bootMs,
    ...used,
    simMs,
    events: events.length,
    probes,
    restarts: seen.restarts.reduce((sum, count) => sum + count, 0),
    starts,
    peakRssMb: peakRssMb(),
    hashes: hashEvents(log),
    refused: refusal(load, seen),
  };
  console.log(JSON.stringify(sample));
  process.exit(0);
}

await main();
