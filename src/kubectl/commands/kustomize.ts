import type { Task } from '../../kernel/task';
import type { Command, Invocation } from '../command';
import { plain } from '../errors';
import { writeText } from '../files';
import { string } from '../flags/flag';
import { buildKustomization } from '../kustomize/build';

export const kustomize: Command = {
  name: 'kustomize',
  summary: 'Build a kustomization target from a directory or URL',
  use: 'DIR',
  offline: true,
  flags: [string('output', 'o')],
  run,
};

function* run({ args, flags, output, sys }: Invocation): Task<number> {
  if (args.length > 1) throw plain('specify one path to kustomization.yaml');
  const text = yield* buildKustomization(sys, args[0] ?? '.');
  const file = flags.string('output');
  if (file === '') output.out(text);
  else yield* writeText(sys, file, text, 0o644);
  return 0;
}
