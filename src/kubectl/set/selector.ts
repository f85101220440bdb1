import type { JsonObject } from '../../api/patch/json-value';
import { patchSchemaOf } from '../../api/patch/patch-schema';
import { twoWayPatch } from '../../api/patch/strategic-diff';
import type { Task } from '../../kernel/task';
import type { Command, Invocation } from '../command';
import { plain } from '../errors';
import { string } from '../flags/flag';
import { inGoOrder } from '../generate/generator';
import { labelSelectorOf } from '../generate/label-selector';
import { recorded } from '../resource/change-cause';
import { dryRunOf, resultPrinter, writeOptions } from '../write-options';
import { checkLocal, objectsToSet, SET_FLAGS } from './change';

export const setSelector: Command = {
  name: 'selector',
  summary: 'Set the selector on a resource',
  flags: [...SET_FLAGS, string('resource-version')],
  run,
};

function* run(invocation: Invocation): Task<number> {
  const { args, client, flags } = invocation;
  const dryRun = dryRunOf(invocation);
  checkLocal(invocation, dryRun);
  const print = yield* resultPrinter(invocation, dryRun, { typed: true });
  const text = args.at(-1);
  if (text === undefined) throw plain('one selector is required');
  const { matchLabels, matchExpressions } = labelSelectorOf(text) as {
    matchLabels: JsonObject;
    matchExpressions: readonly JsonObject[];
  };
  const found = yield* objectsToSet(invocation, args.slice(0, -1));
  for (const { info, object } of found) {
    if (info.resource !== 'services') {
      throw plain('setting a selector is only supported for Services');
    }
    if (matchExpressions.length > 0) {
      throw plain('match expression not supported on this object');
    }
    const before = inGoOrder(object as unknown as JsonObject);
    const spec = { ...(before.spec as JsonObject), selector: matchLabels };
    const after = inGoOrder(recorded(invocation, { ...before, spec }));
    if (flags.bool('local') || dryRun === 'client') {
      print(info, after, 'selector updated');
      continue;
    }
    const { namespace, name = '' } = object.metadata;
    const patch = twoWayPatch(before, after, patchSchemaOf(info.kind));
    const options = writeOptions(invocation, dryRun, 'Ignore');
    const answer = client.patch(info.resource, namespace, name, 'strategic', patch, options);
    print(info, inGoOrder(answer as unknown as JsonObject), 'selector updated');
  }
  return 0;
}
