import type { Task } from '../../kernel/task';
import type { Command, Invocation } from '../command';
import { plain, throwAll } from '../errors';
import { withPodSpec } from '../pods/pod-template';
import { recorded } from '../resource/change-cause';
import { dryRunOf, resultPrinter } from '../write-options';
import { checkLocal, objectsToSet, SET_FLAGS, setAll } from './change';

export const setServiceAccount: Command = {
  name: 'serviceaccount',
  aliases: ['sa'],
  summary: 'Update the service account of a resource',
  flags: SET_FLAGS,
  run,
};

function* run(invocation: Invocation): Task<number> {
  const { args } = invocation;
  const dryRun = dryRunOf(invocation);
  checkLocal(invocation, dryRun);
  const print = yield* resultPrinter(invocation, dryRun, { typed: true });
  const name = args.at(-1);
  if (name === undefined) throw plain('serviceaccount is required');
  const found = yield* objectsToSet(invocation, args.slice(0, -1), 'ignored');
  const errors: unknown[] = [];
  setAll(invocation, found, {
    dryRun,
    print,
    operation: 'serviceaccount updated',
    failure: 'failed to patch ServiceAccountName ',
    errors,
    change: (object) =>
      recorded(
        invocation,
        withPodSpec(object, (spec) => ({ ...spec, serviceAccountName: name })),
      ),
  });
  throwAll(errors);
  return 0;
}
