import type { Sys } from '../../runtime/syscalls';
import { klogError } from '../klog';
import type { Output } from '../output';

/** Commands whose first argument is TYPE, TYPE/NAME or several types. */
const BY_TYPE = new Set([
  'annotate',
  'autoscale',
  'delete',
  'describe',
  'edit',
  'expose',
  'get',
  'label',
  'patch',
  'rollout',
  'scale',
  'set',
  'wait',
]);

/** Commands that ask for what the server has a certain number of times before they give up. */
const FIXED: Readonly<Record<string, number>> = {
  'api-resources': 1,
  'api-versions': 1,
  attach: 4,
  'cluster-info': 5,
  cordon: 4,
  drain: 4,
  exec: 4,
  explain: 2,
  logs: 4,
  'port-forward': 4,
  run: 1,
  taint: 2,
  uncordon: 4,
};

/** How many rounds of discovery fail before a name cannot be told from a type. */
const FOR_A_NAME = 4;

/** How often a command asks a server that is not there for its API groups: once more for each type named. */
export function refusedAttempts(path: string, args: readonly string[]): number {
  const [, command = ''] = path.split(' ');
  if (!BY_TYPE.has(command)) return FIXED[command] ?? 0;
  const [types = ''] = args;
  return types.includes('/') ? FOR_A_NAME : FOR_A_NAME + types.split(',').length;
}

/** What client-go's cached discovery logs of each attempt. */
export function tellRefused(output: Output, sys: Sys, attempts: number): void {
  const why =
    'couldn\'t get current server API group list: Get "http://localhost:8080/api?timeout=32s": dial tcp 127.0.0.1:8080: connect: connection refused';
  for (let i = 0; i < attempts; i++) {
    output.err(klogError(sys, 'memcache.go:265', `"Unhandled Error" err=${JSON.stringify(why)}`));
  }
}
