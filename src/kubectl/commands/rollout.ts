import type { Command } from '../command';
import { ROLLOUT_CHANGES } from '../rollout/change';
import { rolloutHistory } from '../rollout/history';
import { rolloutStatus } from '../rollout/status';
import { rolloutUndo } from '../rollout/undo';

export const rollout: Command = {
  name: 'rollout',
  summary: 'Manage the rollout of a resource',
  description: `Manage the rollout of one or many resources.
        
 Valid resource types include:

  *  deployments
  *  daemonsets
  *  statefulsets`,
  examples: `  # Rollback to the previous deployment
  kubectl rollout undo deployment/abc
  
  # Check the rollout status of a daemonset
  kubectl rollout status daemonset/foo
  
  # Restart a deployment
  kubectl rollout restart deployment/abc
  
  # Restart deployments with the 'app=nginx' label
  kubectl rollout restart deployment --selector=app=nginx`,
  use: 'SUBCOMMAND',
  helpOnOutput: true,
  subcommands: [rolloutHistory, ...ROLLOUT_CHANGES, rolloutStatus, rolloutUndo],
};
