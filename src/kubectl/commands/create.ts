import { withLastApplied } from '../../api/apply/last-applied';
import type { JsonObject } from '../../api/patch/json-value';
import { matchesLabels, parseLabelSelector } from '../../api/selectors';
import type { KubeObject } from '../../api/types';
import type { Task } from '../../kernel/task';
import type { Command, Invocation } from '../command';
import { errorText, failWith, plain, usage } from '../errors';
import {
  DRY_RUN_FLAG,
  FILENAME_FLAGS,
  fieldManagerFlag,
  PRINT_FLAGS,
  SAVE_CONFIG_FLAG,
  SELECTOR_FLAG,
  VALIDATE_FLAG,
} from '../flags/common-flags';
import { bool, string } from '../flags/flag';
import { type NamedTarget, resolveTargets } from '../resource/builder';
import { dryRunOf, fieldValidationOf, resultPrinter, writeOptions } from '../write-options';
import { CREATE_COMMANDS } from './create-commands';
import { createRaw } from './raw-write';

export const create: Command = {
  name: 'create',
  summary: 'Create a resource from a file or from stdin',
  flags: [
    DRY_RUN_FLAG,
    bool('edit'),
    fieldManagerFlag('kubectl-create'),
    ...FILENAME_FLAGS,
    ...PRINT_FLAGS,
    string('raw'),
    SAVE_CONFIG_FLAG,
    SELECTOR_FLAG,
    VALIDATE_FLAG,
    bool('windows-line-endings'),
  ],
  subcommands: CREATE_COMMANDS,
  run,
};

function* run(invocation: Invocation): Task<number> {
  const { flags, args, path, output, client } = invocation;
  if (!flags.namesFiles) {
    if (args.length > 0) throw usage(path, `Unexpected args: [${args.join(' ')}]`);
    throw plain('must specify one of -f and -k');
  }
  if (args.length > 0) throw usage(path, `Unexpected args: [${args.join(' ')}]`);
  if (flags.string('raw') !== '') {
    if (flags.bool('edit')) throw plain('--raw and --edit are mutually exclusive');
    return yield* createRaw(invocation);
  }
  const dryRun = dryRunOf(invocation);
  const fieldValidation = fieldValidationOf(invocation);
  const print = yield* resultPrinter(invocation, dryRun);
  const { targets, errors } = yield* resolveTargets(invocation, {
    validating: fieldValidation !== 'Ignore',
  });
  const texts = errors.map((error) => errorText(error));
  const selected = selectedTargets(invocation, targets as NamedTarget[]);
  for (const target of selected) {
    const { info, namespace, file = '' } = target;
    let object = withNamespace(target);
    if (flags.bool('save-config')) object = withLastApplied(object);
    try {
      const created =
        dryRun === 'client'
          ? object
          : client.create(
              info.resource,
              namespace,
              object,
              writeOptions(invocation, dryRun, fieldValidation),
            );
      print(info, created, 'created');
    } catch (error) {
      texts.push(errorText(error, { verb: 'creating', source: file }));
    }
  }
  failWith(texts);
  if (selected.length === 0) throw plain('no objects passed to create');
  output.out('');
  return 0;
}

/** Manifests of files that the label selector chooses. */
export function selectedTargets(
  { flags }: Invocation,
  targets: readonly NamedTarget[],
): readonly NamedTarget[] {
  const selector = flags.string('selector');
  if (selector === '') return targets;
  const requirements = parseLabelSelector(selector);
  return targets.filter(({ manifest }) => {
    const metadata = manifest?.metadata as KubeObject['metadata'] | undefined;
    return matchesLabels(requirements, metadata?.labels ?? {});
  });
}

/** The manifest with the namespace that it goes to. */
export function withNamespace({ manifest, namespace }: NamedTarget): JsonObject {
  const object = manifest ?? {};
  if (namespace === undefined) return object;
  return { ...object, metadata: { ...(object.metadata as JsonObject), namespace } };
}
