import type { JsonObject } from '../../api/patch/json-value';
import { patchSchemaOf } from '../../api/patch/patch-schema';
import { twoWayPatch } from '../../api/patch/strategic-diff';
import type { Node } from '../../api/types';
import type { Task } from '../../kernel/task';
import type { Command, Invocation } from '../command';
import { plain, throwAll } from '../errors';
import {
  DRY_RUN_FLAG,
  fieldManagerFlag,
  PRINT_FLAGS,
  SELECTOR_FLAG,
  VALIDATE_FLAG,
} from '../flags/common-flags';
import { bool } from '../flags/flag';
import { inGoOrder } from '../generate/generator';
import { changedTaints, checkContradictions, parseTaints } from '../nodes/taints';
import { fetchTargets, resolveTargets } from '../resource/builder';
import { requireResource } from '../resource/mapper';
import { dryRunOf, fieldValidationOf, resultPrinter, writeOptions } from '../write-options';

export const taint: Command = {
  name: 'taint',
  summary: 'Update the taints on one or more nodes',
  flags: [
    bool('all'),
    DRY_RUN_FLAG,
    fieldManagerFlag('kubectl-taint'),
    bool('overwrite'),
    ...PRINT_FLAGS,
    SELECTOR_FLAG,
    VALIDATE_FLAG,
  ],
  run,
};

function* run(invocation: Invocation): Task<number> {
  const { args, client, flags, path } = invocation;
  const dryRun = dryRunOf(invocation);
  const { resources, specs } = split(args);
  const [type, ...names] = resources;
  if (type === undefined) {
    throw plain('one or more resources must be specified as <resource> <name>');
  }
  if (specs.length === 0) throw plain('at least one taint update is required');
  const changes = parseTaints(specs, path);
  if (requireResource(client, type.toLowerCase()).kind !== 'Node') {
    throw plain(`invalid resource type ${type.toLowerCase()}, only node types are supported`);
  }
  checkContradictions(changes);
  const all = flags.bool('all');
  const labelSelector = flags.string('selector');
  if (all && labelSelector !== '') {
    throw plain("setting 'all' parameter with a non empty selector is prohibited");
  }
  const selecting = all || labelSelector !== '';
  if (!selecting && names.length === 0) {
    throw plain("at least one resource name must be specified since 'all' parameter is not set");
  }
  fieldValidationOf(invocation);
  // What was done is told without a word of the dry run.
  const print = yield* resultPrinter(invocation, 'none', { typed: true, late: true });
  const { targets } = yield* resolveTargets(invocation, {
    args: selecting ? ['nodes'] : ['nodes', ...names],
    all,
    labelSelector,
  });
  const { found, errors } = fetchTargets(invocation, targets);
  for (const { info, object } of found) {
    try {
      const name = object.metadata.name ?? '';
      const before = inGoOrder(object as unknown as JsonObject);
      const { spec } = object as Node;
      const { taints, operation } = changedTaints(
        name,
        spec?.taints ?? [],
        changes,
        flags.bool('overwrite'),
      );
      const changed = { ...(before.spec as JsonObject), taints } as unknown as JsonObject;
      const after = inGoOrder({ ...before, spec: changed });
      if (dryRun === 'client') {
        print(info, after, operation);
        continue;
      }
      const patch = twoWayPatch(before, after, patchSchemaOf('Node'));
      const options = writeOptions(invocation, dryRun);
      const answer = client.patch('nodes', undefined, name, 'strategic', patch, options);
      print(info, inGoOrder(answer as unknown as JsonObject), operation);
    } catch (error) {
      errors.push(error);
    }
  }
  throwAll(errors);
  return 0;
}

function split(args: readonly string[]): {
  resources: readonly string[];
  specs: readonly string[];
} {
  const isTaint = (word: string) => /[=:]/.test(word) || word.endsWith('-');
  const first = args.findIndex(isTaint);
  if (first < 0) return { resources: args, specs: [] };
  const specs = args.slice(first);
  const late = specs.find((word) => !isTaint(word));
  if (late !== undefined) {
    throw plain(`all resources must be specified before taint changes: ${late}`);
  }
  return { resources: args.slice(0, first), specs };
}
