import type { Command } from '../command';
import { ROLLOUT_CHANGES } from '../rollout/change';
import { rolloutHistory } from '../rollout/history';
import { rolloutStatus } from '../rollout/status';
import { rolloutUndo } from '../rollout/undo';

export const rollout: Command = {
  name: 'rollout',
  summary: 'Manage the rollout of a resource',
  subcommands: [rolloutHistory, ...ROLLOUT_CHANGES, rolloutStatus, rolloutUndo],
};
