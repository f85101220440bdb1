import type { Task } from '../../kernel/task';
import type { Command, Invocation } from '../command';
import { type KubectlError, plain } from '../errors';
import { helpText } from '../help';

/** A command of the group: it works without a cluster. */
export function local(
  name: string,
  summary: string,
  run: (invocation: Invocation) => Task<number>,
  more: Partial<Command> = {},
): Command {
  return { name, summary, run, offline: true, ...more };
}

/** Wrong arguments: kubectl shows the command's help first. */
export function wrongArguments(command: Command, { args, output, path }: Invocation): KubectlError {
  output.out(helpText(command, path));
  return plain(`Unexpected args: [${args.join(' ')}]`);
}
