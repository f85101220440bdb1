import { lastApplied, lastAppliedManifest, withLastApplied } from '../../api/apply/last-applied';
import type { WriteOptions } from '../../api/client';
import { apiVersionOf } from '../../api/client';
import { findObject } from '../../api/find-object';
import { goJson } from '../../api/golang/json';
import { isList, isObject, type Json, type JsonObject } from '../../api/patch/json-value';
import { patchSchemaOf } from '../../api/patch/patch-schema';
import { ApiError } from '../../api/status';
import type { KubeObject } from '../../api/types';
import type { Task } from '../../kernel/task';
import type { Call } from '../../runtime/syscalls';
import type { Command, Invocation } from '../command';
import { errorText, failWith, KubectlError, plain, usage } from '../errors';
import {
  DRY_RUN_FLAG,
  FILENAME_FLAGS,
  fieldManagerFlag,
  PRINT_FLAGS,
  SELECTOR_FLAG,
  VALIDATE_FLAG,
} from '../flags/common-flags';
import { bool, duration, int, string, stringArray } from '../flags/flag';
import { createPrinter, outputFormat } from '../print/formats';
import { type NamedTarget, resolveTargets } from '../resource/builder';
import {
  type DryRun,
  dryRunOf,
  fieldValidationOf,
  type ResultPrinter,
  resultPrinter,
  writeOptions,
} from '../write-options';
import { APPLY_SUBCOMMANDS } from './apply-last-applied';
import { applyPatchFor } from './apply-patch';
import { selectedTargets, withNamespace } from './create';
import { checkCascade } from './delete';

export const apply: Command = {
  name: 'apply',
  summary: 'Apply a configuration to a resource by file name or stdin',
  flags: [
    bool('all'),
    string('cascade', undefined, { default: 'background', bare: 'background' }),
    DRY_RUN_FLAG,
    fieldManagerFlag('kubectl-client-side-apply'),
    ...FILENAME_FLAGS,
    bool('force'),
    bool('force-conflicts'),
    int('grace-period', undefined, { default: '-1' }),
    bool('openapi-patch', undefined, { default: 'true' }),
    ...PRINT_FLAGS,
    bool('overwrite', undefined, { default: 'true' }),
    bool('prune'),
    stringArray('prune-allowlist'),
    SELECTOR_FLAG,
    bool('server-side'),
    string('subresource'),
    duration('timeout'),
    VALIDATE_FLAG,
    bool('wait'),
  ],
  subcommands: APPLY_SUBCOMMANDS,
  run,
};

interface Applying {
  readonly invocation: Invocation;
  readonly dryRun: DryRun;
  readonly options: WriteOptions;
  readonly print: ResultPrinter;
}

function* run(invocation: Invocation): Task<number> {
  const { flags, args, path } = invocation;
  const dryRun = dryRunOf(invocation);
  const fieldValidation = fieldValidationOf(invocation);
  checkFlags(invocation, dryRun);
  checkCascade(flags, invocation.output);
  if (args.length > 0) throw usage(path, `Unexpected args: [${args.join(' ')}]`);
  const print = yield* resultPrinter(invocation, dryRun, { late: true });
  const { targets, errors } = yield* resolveTargets(invocation, {
    validating: fieldValidation !== 'Ignore',
  });
  const texts = errors.map((error) => errorText(error));
  const selected = selectedTargets(invocation, targets as NamedTarget[]);
  const options = writeOptions(invocation, dryRun, fieldValidation);
  const results: { target: NamedTarget; object: unknown; operation: string }[] = [];
  const together = !['', 'name'].includes(outputFormat(invocation).format);
  const collected: ResultPrinter = together ? () => {} : print;
  const applying: Applying = { invocation, dryRun, options, print: collected };
  for (const target of selected) {
    try {
      refuseGenerateName(target);
      const result = flags.bool('server-side')
        ? applyOnServer(applying, target)
        : applyTarget(applying, target);
      results.push({ target, ...result });
      collected(target.info, result.object, result.operation);
    } catch (error) {
      texts.push(error instanceof KubectlError ? error.message : errorText(error));
    }
  }
  if (together) yield* printTogether(invocation, print, results);
  failWith(texts);
  if (selected.length === 0) throw plain('no objects passed to apply');
  return 0;
}

