import { withLastApplied } from '../../api/apply/last-applied';
import type { WriteOptions } from '../../api/client';
import { goJson } from '../../api/golang/json';
import { manifestObjects } from '../../api/manifest-objects';
import { equalJson, isObject, type Json, type JsonObject } from '../../api/patch/json-value';
import { patchSchemaOf } from '../../api/patch/patch-schema';
import { twoWayPatch } from '../../api/patch/strategic-diff';
import { readManifests } from '../../api/yaml/read-manifests';
import type { Task } from '../../kernel/task';
import type { Command, Invocation } from '../command';
import { type EditedFile, editText, removeFile } from '../edit/editor';
import {
  endFor,
  type Failure,
  failureOf,
  headerText,
  invalidFile,
  noValidChanges,
  type Reason,
} from '../edit/notes';
import { KubectlError, plain, throwAll } from '../errors';
import {
  FILENAME_FLAGS,
  fieldManagerFlag,
  PRINT_FLAGS,
  RECORD_FLAG,
  SAVE_CONFIG_FLAG,
  VALIDATE_FLAG,
} from '../flags/common-flags';
import { bool, string } from '../flags/flag';
import { toYaml } from '../print/yaml';
import { type Found, fetchTargets, resolveTargets } from '../resource/builder';
import { recorded } from '../resource/change-cause';
import { fieldValidationOf, type ResultPrinter, resultPrinter } from '../write-options';

export const edit: Command = {
  name: 'edit',
  summary: 'Edit a resource on the server',
  flags: [
    fieldManagerFlag('kubectl-edit'),
    ...FILENAME_FLAGS,
    bool('output-patch'),
    ...PRINT_FLAGS,
    RECORD_FLAG,
    SAVE_CONFIG_FLAG,
    string('subresource'),
    VALIDATE_FLAG,
    bool('windows-line-endings'),
  ],
  run,
};

function* run(invocation: Invocation): Task<number> {
  const print = yield* resultPrinter(invocation, 'none');
  const resolved = yield* resolveTargets(invocation, { typeMeansAll: true });
  const { found, errors } = fetchTargets(invocation, resolved.targets);
  const fieldValidation = fieldValidationOf(invocation);
  throwAll([...resolved.errors, ...errors]);
  if (found.length === 0) throw plain('edit cancelled, no objects found');
  const subresource = (invocation.flags.string('subresource') ||
    undefined) as WriteOptions['subresource'];
  const options: WriteOptions = {
    fieldValidation,
    onWarning: (text) => invocation.output.warn(text),
    ...(subresource ? { subresource } : {}),
  };
  return yield* editObjects(invocation, found, options, print);
}

/** Models editFn of pkg/cmd/util/editor/editoptions.go: shows the file until it can be saved. */
function* editObjects(
  invocation: Invocation,
  found: readonly Found[],
  options: WriteOptions,
  print: ResultPrinter,
): Task<number> {
  const { output, sys } = invocation;
  const original = fileOf(found);
  let body = original;
  let reasons: readonly Reason[] = [];
  let before: EditedFile | undefined;
  for (;;) {
    yield* output.flush(sys);
    let file: EditedFile;
    try {
      file = yield* editText(sys, headerText(reasons) + body);
    } catch (error) {
      if (before) tellKept(invocation, before);
      throw error;
    }
    if (before && meaning(before.text) === meaning(file.text)) {
      tellKept(invocation, file);
      throw noValidChanges();
    }
    if (before) removeFile(sys, before.path);
    if (meaning(file.text) === meaning(original)) {
      removeFile(sys, file.path);
      output.err('Edit cancelled, no changes made.\n');
      return 0;
    }
    const outcome = save(invocation, found, file, options, print);
    const stop = endFor(outcome.failures, file.path);
    if (stop !== undefined) throw new KubectlError(stop);
    if (outcome.reasons.length === 0) {
      removeFile(sys, file.path);
      return 0;
    }
    reasons = outcome.reasons;
    before = file;
    body = withoutComments(file.text);
  }
}

