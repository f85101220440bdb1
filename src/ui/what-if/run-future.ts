import type { PodPicture } from '../../lab/picture';
import type { Fault, Run } from '../../lab/run';
import type { Simulator } from '../../lab/simulator-api';
import type { CreateSimulator, Host } from '../session/host';
import type { TraceRecord } from '../session/messages';
import { Slice } from '../session/pace';
import { type Playhead, performDue } from '../session/replay-inputs';

/** What is done in a future, at its beginning. */
export type FutureStep =
  | { readonly op: 'inject'; readonly fault: Fault }
  | { readonly op: 'sh'; readonly script: string };

export interface FutureRequest {
  readonly run: Run;
  /** Virtual ms at which the future begins. */
  readonly at: number;
  /** Virtual ms that it is followed for. */
  readonly forMs: number;
  /** `namespace/name`. */
  readonly pod: string;
  readonly steps: readonly FutureStep[];
}

/** What became of a pod. */
export interface FutureOutcome {
  /** The pod when the future begins and when it ends; undefined while there is none of that name. */
  readonly before: PodPicture | undefined;
  readonly after: PodPicture | undefined;
  /** Pods that its owner has made since. */
  readonly heirs: readonly PodPicture[];
  /** What the pod's lanes are drawn from, from the start of the run on. */
  readonly records: readonly TraceRecord[];
  /** Why a step could not be done; then nothing else is known. */
  readonly refusal: string | undefined;
}

/** Real ms of simulating at one go, so that cancelling and progress get a turn. */
const TURN_MS = 12;
const LARGEST_SLICE_MS = 60_000;
/** Records that no lane of a future shows. */
const LEFT_OUT = new Set(['log', 'file', 'net', 'probe', 'event']);

/**
 * Lives one future of a run in a simulator of its own: replays the run to the instant, does the steps, and
 * follows the pod. `onProgress` hears the share that is done, from 0 to 1.
 */
export async function runFuture(
  create: CreateSimulator,
  request: FutureRequest,
  host: Host,
  onProgress: (share: number) => void,
): Promise<FutureOutcome> {
  const { at, forMs, pod, steps } = request;
  const { seed, epoch, options, inputs } = request.run;
  const simulator = create({ ...options, seed, epoch });
  const playhead: Playhead = { simulator, ahead: inputs.filter(({ t }) => t <= at) };
  const end = at + forMs;
  const progress = () => onProgress(simulator.now / Math.max(1, end));
  await advanceTo(playhead, at, host, progress);
  const before = podOf(simulator, pod);
  const known = new Set(simulator.picture().pods.map(({ uid }) => uid));
  const owner = ownerOf(simulator, pod);
  for (const step of steps) {
    const refusal = doStep(simulator, step);
    if (refusal !== undefined) {
      return { before, after: before, heirs: [], records: [], refusal };
    }
  }
  await advanceTo(playhead, end, host, progress);
  const { pods } = simulator.picture();
  const heirs = pods.filter(({ uid, namespace, name }) => {
    const path = `${namespace}/${name}`;
    const isNew = !known.has(uid) && path !== pod;
    return isNew && owner !== undefined && ownerOf(simulator, path) === owner;
  });
  const shown = new Set([pod, ...heirs.map(({ namespace, name }) => `${namespace}/${name}`)]);
  const records = simulator.trace.filter(
    (record) => record.pod !== undefined && shown.has(record.pod) && !LEFT_OUT.has(record.type),
  );
  return { before, after: podOf(simulator, pod), heirs, records, refusal: undefined };
}

async function advanceTo(
  playhead: Playhead,
  target: number,
  host: Host,
  progress: () => void,
): Promise<void> {
  const { simulator, ahead } = playhead;
  const slice = new Slice(LARGEST_SLICE_MS);
  let deadline = host.now() + TURN_MS;
  performDue(playhead);
  while (simulator.now < target) {
    const started = host.now();
    if (started >= deadline) {
      progress();
      await new Promise<void>((resolve) => host.schedule(resolve, 0));
      deadline = host.now() + TURN_MS;
    }
    const next = Math.min(target, simulator.now + slice.size, ahead[0]?.t ?? target);
    simulator.advance(next - simulator.now);
    performDue(playhead);
    slice.took(host.now() - started);
  }
}

/** Does one step; what speaks against it is the answer. */
function doStep(simulator: Simulator, step: FutureStep): string | undefined {
  try {
    if (step.op === 'inject') {
      simulator.inject(step.fault);
      return undefined;
    }
    const { exitCode, stderr } = simulator.sh(step.script);
    return exitCode === 0 ? undefined : stderr.trim();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function podOf(simulator: Simulator, path: string): PodPicture | undefined {
  return simulator.picture().pods.find(({ namespace, name }) => `${namespace}/${name}` === path);
}

/** The UID of what has made a pod and makes others like it. */
function ownerOf(simulator: Simulator, path: string): string | undefined {
  const [namespace = '', name = ''] = path.split('/');
  const { metadata } = simulator.get('Pod', name, namespace) ?? {};
  return metadata?.ownerReferences?.find(({ controller }) => controller)?.uid;
}