/** With -o, several objects are printed as one List. */
function* printTogether(
  invocation: Invocation,
  print: ResultPrinter,
  results: readonly { target: NamedTarget; object: unknown; operation: string }[],
): Call<void> {
  const [only] = results;
  if (!only) return;
  if (results.length === 1) {
    print(only.target.info, only.object, only.operation);
    return;
  }
  const items = results.map(({ object }) => sortedKeys(object as Json));
  const printer = yield* createPrinter(invocation, { typed: true });
  const list = { kind: 'List', apiVersion: 'v1', metadata: {}, items };
  if (printer) invocation.output.out(printer(list, 0));
}

/** The value with the keys of all its objects sorted. */
function sortedKeys(value: Json): Json {
  if (isList(value)) return value.map(sortedKeys);
  if (!isObject(value)) return value;
  const keys = Object.keys(value).sort();
  return Object.fromEntries(keys.map((key) => [key, sortedKeys(value[key] as Json)]));
}

function checkFlags({ flags }: Invocation, dryRun: DryRun): void {
  const force = flags.bool('force');
  const serverSide = flags.bool('server-side');
  if (force && serverSide) throw plain('--force cannot be used with --server-side');
  if (dryRun === 'client' && serverSide) {
    throw plain(
      "--dry-run=client doesn't work with --server-side (did you mean --dry-run=server instead?)",
    );
  }
  if (dryRun === 'server' && force) throw plain('--dry-run=server cannot be used with --force');
  if (flags.bool('force-conflicts') && !serverSide) {
    throw plain('--force-conflicts only works with --server-side');
  }
  if (!flags.namesFiles) throw plain('must specify one of -f and -k');
  if (flags.string('subresource') !== '' && !serverSide) {
    throw plain('--subresource can only be specified for --server-side');
  }
  if (flags.bool('prune') && !flags.bool('all') && flags.string('selector') === '') {
    throw plain(
      'all resources selected for prune without explicitly passing --all. To prune all resources, pass the --all flag. If you did not mean to prune all resources, specify a label selector',
    );
  }
}

interface Applied {
  readonly object: unknown;
  readonly operation: string;
}

/** Models applyOneObject of pkg/cmd/apply/apply.go. */
function applyTarget(applying: Applying, target: NamedTarget): Applied {
  const { invocation, dryRun, options } = applying;
  const { client, output } = invocation;
  const { info, namespace, name, file = '' } = target;
  const manifest = withNamespace(target);
  const modified = withLastApplied(manifest);
  const live = liveObject(applying, target);
  if (!live) {
    if (dryRun === 'client') return { object: modified, operation: 'created' };
    try {
      const object = client.create(info.resource, namespace, modified, options);
      return { object, operation: 'created' };
    } catch (error) {
      throw new KubectlError(errorText(error, { verb: 'creating', source: file }));
    }
  }
  const current = live as unknown as JsonObject;
  if (live.metadata.deletionTimestamp) {
    output.err(`Warning: Detected changes to resource ${name} which is currently being deleted.\n`);
  }
  if (lastApplied(current) === undefined) {
    output.warn(
      `resource ${info.plural}/${name} is missing the kubectl.kubernetes.io/last-applied-configuration annotation which is required by kubectl apply. kubectl apply should only be used on resources created declaratively by either kubectl create --save-config or kubectl apply. The missing annotation will be patched automatically.`,
    );
  }
  const patch = patchFor(invocation, target, modified, current);
  if (Object.keys(patch).length === 0) return { object: live, operation: 'unchanged' };
  if (dryRun === 'client') return { object: live, operation: 'configured' };
  try {
    const object = client.patch(info.resource, namespace, name, 'strategic', patch, options);
    return { object, operation: 'configured' };
  } catch (error) {
    throw patchRefused(error, target, patch);
  }
}

