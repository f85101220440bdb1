import type { Command } from '../command';
import { apply } from './apply';
import { create } from './create';
import { deleteCommand } from './delete';
import { get } from './get';

/** All commands, in the order of kubectl's own groups. */
export const ROOT: Command = {
  name: 'kubectl',
  summary: 'kubectl controls the Kubernetes cluster manager.',
  subcommands: [create, get, deleteCommand, apply],
};
