import { deflateSync, strToU8 } from 'fflate/browser';
import type { ContainerStatus, Pod } from '../../src/api/types.ts';
import type { TraceRecord } from '../../src/kernel/trace.ts';
import { FaultError } from '../../src/lab/faults.ts';
import type { ClusterSimulator } from '../../src/lab/simulator-api.ts';
import { createSimulator } from '../../src/simulator.ts';
import { POD, type PodStory } from './random-pod.ts';

/** A run of a story, with what a watcher saw on the way. */
export interface StoryRun {
  readonly simulator: ClusterSimulator;
  /** Virtual ms. */
  readonly deletedAt: number;
  readonly goneAt: number | undefined;
  readonly phases: readonly string[];
  readonly problems: readonly string[];
}

/** How long a deleted pod may take beyond its grace period: 2 s, and one sync of the kubelet. */
const MOST_AFTER_GRACE_MS = 2000 + 2500;
/** How long a node that is booted again is away, and then until its kubelet has settled. */
const BOOT_MS = 33_000;

/** Runs a story to the end of its pod. */
export function playStory({ manifest, faults, deleteAt }: PodStory): StoryRun {
  const simulator = createSimulator({ pulledImages: ['busybox:1.37'] });
  const watcher = new Watcher(simulator);
  simulator.apply(JSON.stringify(manifest));
  for (const { at, fault } of faults) {
    if (at > deleteAt) break;
    watcher.goTo(at * 1000);
    try {
      simulator.inject(fault);
    } catch (error) {
      // What it means is not there at that moment: nothing has happened.
      if (!(error instanceof FaultError)) throw error;
    }
  }
  watcher.goTo(deleteAt * 1000);
  const deletedAt = simulator.now;
  simulator.sh('kubectl delete pod p --wait=false');
  const { terminationGracePeriodSeconds } = manifest.spec as {
    terminationGracePeriodSeconds: number;
  };
  watcher.look();
  watcher.goTo(deletedAt + terminationGracePeriodSeconds * 1000 + MOST_AFTER_GRACE_MS + BOOT_MS);
  const { goneAt, phases, problems } = watcher;
  return { simulator, deletedAt, goneAt, phases, problems };
}

/** Looks at the pod at each instant. */
class Watcher {
  readonly phases: string[] = [];
  readonly problems: string[] = [];
  goneAt: number | undefined;
  readonly #simulator: ClusterSimulator;
  readonly #restarts = new Map<string, number>();
  #seen: Pod | undefined;

  constructor(simulator: ClusterSimulator) {
    this.#simulator = simulator;
  }

  goTo(ms: number): void {
    const simulator = this.#simulator;
    while (simulator.now < ms) {
      simulator.step(ms - simulator.now);
      this.look();
    }
  }