function refuseGenerateName({ name, manifest }: NamedTarget): void {
  const generateName = (manifest?.metadata as JsonObject | undefined)?.generateName;
  if (name !== '' || typeof generateName !== 'string' || generateName === '') return;
  throw plain(`from ${generateName}: cannot use generate name with apply`);
}

function liveObject({ invocation }: Applying, target: NamedTarget): KubeObject | undefined {
  const { info, namespace, name, file = '' } = target;
  if (name === '') {
    const gvr = `${info.group}/${info.version}, Resource=${info.plural}`;
    const gvk = `${info.group}/${info.version}, Kind=${info.kind}`;
    throw plain(
      `error when retrieving current configuration of:\nResource: "${gvr}", GroupVersionKind: "${gvk}"\nName: "", Namespace: "${namespace ?? ''}"\nfrom server for: "${file}": resource name may not be empty`,
    );
  }
  return findObject(invocation.client, info.resource, namespace, name);
}

/** The patch that brings the live object to the manifest. */
export function patchFor(
  invocation: Invocation,
  { info }: NamedTarget,
  modified: JsonObject,
  current: JsonObject,
): JsonObject {
  const { flags } = invocation;
  const overwrite = !flags.find('overwrite') || flags.bool('overwrite');
  return applyPatchFor(
    lastAppliedManifest(current),
    modified,
    current,
    patchSchemaOf(info.kind),
    overwrite,
  );
}

/** Models AddSourceToErr around a patch that the server refused. */
function patchRefused(error: unknown, target: NamedTarget, patch: JsonObject): unknown {
  if (!(error instanceof ApiError) || error.status.reason === 'Invalid') return error;
  const { info, namespace, name, file = '' } = target;
  const gvr = `${info.group}/${info.version}, Resource=${info.plural}`;
  const gvk = `${apiVersionOf(info).includes('/') ? info.group : ''}/${info.version}, Kind=${info.kind}`;
  const verb = `applying patch:\n${goJson(patch as never)}\nto:\nResource: "${gvr}", GroupVersionKind: "${gvk}"\nName: "${name}", Namespace: "${namespace ?? ''}"\nfor`;
  const reason = error.status.reason ? ` (${error.status.reason})` : '';
  return new KubectlError(
    `Error from server${reason}: error when ${verb}: "${file}": ${error.message}`,
  );
}

/**
 * Server-side apply, without a record of who owns which field: the manifest is merged into the object, and
 * nothing is removed.
 */
function applyOnServer({ invocation, options }: Applying, target: NamedTarget): Applied {
  const { client, flags } = invocation;
  const { info, namespace, name } = target;
  if (name === '') throw plain('resource name may not be empty');
  const fieldManager = flags.changed('field-manager') ? flags.string('field-manager') : 'kubectl';
  const force = flags.bool('force-conflicts');
  const applying = { ...options, fieldManager, force };
  try {
    const manifest = withNamespace(target);
    const object = client.patch(info.resource, namespace, name, 'apply', manifest, applying);
    return { object, operation: 'serverside-applied' };
  } catch (error) {
    if (!(error instanceof ApiError) || error.status.reason !== 'Conflict') throw error;
    throw plain(`${error.message}\n${CONFLICT_ADVICE}`);
  }
}

const CONFLICT_ADVICE = `Please review the fields above--they currently have other managers. Here
are the ways you can resolve this warning:
* If you intend to manage all of these fields, please re-run the apply
  command with the \`--force-conflicts\` flag.
* If you do not intend to manage all of the fields, please edit your
  manifest to remove references to the fields that should keep their
  current managers.
* You may co-own fields by updating your manifest to match the existing
  value; in this case, you'll become the manager if the other manager(s)
  stop managing the field (remove it from their configuration).
See https://kubernetes.io/docs/reference/using-api/server-side-apply/#conflicts`;
