import type { PatchType, WriteOptions } from '../../api/client';
import { goJson } from '../../api/golang/json';
import { goQuote } from '../../api/golang/quote';
import { applyJsonPatch } from '../../api/patch/json-patch';
import {
  equalJson,
  isList,
  isObject,
  type Json,
  type JsonObject,
} from '../../api/patch/json-value';
import { applyMergePatch } from '../../api/patch/merge-patch';
import { patchSchemaOf } from '../../api/patch/patch-schema';
import { PatchError, strategicMerge } from '../../api/patch/strategic-merge';
import { readManifests } from '../../api/yaml/read-manifests';
import type { Task } from '../../kernel/task';
import type { Call } from '../../runtime/syscalls';
import type { Command, Invocation } from '../command';
import { plain, throwAll } from '../errors';
import { readTextOrFail } from '../files';
import { DRY_RUN_FLAG, FILENAME_FLAGS, fieldManagerFlag, PRINT_FLAGS } from '../flags/common-flags';
import { bool, string } from '../flags/flag';
import { type Found, fetchTargets, localObjects, resolveTargets } from '../resource/builder';
import { checkSubresource } from '../resource/subresources';
import { type DryRun, dryRunOf, resultPrinter, writeOptions } from '../write-options';

export const patch: Command = {
  name: 'patch',
  summary: 'Update fields of a resource',
  flags: [
    DRY_RUN_FLAG,
    fieldManagerFlag('kubectl-patch'),
    ...FILENAME_FLAGS,
    bool('local'),
    ...PRINT_FLAGS,
    string('patch', 'p'),
    string('patch-file'),
    string('subresource'),
    string('type', undefined, { default: 'strategic' }),
  ],
  run,
};

const TYPES: readonly PatchType[] = ['json', 'merge', 'strategic'];

function* run(invocation: Invocation): Task<number> {
  const { client, flags } = invocation;
  const dryRun = dryRunOf(invocation);
  // The operation's text is set after the dry run's: it has no suffix.
  const print = yield* resultPrinter(invocation, 'none', { late: true });
  const type = checkFlags(invocation, dryRun);
  const text = yield* patchText(invocation);
  const resolved = yield* resolveTargets(invocation);
  const fetched = flags.bool('local')
    ? { found: localObjects(resolved.targets), errors: [] }
    : fetchTargets(invocation, resolved.targets, { filesAsTheyAre: true });
  const errors: unknown[] = [...resolved.errors, ...fetched.errors];
  const local = flags.bool('local') || dryRun === 'client';
  const subresource = (flags.string('subresource') || undefined) as WriteOptions['subresource'];
  const options: WriteOptions = {
    ...writeOptions(invocation, dryRun, 'Ignore'),
    ...(subresource ? { subresource } : {}),
  };
  for (const { info, object } of fetched.found) {
    const { namespace, name = '' } = object.metadata;
    try {
      checkSubresource(info, flags.string('subresource'));
      const patched = local
        ? patchedLocally({ info, object }, type, text)
        : client.patch(info.resource, namespace, name, type, text, options);
      const same = equalJson(asJson(patched), asJson(object));
      print(info, patched, same ? 'patched (no change)' : 'patched');
    } catch (error) {
      errors.push(error);
    }
  }
  throwAll(errors);
  if (fetched.found.length === 0) throw plain('no objects passed to patch');
  return 0;
}

function checkFlags({ args, flags }: Invocation, dryRun: DryRun): PatchType {
  const given = flags.string('patch');
  const file = flags.string('patch-file');
  if (given !== '' && file !== '') {
    throw plain('cannot specify --patch and --patch-file together');
  }
  if (given === '' && file === '') {
    throw plain('must specify --patch or --patch-file containing the contents of the patch');
  }
  if (flags.bool('local') && args.length > 0) {
    throw plain('cannot specify --local and server resources');
  }
  if (flags.bool('local') && dryRun === 'server') {
    throw plain('cannot specify --local and --dry-run=server - did you mean --dry-run=client?');
  }
  const wanted = flags.string('type').toLowerCase();
  const type = TYPES.find((one) => one === wanted) ?? (wanted === '' ? 'strategic' : undefined);
  if (!type) {
    throw plain(`--type must be one of [${TYPES.join(' ')}], not ${goQuote(flags.string('type'))}`);
  }
  return type;
}

/** The patch as JSON text. What looks like JSON is sent as it is: the server says what is wrong with it. */
function* patchText({ flags, sys }: Invocation): Call<string> {
  const file = flags.string('patch-file');
  const text =
    file === ''
      ? flags.string('patch')
      : yield* readTextOrFail(sys, file, 'unable to read patch file: ');
  if (text.trimStart().startsWith('{')) return text;
  const { documents, error } = readManifests(text);
  if (error !== undefined)
    throw plain(`unable to parse ${goQuote(flags.string('patch'))}: ${error}`);
  return goJson((documents[0] ?? null) as never);
}

function asJson(value: unknown): Json {
  return value as Json;
}

function patchedLocally({ info, object }: Found, type: PatchType, text: string): Json {
  const patchValue = parsed(text);
  const original = object as unknown as JsonObject;
  try {
    if (type === 'json') {
      if (!isList(patchValue)) {
        throw plain('json: cannot unmarshal object into Go value of type jsonpatch.Patch');
      }
      return applyJsonPatch(original, patchValue);
    }
    if (!isObject(patchValue)) throw plain('Invalid JSON Patch');
    if (type === 'merge') return applyMergePatch(original, patchValue);
    return strategicMerge(original, patchValue, patchSchemaOf(info.kind));
  } catch (error) {
    if (error instanceof PatchError) throw plain(error.message);
    throw error;
  }
}

function parsed(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw plain('Invalid JSON Patch');
  }
}
