import type { Command } from '../command';
import { get } from './get';

/** All commands, in the order of kubectl's own groups. */
export const ROOT: Command = {
  name: 'kubectl',
  summary: 'kubectl controls the Kubernetes cluster manager.',
  subcommands: [get],
};
