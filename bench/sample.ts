import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';

/** What one process measured, in ms; `simMs` is cluster time. */
export interface Sample {
  readonly bootMs: number;
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly simMs: number;
  /** From the start of the process's own code, imports included, to the end of the workload. */
  readonly sinceStartMs: number;
  readonly events: number;
  readonly probes: number;
  readonly restarts: number;
  /** Seconds at which the first crasher started. */
  readonly starts: readonly number[];
  readonly peakRssMb: number;
  readonly hashes: EventHashes;
  /** Of workloads that last a given time: that time again, later in the same process. Podlab only. */
  readonly nextMs?: number | undefined;
  /** Why the sample does not count; undefined when it passed the gate. */
  readonly refused?: string;
}

/** Of the event log with uids masked. Equal ones mean equal logs, more and more leniently. */
export interface EventHashes {
  readonly timeOrderText: string;
  readonly orderText: string;
  readonly texts: string;
}

export interface LoggedEvent {
  /** Cluster ms. */
  readonly t: number;
  readonly object: string;
  readonly reason: string;
  readonly message: string;
}

const UID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

export function hashEvents(log: readonly LoggedEvent[]): EventHashes {
  const texts = log.map(({ object, reason, message }) =>
    `${object}\t${reason}\t${message}`.replaceAll(UID, 'uid'),
  );
  const hash = (lines: readonly string[]) =>
    createHash('sha256').update(lines.join('\n')).digest('hex').slice(0, 16);
  return {
    timeOrderText: hash(texts.map((text, index) => `${log[index]?.t}\t${text}`)),
    orderText: hash(texts),
    texts: hash([...texts].sort()),
  };
}

/** Measures `work` with the processor time that it used. */
export async function measure(
  work: () => Promise<void>,
): Promise<{ wallMs: number; cpuMs: number; sinceStartMs: number }> {
  const cpu = process.cpuUsage();
  const started = performance.now();
  await work();
  const ended = performance.now();
  const used = process.cpuUsage(cpu);
  return {
    wallMs: ended - started,
    cpuMs: (used.user + used.system) / 1000,
    sinceStartMs: ended - performance.nodeTiming.bootstrapComplete,
  };
}

/** Most memory this process ever had. Not getrusage: its figure starts with the parent's. */
export function peakRssMb(): number {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS / 1024;
  const [, kilobytes] = /VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
  return Number(kilobytes) / 1024;
}
