import type { Fault, Run, RunInput } from '../../lab/run';
import type { Dump, Simulator } from '../../lab/simulator-api';

/** Does again what an input of a run did. What was refused then is refused again, and that is part of the run. */
export function performInput(simulator: Simulator, input: RunInput): void {
  const [first, second] = input.args;
  try {
    switch (input.op) {
      case 'apply':
        simulator.apply(String(first));
        break;
      case 'load':
        simulator.load(first as Dump);
        break;
      case 'sh':
        simulator.sh(String(first), second as Parameters<Simulator['sh']>[1]);
        break;
      case 'inject':
        simulator.inject(first as Fault);
        break;
      case 'terminal':
        simulator.terminal.input(String(first));
        break;
      case 'resize':
        simulator.terminal.resize(Number(first), Number(second));
        break;
      case 'file':
        simulator.writeFile(String(first), String(second));
        break;
      case 'edit':
        simulator.finishEdit(Number(first), second === undefined ? undefined : String(second));
        break;
    }
  } catch (error) {
    if (!(error instanceof Error)) throw error;
  }
}

/** A simulator of one history, with the inputs of that history that lie ahead of it. */
export interface Playhead {
  readonly simulator: Simulator;
  readonly ahead: RunInput[];
}

/** Everything that is known of the history a playhead stands in. */
export function wholeRun(playhead: Playhead): Run {
  const run = playhead.simulator.run;
  return { ...run, inputs: [...run.inputs, ...playhead.ahead] };
}

/** Performs what is due at the simulator's present instant. */
export function performDue(playhead: Playhead): boolean {
  let performed = false;
  for (;;) {
    const next = playhead.ahead[0];
    if (!next || next.t > playhead.simulator.now) return performed;
    playhead.ahead.shift();
    performInput(playhead.simulator, next);
    performed = true;
  }
}
