import { withoutLastApplied } from '../../api/apply/last-applied';
import type { WriteOptions } from '../../api/client';
import { findObject } from '../../api/find-object';
import { isObject, type Json, type JsonObject } from '../../api/patch/json-value';
import type { KubeObject } from '../../api/types';
import type { Task } from '../../kernel/task';
import type { Command, Invocation } from '../command';
import { errorText, KubectlError, plain, usage } from '../errors';
import { FILENAME_FLAGS, fieldManagerFlag, SELECTOR_FLAG } from '../flags/common-flags';
import { bool, int, stringArray } from '../flags/flag';
import { unifiedDiff } from '../print/unified-diff';
import { toYaml } from '../print/yaml';
import { type NamedTarget, resolveTargets } from '../resource/builder';
import { patchFor } from './apply';
import { selectedTargets, withNamespace } from './create';

/** The status for everything that goes wrong; 1 says that there are differences. */
const TROUBLE = 2;

export const diff: Command = {
  name: 'diff',
  summary: 'Diff the live version against a would-be applied version',
  flags: [
    int('concurrency', undefined, { default: '1' }),
    fieldManagerFlag('kubectl-client-side-apply'),
    ...FILENAME_FLAGS,
    bool('force-conflicts'),
    bool('prune'),
    stringArray('prune-allowlist'),
    SELECTOR_FLAG,
    bool('server-side'),
    bool('show-managed-fields'),
    bool('show-secrets'),
  ],
  flagErrorCode: TROUBLE,
  run,
};

function* run(invocation: Invocation): Task<number> {
  try {
    return yield* compareAll(invocation);
  } catch (error) {
    throw new KubectlError(errorText(error), TROUBLE);
  }
}

interface Compared {
  readonly name: string;
  readonly from: string;
  readonly to: string;
}

function* compareAll(invocation: Invocation): Task<number> {
  const { args, flags, output, path, sys } = invocation;
  if (args.length > 0) throw usage(path, `Unexpected args: [${args.join(' ')}]`);
  if (!flags.namesFiles) throw plain('must specify one of -f and -k');
  if (flags.bool('force-conflicts') && !flags.bool('server-side')) {
    throw plain('--force-conflicts only works with --server-side');
  }
  const { targets, errors } = yield* resolveTargets(invocation);
  const [first] = errors;
  if (first) throw first;
  const compared = selectedTargets(invocation, targets as readonly NamedTarget[]).map((target) =>
    compare(invocation, target),
  );
  // The names of the folders that kubectl hands to diff.
  const number = () => String(1_000_000_000 + sys.random(3_000_000_000));
  const folders = [`/tmp/LIVE-${number()}`, `/tmp/MERGED-${number()}`];
  const time = new Date(sys.nowMs).toISOString().replace('T', ' ').replace('Z', '000000 +0000');
  let different = false;
  for (const { name, from, to } of compared.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const text = unifiedDiff(from, to);
    if (text === '') continue;
    different = true;
    const [left, right] = folders.map((folder) => `${folder}/${name}`);
    output.out(`diff -u -N ${left} ${right}\n--- ${left}\t${time}\n+++ ${right}\t${time}\n${text}`);
  }
  return different ? 1 : 0;
}

function compare(invocation: Invocation, target: NamedTarget): Compared {
  const { client } = invocation;
  const { info, namespace, name } = target;
  if (name === '') throw plain('resource name may not be empty');
  const live = findObject(client, info.resource, namespace, name);
  if (live?.metadata.deletionTimestamp) {
    invocation.output.err(
      `Warning: Detected changes to resource ${name} which is currently being deleted.\n`,
    );
  }
  let from = shown(live as unknown as JsonObject | undefined);
  let to = shown(merged(invocation, target, live)) as JsonObject;
  if (info.resource === 'secrets' && !invocation.flags.bool('show-secrets')) {
    [from, to] = masked(from, to);
  }
  const group = info.group === '' ? '' : `${info.group}.`;
  return {
    name: `${group}${info.version}.${info.kind}.${namespace ?? ''}.${name}`,
    from: from ? toYaml(from) : '',
    to: toYaml(to),
  };
}

/** What applying the manifest would lead to. */
function merged(
  invocation: Invocation,
  target: NamedTarget,
  live: KubeObject | undefined,
): JsonObject {
  const { client } = invocation;
  const { info, namespace, name } = target;
  const options: WriteOptions = { dryRun: true, fieldValidation: 'Ignore' };
  const manifest = withNamespace(target);
  if (!live) {
    return client.create(info.resource, namespace, manifest, options) as unknown as JsonObject;
  }
  const current = live as unknown as JsonObject;
  const modified = withoutLastApplied(manifest);
  const patch = patchFor(invocation, target, modified, current);
  const answer = client.patch(info.resource, namespace, name, 'strategic', patch, options);
  return answer as unknown as JsonObject;
}

function shown(object: JsonObject | undefined): JsonObject | undefined {
  if (!object || !isObject(object.metadata)) return object;
  const { managedFields: _fields, ...metadata } = object.metadata;
  return { ...object, metadata };
}

/** Secrets' values are not shown, only whether they differ. */
function masked(
  from: JsonObject | undefined,
  to: JsonObject,
): [JsonObject | undefined, JsonObject] {
  const before = dataOf(from);
  const after = dataOf(to);
  const mask = (own: JsonObject, other: JsonObject, changed: string) =>
    Object.fromEntries(
      Object.keys(own).map((key): [string, Json] => [
        key,
        other[key] === undefined || other[key] === own[key] ? '***' : changed,
      ]),
    );
  const left = from?.data ? { ...from, data: mask(before, after, '*** (before)') } : from;
  const right = to.data ? { ...to, data: mask(after, before, '*** (after)') } : to;
  return [left, right];
}

function dataOf(object: JsonObject | undefined): JsonObject {
  return isObject(object?.data) ? object.data : {};
}
