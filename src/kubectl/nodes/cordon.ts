import type { Node } from '../../api/types';
import type { Call } from '../../runtime/syscalls';
import type { Invocation } from '../command';
import { errorText, plain, throwAll, usage } from '../errors';
import { type Found, fetchTargets, resolveTargets } from '../resource/builder';
import { type DryRun, dryRunOf, type ResultPrinter, resultPrinter } from '../write-options';

/** What cordon, uncordon and drain have in common. */
export interface NodeWork {
  readonly invocation: Invocation;
  readonly nodes: readonly Found[];
  readonly dryRun: DryRun;
  readonly print: ResultPrinter;
}

/** The nodes that the command line names. `word` is the command in its usage text. */
export function* nodesOf(invocation: Invocation, word: string): Call<NodeWork> {
  const { args, flags, path } = invocation;
  const labelSelector = flags.string('selector');
  if (args.length === 0 && !flags.changed('selector')) {
    throw usage(path, `USAGE: ${word} NODE [flags]`);
  }
  if (args.length > 0 && labelSelector !== '') {
    throw usage(path, 'error: cannot specify both a node name and a --selector option');
  }
  const dryRun = dryRunOf(invocation);
  const print = yield* resultPrinter(invocation, dryRun);
  const named = args.some((arg) => arg.includes('/')) ? args : ['nodes', ...args];
  const { targets } = yield* resolveTargets(invocation, { args: named, labelSelector });
  const { found, errors } = fetchTargets(invocation, targets);
  throwAll(errors);
  const other = found.find(({ info }) => info.resource !== 'nodes');
  if (other) {
    const { group, version, plural } = other.info;
    throw plain(`expected resource of type node, got "${group}/${version}, Resource=${plural}"`);
  }
  return { invocation, nodes: found, dryRun, print };
}

/** Makes nodes unschedulable, or schedulable again. */
export function cordonAll({ invocation, nodes, dryRun, print }: NodeWork, desired: boolean): void {
  const { client, output } = invocation;
  const state = desired ? 'cordoned' : 'uncordoned';
  for (const { info, object } of nodes) {
    const name = object.metadata.name ?? '';
    const { unschedulable = false } = (object as Node).spec ?? {};
    if (unschedulable === desired) {
      print(info, object, `already ${state}`);
      continue;
    }
    if (dryRun !== 'client') {
      const patch = { spec: { unschedulable: desired || null } };
      try {
        client.patch('nodes', undefined, name, 'strategic', patch, { dryRun: dryRun === 'server' });
      } catch (error) {
        const verb = desired ? 'cordon' : 'uncordon';
        const why = errorText(error).replace(/^Error from server[^:]*: |^error: /, '');
        output.err(`error: unable to ${verb} node "${name}": ${why}\n`);
        continue;
      }
    }
    print(info, object, state);
  }
}
