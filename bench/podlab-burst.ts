// P2 on Podlab: node podlab-burst.mjs COUNT

import { createSimulator } from '../src/simulator.ts';
import { burst, measure, nodesFor, peakRssMb, refusal, type Sample } from './workload.ts';

/** Far beyond what the pods need: reaching it means that they do not become Ready. */
const LONGEST_MS = 600_000;

const text = (value: unknown) => (typeof value === 'string' ? value : '');

async function main(): Promise<void> {
  const count = Number(process.argv[2]);
  // As text, since that is what the simulator takes; reading it counts against us.
  const manifests = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: burst(count) });

  const bootStarted = performance.now();
  const simulator = createSimulator({ seed: 1, nodes: nodesFor(count), latency: 'none' });
  const bootMs = performance.now() - bootStarted;

  // The one subscriber: counts pods whose container became ready, as the trace grows.
  const ready = new Set<string>();
  let read = 0;
  const isDone = () => {
    for (; read < simulator.trace.length; read++) {
      const record = simulator.trace[read];
      if (record?.type === 'container.ready') ready.add(text(record.pod));
    }
    return ready.size === count;
  };
  const used = await measure(async () => {
    simulator.apply(manifests);
    simulator.runUntil(isDone, LONGEST_MS);
  });
  const simMs = simulator.now;
  simulator.advance(1000);

  const pods = simulator.list('Pod', 'default').filter((pod) => {
    const conditions = (pod as { status?: { conditions?: { type: string; status: string }[] } })
      .status;
    return conditions?.conditions?.some(
      ({ type, status }) => type === 'Ready' && status === 'True',
    );
  });
  const events = simulator.list('Event', 'default').flatMap((object, index) => {
    const event = object as {
      reason?: unknown;
      involvedObject?: { name?: unknown };
      metadata?: { resourceVersion?: unknown };
    };
    const at = Number(event.metadata?.resourceVersion ?? index);
    return [{ pod: text(event.involvedObject?.name), reason: text(event.reason), at }];
  });
  const own = events.filter(({ pod }) => pod.startsWith('pod-'));
  const sample: Sample = {
    bootMs,
    ...used,
    simMs,
    events: own.length,
    peakRssMb: peakRssMb(),
    refused: refusal(count, pods.length, own),
  };
  console.log(JSON.stringify(sample));
}

await main();