  look(): void {
    const pod = this.#simulator.get('Pod', 'p') as Pod | undefined;
    if (!pod && this.#seen) this.goneAt ??= this.#simulator.now;
    if (!pod || pod === this.#seen) return;
    this.#seen = pod;
    const phase = pod.status?.phase ?? '';
    if (phase !== this.phases.at(-1)) this.phases.push(phase);
    const statuses: readonly ContainerStatus[] = [
      ...(pod.status?.initContainerStatuses ?? []),
      ...(pod.status?.containerStatuses ?? []),
    ];
    for (const { name, restartCount } of statuses) {
      const before = this.#restarts.get(name) ?? 0;
      if (restartCount < before) {
        this.problems.push(`restartCount of ${name} fell from ${before} to ${restartCount}`);
      }
      this.#restarts.set(name, restartCount);
    }
  }
}

/** Everything that must hold of any run and does not. */
export function brokenInvariants(story: PodStory, run: StoryRun): string[] {
  const { simulator } = run;
  const ours = simulator.trace.filter(({ pod }) => pod === POD);
  return [
    ...run.problems,
    ...initContainersOneByOne(story, ours),
    ...phasesInOrder(story, run),
    ...goneInTime(story, run),
    ...simulator.trace
      .filter(({ type }) => type === 'program.failed')
      .map((record) => `a program failed: ${JSON.stringify(record)}`),
  ];
}

interface Named {
  readonly name: string;
  readonly restartPolicy?: string;
}

function initNames({ manifest }: PodStory): readonly Named[] {
  return (manifest.spec as { initContainers: readonly Named[] }).initContainers;
}

function isSidecar({ restartPolicy }: Named): boolean {
  return restartPolicy === 'Always';
}

/** No two ordinary init containers overlap, and nothing starts before those in front of it are done. */
function initContainersOneByOne(story: PodStory, records: readonly TraceRecord[]): string[] {
  const order = initNames(story);
  const ordinary = new Set(order.filter((one) => !isSidecar(one)).map(({ name }) => name));
  const problems: string[] = [];
  const running = new Set<string>();
  let done = new Set<string>();
  let begun = false;
  for (const { t, type, container = '', exitCode } of records) {
    if (type === 'sandbox.created') {
      done = new Set();
      begun = false;
    }
    if (type === 'event') continue;
    if (type === 'container.started') {
      const at = order.findIndex(({ name }) => name === container);
      const before = order.slice(0, at < 0 ? order.length : at).filter((one) => !isSidecar(one));
      const missing = before.filter(({ name }) => !done.has(name));
      if (missing.length > 0 && !begun) {
        problems.push(`${container} starts at ${t} before ${missing.map(({ name }) => name)}`);
      }
      const other = [...running].find((name) => ordinary.has(name));
      if (ordinary.has(container) && other !== undefined) {
        problems.push(`${container} starts at ${t} while ${other} runs`);
      }
      if (at < 0) begun = true;
      running.add(container);
    }
    if (type === 'container.exited') {
      running.delete(container);
      if (exitCode === 0) done.add(container);
    }
  }
  return problems;
}

/** Back from Running to Pending only when containers start over. */
const MAY_GO_BACK = new Set([
  'lose sandbox',
  'remove containers',
  'reboot node',
  'kubelet',
  'signal',
]);

function phasesInOrder(story: PodStory, { phases, simulator }: StoryRun): string[] {
  const startsOver =
    JSON.stringify(story.manifest).includes('RestartAllContainers') ||
    simulator.trace.some(({ type, fault }) => type === 'fault' && MAY_GO_BACK.has(String(fault)));
  const allowed: Readonly<Record<string, readonly string[]>> = {
    Pending: ['Running', 'Succeeded', 'Failed'],
    Running: ['Succeeded', 'Failed', ...(startsOver ? ['Pending'] : [])],
    Succeeded: [],
    Failed: [],
  };
  return phases.flatMap((phase, index) => {
    const before = phases[index - 1];
    if (before === undefined || before === '' || allowed[before]?.includes(phase)) return [];
    return `phase went from ${before} to ${phase}`;
  });
}

function goneInTime({ manifest }: PodStory, { deletedAt, goneAt, simulator }: StoryRun): string[] {
  const { terminationGracePeriodSeconds: grace } = manifest.spec as {
    terminationGracePeriodSeconds: number;
  };
  const rebooted = simulator.trace.findLast(
    ({ type, fault }) => type === 'fault' && fault === 'reboot node',
  );
  const from = Math.max(deletedAt, rebooted ? rebooted.t + BOOT_MS : 0);
  const latest = from + grace * 1000 + MOST_AFTER_GRACE_MS;
  if (goneAt !== undefined && goneAt <= latest) return [];
  return [`deleted at ${deletedAt} with ${grace} s of grace, gone at ${goneAt ?? 'no time'}`];
}

/** What to open to see a run again: the page with this behind its address, or the run as JSON. */
export function replayText(story: PodStory, { simulator }: StoryRun): string {
  const files = [{ path: 'pod.yaml', text: JSON.stringify(story.manifest, undefined, 2) }];
  const lab = { version: 1, run: simulator.run, at: simulator.now, horizon: simulator.now, files };
  const packed = deflateSync(strToU8(JSON.stringify(lab)), { level: 9 });
  let binary = '';
  for (const byte of packed) binary += String.fromCharCode(byte);
  const link = btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
  return `#lab=${link}\n${JSON.stringify(simulator.run)}`;
}
