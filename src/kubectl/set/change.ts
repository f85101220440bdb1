import type { JsonObject } from '../../api/patch/json-value';
import { patchSchemaOf } from '../../api/patch/patch-schema';
import { twoWayPatch } from '../../api/patch/strategic-diff';
import { ApiError } from '../../api/status';
import type { Call } from '../../runtime/syscalls';
import type { Invocation } from '../command';
import { KubectlError, plain, throwAll } from '../errors';
import {
  DRY_RUN_FLAG,
  FILENAME_FLAGS,
  fieldManagerFlag,
  PRINT_FLAGS,
  RECORD_FLAG,
} from '../flags/common-flags';
import { bool, type Flag } from '../flags/flag';
import { inGoOrder } from '../generate/generator';
import { type Found, fetchTargets, localObjects, resolveTargets } from '../resource/builder';
import { type DryRun, type ResultPrinter, writeOptions } from '../write-options';

/** Flags of all commands that set something. */
export const SET_FLAGS: readonly Flag[] = [
  bool('all'),
  DRY_RUN_FLAG,
  fieldManagerFlag('kubectl-set'),
  ...FILENAME_FLAGS,
  bool('local'),
  ...PRINT_FLAGS,
  RECORD_FLAG,
];

/**
 * The objects that the arguments and files name, with the fields of their types. With --local there are only
 * files: some commands refuse arguments then, others do not look at them.
 */
export function* objectsToSet(
  invocation: Invocation,
  given: readonly string[],
  withLocal: 'refused' | 'ignored' = 'refused',
): Call<Found[]> {
  const { flags } = invocation;
  const local = flags.bool('local');
  const args = local && withLocal === 'ignored' ? [] : given;
  if (local && args.length > 0) {
    throw plain(
      "error: you must specify resources by --filename when --local is set.\nExample resource specifications include:\n   '-f rsrc.yaml'\n   '--filename=rsrc.json'",
    );
  }
  const selector = flags.find('selector') ? flags.string('selector') : '';
  const resolved = yield* resolveTargets(invocation, {
    args,
    labelSelector: selector,
    typeMeansAll: flags.bool('all'),
  });
  const { found, errors } = local
    ? { found: localObjects(resolved.targets), errors: [] }
    : fetchTargets(invocation, resolved.targets);
  throwAll([...resolved.errors, ...errors]);
  return found;
}

export function checkLocal({ flags }: Invocation, dryRun: DryRun): void {
  if (flags.bool('local') && dryRun === 'server') {
    throw plain('cannot specify --local and --dry-run=server - did you mean --dry-run=client?');
  }
}

export interface Setting {
  readonly dryRun: DryRun;
  readonly print: ResultPrinter;
  /** `image updated`. */
  readonly operation: string;
  /** What goes before the server's answer when it refuses. */
  readonly failure: string;
  /** Errors of objects; those that come are added. */
  readonly errors: unknown[];
  /** The object changed; undefined: nothing is to be done. */
  change(object: JsonObject): JsonObject | undefined;
}

/** Changes objects one by one, by patches of what differs. Models CalculatePatches and what follows it. */
export function setAll(
  invocation: Invocation,
  found: readonly Found[],
  { change, dryRun, errors, failure, operation, print }: Setting,
): void {
  const { client, flags } = invocation;
  for (const { info, object } of found) {
    const { namespace, name = '' } = object.metadata;
    const before = inGoOrder(object as unknown as JsonObject);
    let after: JsonObject | undefined;
    try {
      const changed = change(before);
      after = changed && inGoOrder(changed);
    } catch (error) {
      if (!(error instanceof KubectlError)) throw error;
      const text = error.message.replace(/^error: /, '');
      errors.push(plain(`error: ${info.plural}/${name} ${text}`));
      continue;
    }
    if (!after) continue;
    const patch = twoWayPatch(before, after, patchSchemaOf(info.kind));
    if (Object.keys(patch).length === 0) continue;
    if (flags.bool('local') || dryRun === 'client') {
      print(info, after, operation);
      continue;
    }
    try {
      const options = writeOptions(invocation, dryRun, 'Ignore');
      const answer = client.patch(info.resource, namespace, name, 'strategic', patch, options);
      print(info, inGoOrder(answer as unknown as JsonObject), operation);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      errors.push(plain(`${failure}${error.message}`));
    }
  }
}

/** Names with `*` for any text, as --containers takes them. */
export function matchesName(name: string, pattern: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(name);
}
