import { LAST_APPLIED, lastApplied, withLastApplied } from '../../api/apply/last-applied';
import type { JsonObject } from '../../api/patch/json-value';
import type { Task } from '../../kernel/task';
import type { Command, Invocation } from '../command';
import { plain, throwAll } from '../errors';
import { DRY_RUN_FLAG, FILENAME_FLAGS, PRINT_FLAGS, SELECTOR_FLAG } from '../flags/common-flags';
import { bool } from '../flags/flag';
import { toJson } from '../print/json';
import { toYaml } from '../print/yaml';
import { fetchTargets, type NamedTarget, resolveTargets } from '../resource/builder';
import { dryRunOf, resultPrinter, writeOptions } from '../write-options';
import { withNamespace } from './create';

const viewLastApplied: Command = {
  name: 'view-last-applied',
  summary: 'View the latest last-applied-configuration annotations of a resource/object',
  flags: [bool('all'), ...FILENAME_FLAGS, ...PRINT_FLAGS, SELECTOR_FLAG],
  run: view,
};

function* view(invocation: Invocation): Task<number> {
  const { flags, output } = invocation;
  const format = flags.string('output') || 'yaml';
  if (format !== 'yaml' && format !== 'json') {
    throw plain(`Unexpected -o output mode: ${format}, the flag 'output' must be one of yaml|json`);
  }
  const { targets } = yield* resolveTargets(invocation, {
    labelSelector: flags.string('selector'),
    all: flags.bool('all'),
  });
  const { found, errors } = fetchTargets(invocation, targets);
  throwAll(errors);
  for (const { object } of found) {
    const text = lastApplied(object as unknown as JsonObject);
    if (text === undefined) continue;
    const manifest = JSON.parse(text) as JsonObject;
    output.out(format === 'yaml' ? toYaml(manifest) : `${toJson(manifest, { indent: '  ' })}\n`);
  }
  return 0;
}

const setLastApplied: Command = {
  name: 'set-last-applied',
  summary:
    'Set the last-applied-configuration annotation on a live object to match the contents of a file',
  flags: [bool('create-annotation'), DRY_RUN_FLAG, ...FILENAME_FLAGS, ...PRINT_FLAGS],
  run: set,
};

function* set(invocation: Invocation): Task<number> {
  const { flags, client } = invocation;
  const dryRun = dryRunOf(invocation);
  const print = yield* resultPrinter(invocation, dryRun);
  const { targets, errors } = yield* resolveTargets(invocation);
  throwAll(errors);
  for (const target of targets as NamedTarget[]) {
    const { info, namespace, name } = target;
    const live = client.get(info.resource, namespace, name);
    const before = lastApplied(live as unknown as JsonObject);
    if (before === undefined && !flags.bool('create-annotation')) {
      throw plain(
        `no last-applied-configuration annotation found on resource: ${name}, to create the annotation, run the command with --create-annotation`,
      );
    }
    const text = plainLastApplied(withNamespace(target));
    const patch = { metadata: { annotations: { [LAST_APPLIED]: text } } };
    const options = writeOptions(invocation, dryRun);
    const object =
      dryRun === 'client'
        ? live
        : client.patch(info.resource, namespace, name, 'merge', patch, options);
    print(info, object, 'configured');
  }
  return 0;
}

/** The manifest's text; without annotations of its own it has no such field here. */
function plainLastApplied(manifest: JsonObject): string {
  const text = lastApplied(withLastApplied(manifest)) ?? '';
  const metadata = manifest.metadata as JsonObject | undefined;
  return metadata?.annotations === undefined ? text.replace('"annotations":{},', '') : text;
}

export const APPLY_SUBCOMMANDS: readonly Command[] = [viewLastApplied, setLastApplied];
