import type { Task } from '../../kernel/task';
import type { Command, Invocation } from '../command';
import { GLOBAL_FLAGS } from '../flags/common-flags';
import { flagLines } from '../help';

export const options: Command = {
  name: 'options',
  summary: 'Print the list of flags inherited by all commands',
  offline: true,
  run,
};

// biome-ignore lint/correctness/useYield: commands are tasks, and this one never waits
function* run({ output }: Invocation): Task<number> {
  output.out(`The following options can be passed to any command:\n\n${flagLines(GLOBAL_FLAGS)}\n`);
  return 0;
}
