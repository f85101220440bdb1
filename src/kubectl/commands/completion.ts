import { goQuote } from '../../api/golang/quote';
import type { Task } from '../../kernel/task';
import type { Command, Invocation } from '../command';
import { usage } from '../errors';

const SHELLS = ['bash', 'fish', 'powershell', 'zsh'];

export const completion: Command = {
  name: 'completion',
  summary: 'Output shell completion code for the specified shell (bash, zsh, fish, or powershell)',
  use: 'SHELL',
  offline: true,
  run,
};

/**
 * What it prints may be sourced, as every course tells learners to. It defines nothing: the lab's terminal
 * completes words by itself.
 */
// biome-ignore lint/correctness/useYield: commands are tasks, and this one never waits
function* run({ args, output, path }: Invocation): Task<number> {
  const [shell] = args;
  if (shell === undefined) throw usage(path, 'Shell not specified.');
  if (args.length > 1) {
    throw usage(path, 'Too many arguments. Expected only the shell type.');
  }
  if (!SHELLS.includes(shell)) throw usage(path, `Unsupported shell type ${goQuote(shell)}.`);
  output.out(
    `# ${shell} completion for kubectl\n# Nothing to load: Podlab's terminal completes by itself.\n`,
  );
  return 0;
}
