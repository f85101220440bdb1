import type { Command } from '../command';
import { ACCESS_COMMANDS } from '../generate/access';
import { CONFIG_DATA_COMMANDS } from '../generate/config-data';
import { NETWORK_COMMANDS } from '../generate/network';
import { POLICY_COMMANDS } from '../generate/policies';
import { createToken } from '../generate/token';
import { WORKLOAD_COMMANDS } from '../generate/workloads';

/** `kubectl create KIND`: objects made from flags. */
export const CREATE_COMMANDS: readonly Command[] = [
  ...ACCESS_COMMANDS,
  ...CONFIG_DATA_COMMANDS,
  ...NETWORK_COMMANDS,
  ...POLICY_COMMANDS,
  createToken,
  ...WORKLOAD_COMMANDS,
].sort((a, b) => (a.name < b.name ? -1 : 1));
