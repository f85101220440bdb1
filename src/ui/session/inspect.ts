import type { Run } from '../../lab/run';
import type { CreateSimulator, Host } from './host';
import type { CommandOutcome } from './messages';
import { Slice } from './pace';
import { type Playhead, performDue } from './replay-inputs';

/** Real ms of replaying at one go. */
const TURN_MS = 6;
/** Virtual ms of replaying at one go, at most. */
const LARGEST_SLICE_MS = 60_000;

/**
 * Runs a command on a copy of the lab that stands at the instant `at`: the copy is made by replay and thrown
 * away, so that looking at something never becomes an input of the run.
 */
export function inspectOnCopy(
  create: CreateSimulator,
  run: Run,
  at: number,
  script: string,
  host: Host,
): Promise<CommandOutcome> {
  const { seed, epoch, options, inputs } = run;
  const simulator = create({ ...options, seed, epoch });
  const copy: Playhead = { simulator, ahead: inputs.filter((input) => input.t <= at) };
  const slice = new Slice(LARGEST_SLICE_MS);
  return new Promise((resolve, reject) => {
    const turn = () => {
      try {
        const deadline = host.now() + TURN_MS;
        performDue(copy);
        while (simulator.now < at) {
          const started = host.now();
          if (started >= deadline) {
            host.schedule(turn, 0);
            return;
          }
          const next = Math.min(at, simulator.now + slice.size, copy.ahead[0]?.t ?? at);
          simulator.advance(next - simulator.now);
          performDue(copy);
          slice.took(host.now() - started);
        }
        const { stdout, stderr, exitCode } = simulator.sh(script);
        resolve({ stdout, stderr, exitCode });
      } catch (error) {
        reject(error);
      }
    };
    turn();
  });
}