/** The file's content: an object, or a List of several. */
function fileOf(found: readonly Found[]): string {
  const objects = found.map(({ object }) => withoutManagedFields(object as unknown as JsonObject));
  const [only] = objects;
  if (only && objects.length === 1) return toYaml(only);
  return toYaml({ apiVersion: 'v1', items: objects, kind: 'List', metadata: {} });
}

function withoutManagedFields(object: JsonObject): JsonObject {
  if (!isObject(object.metadata) || !('managedFields' in object.metadata)) return object;
  const { managedFields: _fields, ...metadata } = object.metadata;
  return { ...object, metadata };
}

function tellKept({ output }: Invocation, { path }: EditedFile): void {
  output.err(`A copy of your changes has been stored to "${path}"\n`);
}

function withoutComments(text: string): string {
  return text
    .split('\n')
    .filter((line) => !/^\s*#/.test(line))
    .join('\n');
}

/** What a file says, without comments: as JSON, or as it stands if it cannot be read. */
function meaning(text: string): string {
  const { documents, error } = readManifests(text);
  if (error !== undefined) return withoutComments(text);
  return goJson((documents[0] ?? null) as never);
}

interface Saved {
  readonly reasons: readonly Reason[];
  readonly failures: readonly Failure[];
}

function save(
  invocation: Invocation,
  found: readonly Found[],
  file: EditedFile,
  options: WriteOptions,
  print: ResultPrinter,
): Saved {
  const { output } = invocation;
  const [first] = found as [Found];
  const read = readManifests(withoutComments(file.text));
  const steps =
    read.documents.length === 0 && read.error === undefined
      ? [{ error: 'error validating data: [apiVersion not set, kind not set]; ' }]
      : manifestObjects(read, 'edited-file', (_version, kind) => kind);
  const failures: Failure[] = [];
  for (const step of steps) {
    if ('error' in step) {
      const invalid = /error validating data: (.*);/s.exec(step.error)?.[1];
      if (invalid === undefined) {
        const head = `The edited file had a syntax error: ${step.error}`;
        return { reasons: [{ head, causes: [] }], failures: [] };
      }
      const failure = invalidFile(invalid, first);
      output.err(`${failure.text}\n`);
      return { reasons: failure.reason ? [failure.reason] : [], failures: [] };
    }
    const failure = saveOne(invocation, found, step.object.document as JsonObject, {
      file,
      options,
      print,
    });
    if (!failure) continue;
    output.err(`${failure.text}\n`);
    failures.push(failure);
  }
  return { reasons: failures.flatMap(({ reason }) => (reason ? [reason] : [])), failures };
}

interface Saving {
  readonly file: EditedFile;
  readonly options: WriteOptions;
  readonly print: ResultPrinter;
}

function saveOne(
  invocation: Invocation,
  found: readonly Found[],
  given: JsonObject,
  { file, options, print }: Saving,
): Failure | undefined {
  const { client, flags, output } = invocation;
  const uid = isObject(given.metadata) ? given.metadata.uid : undefined;
  const original = found.find(({ object }) => object.metadata.uid === uid);
  if (!original) {
    tellKept(invocation, file);
    throw plain('no original object found for the edited object');
  }
  const { info, object } = original;
  const before = withoutManagedFields(object as unknown as JsonObject);
  const saved = flags.bool('save-config') ? withLastApplied(given) : given;
  const after = recorded(invocation, saved);
  if (equalJson(before as Json, after as Json)) {
    print(info, after, 'skipped');
    return undefined;
  }
  const patch = twoWayPatch(before, after, patchSchemaOf(info.kind));
  const changesIdentity =
    'apiVersion' in patch ||
    'kind' in patch ||
    (isObject(patch.metadata) && 'name' in patch.metadata);
  if (changesIdentity) {
    tellKept(invocation, file);
    throw plain('At least one of apiVersion, kind and name was changed');
  }
  if (flags.bool('output-patch')) output.out(`Patch: ${goJson(patch as never)}\n`);
  const { namespace, name = '' } = object.metadata;
  try {
    const answer = client.patch(info.resource, namespace, name, 'strategic', patch, options);
    print(info, answer, 'edited');
    return undefined;
  } catch (error) {
    return failureOf(error, original);
  }
}
