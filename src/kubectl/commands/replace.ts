import { withLastApplied } from '../../api/apply/last-applied';
import type { WriteOptions } from '../../api/client';
import { findObject } from '../../api/find-object';
import { isObject, type JsonObject } from '../../api/patch/json-value';
import type { Task } from '../../kernel/task';
import type { Command, Invocation } from '../command';
import { errorText, failWith, plain } from '../errors';
import {
  DRY_RUN_FLAG,
  FILENAME_FLAGS,
  fieldManagerFlag,
  PRINT_FLAGS,
  RECORD_FLAG,
  SAVE_CONFIG_FLAG,
  VALIDATE_FLAG,
} from '../flags/common-flags';
import { bool, duration, int, string } from '../flags/flag';
import { type NamedTarget, resolveTargets } from '../resource/builder';
import { recorded } from '../resource/change-cause';
import { checkSubresource } from '../resource/subresources';
import {
  dryRunOf,
  fieldValidationOf,
  type ResultPrinter,
  resultPrinter,
  writeOptions,
} from '../write-options';
import { withNamespace } from './create';
import { checkCascade, deleteAll } from './delete';
import { replaceRaw } from './raw-write';
import { waitUntilGone } from './wait-until-gone';

export const replace: Command = {
  name: 'replace',
  summary: 'Replace a resource by file name or stdin',
  flags: [
    string('cascade', undefined, { default: 'background', bare: 'background' }),
    DRY_RUN_FLAG,
    fieldManagerFlag('kubectl-replace'),
    ...FILENAME_FLAGS,
    bool('force'),
    int('grace-period', undefined, { default: '-1' }),
    ...PRINT_FLAGS,
    string('raw'),
    RECORD_FLAG,
    SAVE_CONFIG_FLAG,
    string('subresource'),
    duration('timeout', undefined, { default: '0s' }),
    VALIDATE_FLAG,
    bool('wait'),
  ],
  run,
};

/** How long deleted objects may take to go, ms. */
const GONE_WITHIN_MS = 5 * 60 * 1000;

function* run(invocation: Invocation): Task<number> {
  const { flags } = invocation;
  const fieldValidation = fieldValidationOf(invocation);
  const dryRun = dryRunOf(invocation);
  const print = yield* resultPrinter(invocation, dryRun);
  checkCascade(flags, invocation.output);
  if (!flags.namesFiles) throw plain('must specify one of -f and -k');
  const force = flags.bool('force');
  if (flags.number('grace-period') >= 0 && !force) {
    throw plain('--grace-period must have --force specified');
  }
  if (flags.duration('timeout') !== 0 && !force) {
    throw plain('--timeout must have --force specified');
  }
  if (force && dryRun !== 'none') throw plain('--dry-run can not be used when --force is set');
  if (flags.string('raw') !== '') return yield* replaceRaw(invocation);
  const { targets, errors } = yield* resolveTargets(invocation, {
    args: [],
    validating: fieldValidation !== 'Ignore',
  });
  const texts = errors.map((error) => errorText(error));
  const subresource = (flags.string('subresource') || undefined) as WriteOptions['subresource'];
  const options: WriteOptions = {
    ...writeOptions(invocation, dryRun, fieldValidation),
    ...(subresource ? { subresource } : {}),
  };
  const named = targets as readonly NamedTarget[];
  if (force) {
    yield* deleteAndCreate(invocation, named, options, print, texts);
  } else {
    for (const target of named) replaceOne(invocation, target, options, print, texts);
  }
  failWith(texts);
  if (named.length === 0) throw plain('no objects passed to replace');
  return 0;
}

function wanted(invocation: Invocation, target: NamedTarget): JsonObject {
  const manifest = withNamespace(target);
  const object = invocation.flags.bool('save-config') ? withLastApplied(manifest) : manifest;
  return recorded(invocation, object);
}

function replaceOne(
  invocation: Invocation,
  target: NamedTarget,
  options: WriteOptions,
  print: ResultPrinter,
  texts: string[],
): void {
  const { client, flags } = invocation;
  const { info, namespace, name, file = '' } = target;
  const object = wanted(invocation, target);
  try {
    checkSubresource(info, options.subresource ?? '');
    const isDry = isClientDryRun(flags.string('dry-run'));
    const given = withVersion(invocation, target, object);
    const answer = isDry ? object : client.update(info.resource, namespace, given, options);
    print(info, answer, 'replaced');
  } catch (error) {
    const at = { verb: 'replacing', source: file };
    texts.push(name === '' ? 'error: resource name may not be empty' : errorText(error, at));
  }
}

function isClientDryRun(value: string): boolean {
  return ['client', 'true', 'unchanged'].includes(value);
}

/** Without a version of its own the manifest replaces whatever is there. */
function withVersion(
  { client }: Invocation,
  { info, namespace, name }: NamedTarget,
  object: JsonObject,
): unknown {
  const metadata = isObject(object.metadata) ? object.metadata : {};
  if (metadata.resourceVersion) return object;
  const live = findObject(client, info.resource, namespace, name);
  if (!live) return object;
  const resourceVersion = live.metadata.resourceVersion ?? '';
  return { ...object, metadata: { ...metadata, resourceVersion } };
}

function* deleteAndCreate(
  invocation: Invocation,
  targets: readonly NamedTarget[],
  options: WriteOptions,
  print: ResultPrinter,
  texts: string[],
): Task<number> {
  const { client, flags, output, sys } = invocation;
  const given = flags.number('grace-period');
  const grace = given === 0 ? 1 : given < 0 ? undefined : given;
  const deleted = deleteAll(invocation, targets, { dryRun: 'none', grace, ignoring: true, texts });
  failWith(texts);
  yield* output.flush(sys);
  yield* waitUntilGone(invocation, deleted, flags.duration('timeout') || GONE_WITHIN_MS);
  for (const target of targets) {
    const { info, namespace } = target;
    try {
      const object = wanted(invocation, target);
      print(info, client.create(info.resource, namespace, object, options), 'replaced');
    } catch (error) {
      texts.push(errorText(error));
    }
  }
  return 0;
}
