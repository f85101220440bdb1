// A workload on Podlab: node podlab-side.mjs WORKLOAD COUNT

import { HttpLoop } from '../src/images/http/server.ts';
import type { ImageModel } from '../src/runtime/image.ts';
import type { Program } from '../src/runtime/syscalls.ts';
import { createSimulator, type Simulator } from '../src/simulator.ts';
import { type Observed, refusal } from './parity.ts';
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

/** Far beyond what the pods need: reaching it means that they do not become Ready. */
const LONGEST_MS = 600_000;
const NEXT_TIMES = 3;
/** As many pod addresses as the peer's nodes have. */
const MAX_PODS = 250;
const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok';

let probes = 0;

const server: Program = function* server(sys) {
  for (const signal of ['TERM', 'INT'] as const) sys.signalAction(signal, 'catch');
  const listener = sys.listen({ host: '0.0.0.0', port: SERVER_PORT });
  const loop = new HttpLoop({
    // biome-ignore lint/correctness/useYield: one shape for all handlers, though this one never waits
    *handle() {
      probes++;
      return { bytes: OK, keepAlive: false };
    },
    // biome-ignore lint/correctness/useYield: likewise
    *reject() {
      return { bytes: 'HTTP/1.1 400 Bad Request\r\n\r\n', keepAlive: false };
    },
  });
  let isStopping = false;
  yield* loop.run(sys, [listener], () => {
    isStopping ||= sys.takeSignals().length > 0;
    return isStopping ? 'now' : 'no';
  });
  return 0;
};

const crasher: Program = function* crasher(sys) {
  yield* sys.sleep(CRASHER_LIFE_MS);
  return 1;
};

function image(name: string, program: Program): ImageModel {
  return {
    repositories: [`docker.io/library/${name}`],
    tags: [IMAGE_TAG],
    sizeBytes: 1_000_000,
    entrypoint: ['/main'],
    modelled: 'lab',
    about: 'Made for the benchmark.',
    files: () => new Map([['/main', { kind: 'program' as const, mode: 0o755, program }]]),
  };
}

interface EventObject {
  readonly reason?: string;
  readonly message?: string;
  readonly involvedObject?: { readonly kind?: string; readonly name?: string };
  readonly metadata?: { readonly resourceVersion?: string; readonly namespace?: string };
}

interface PodObject {
  readonly status?: {
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
    readonly containerStatuses?: readonly { readonly restartCount: number }[];
  };
}

function observe(simulator: Simulator): Observed {
  const pods = simulator.list('Pod', 'default') as PodObject[];
  const events = (simulator.list('Event', 'default') as EventObject[]).sort(
    (a, b) => Number(a.metadata?.resourceVersion) - Number(b.metadata?.resourceVersion),
  );
  return {
    ready: pods.filter(({ status }) =>
      status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True'),
    ).length,
    events: events.map(({ involvedObject, reason }) => ({
      kind: involvedObject?.kind ?? '',
      object: involvedObject?.name ?? '',
      reason: reason ?? '',
    })),
    probes,
    restarts: pods.map(({ status }) => status?.containerStatuses?.[0]?.restartCount ?? 0),
  };
}

function eventLog(simulator: Simulator): LoggedEvent[] {
  return simulator.trace
    .filter(({ type }) => type === 'event')
    .map((record) => ({
      t: record.t,
      object: String(record.pod ?? ''),
      reason: String(record.reason),
      message: String(record.message),
    }));
}

/** The same time again, a few times over: the engine's code has been compiled by then. */
function measureNext(simulator: Simulator, untilMs: number): number {
  const walls = Array.from({ length: NEXT_TIMES }, () => {
    const started = performance.now();
    simulator.advance(untilMs);
    return performance.now() - started;
  });
  return walls.sort((a, b) => a - b)[Math.floor(NEXT_TIMES / 2)] ?? Number.NaN;
}

async function main(): Promise<void> {
  const load = workload(process.argv[2] as WorkloadId, Number(process.argv[3]));
  // As text, since that is what the simulator takes; reading it counts against us.
  const manifests = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: load.objects });

  const bootStarted = performance.now();
  const simulator = createSimulator({
    seed: 1,
    nodes: load.nodes,
    maxPods: MAX_PODS,
    latency: 'none',
    images: [image(SERVER_IMAGE, server), image(CRASHER_IMAGE, crasher)],
  });
  const bootMs = performance.now() - bootStarted;

  // The one subscriber: counts pods all of whose containers are ready, as the trace grows.
  const readyContainers = new Map<string, number>();
  let ready = 0;
  let read = 0;
  const isDone = () => {
    for (; read < simulator.trace.length; read++) {
      const record = simulator.trace[read];
      if (record?.type !== 'container.ready') continue;
      const pod = String(record.pod);
      const count = (readyContainers.get(pod) ?? 0) + 1;
      readyContainers.set(pod, count);
      if (count === load.containersPerPod) ready++;
    }
    return ready === load.pods;
  };
  const used = await measure(async () => {
    simulator.apply(manifests);
    if (load.untilMs === undefined) simulator.runUntil(isDone, LONGEST_MS);
    else simulator.advance(load.untilMs);
  });
  const simMs = simulator.now;
  if (load.untilMs === undefined) simulator.advance(1000);

  const seen = observe(simulator);
  const sample: Sample = {
    bootMs,
    ...used,
    simMs,
    events: seen.events.length,
    probes: seen.probes,
    restarts: seen.restarts.reduce((sum, count) => sum + count, 0),
    starts: simulator.trace
      .filter(({ type, pod }) => type === 'container.started' && pod === 'default/pod-0')
      .map(({ t }) => t / 1000),
    peakRssMb: peakRssMb(),
    hashes: hashEvents(eventLog(simulator)),
    nextMs: load.untilMs === undefined ? undefined : measureNext(simulator, load.untilMs),
    refused: refusal(load, seen),
  };
  console.log(JSON.stringify(sample));
}

await main();
