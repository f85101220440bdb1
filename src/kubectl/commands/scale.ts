import type { JsonObject } from '../../api/patch/json-value';
import type { KubeObject } from '../../api/types';
import type { Task } from '../../kernel/task';
import type { Call } from '../../runtime/syscalls';
import type { Command, Invocation } from '../command';
import { KubectlError, plain, throwAll } from '../errors';
import {
  DRY_RUN_FLAG,
  FILENAME_FLAGS,
  PRINT_FLAGS,
  RECORD_FLAG,
  SELECTOR_FLAG,
} from '../flags/common-flags';
import { bool, duration, int, string } from '../flags/flag';
import { type Found, fetchTargets, resolveTargets } from '../resource/builder';
import { recorded } from '../resource/change-cause';
import { onlyObject, waitUntil } from '../resource/wait-until';
import { dryRunOf, resultPrinter, writeOptions } from '../write-options';

export const scale: Command = {
  name: 'scale',
  summary: 'Set a new size for a deployment, replica set, or replication controller',
  flags: [
    bool('all'),
    int('current-replicas', undefined, { default: '-1' }),
    DRY_RUN_FLAG,
    ...FILENAME_FLAGS,
    ...PRINT_FLAGS,
    RECORD_FLAG,
    int('replicas', undefined, { required: true }),
    string('resource-version'),
    SELECTOR_FLAG,
    duration('timeout', undefined, { default: '0s' }),
  ],
  run,
};

/** Resources with a scale subresource. */
export const SCALABLE: ReadonlySet<string> = new Set([
  'deployments.apps',
  'replicasets.apps',
  'replicationcontrollers',
  'statefulsets.apps',
]);

function* run(invocation: Invocation): Task<number> {
  const { client, flags } = invocation;
  const dryRun = dryRunOf(invocation);
  const print = yield* resultPrinter(invocation, dryRun);
  const replicas = flags.number('replicas');
  if (replicas < 0) {
    throw plain(
      'The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0',
    );
  }
  if (flags.number('current-replicas') < -1) {
    throw plain('The --current-replicas must specify an integer of -1 or greater');
  }
  const resolved = yield* resolveTargets(invocation, {
    typeMeansAll: flags.bool('all'),
    labelSelector: flags.string('selector'),
  });
  const { found, errors: missing } = fetchTargets(invocation, resolved.targets, {
    filesAsTheyAre: true,
  });
  const errors = [...resolved.errors, ...missing];
  if (flags.string('resource-version') !== '' && found.length > 1) {
    throw plain('cannot use --resource-version with multiple resources');
  }
  if (found.length === 0) {
    throwAll(errors);
    throw plain('no objects passed to scale');
  }
  for (const one of found) {
    const { info, object } = one;
    const { namespace, name = '' } = object.metadata;
    const scaled = { ...object, spec: { ...(object.spec as JsonObject), replicas } };
    if (dryRun !== 'client') {
      if (!SCALABLE.has(info.resource)) {
        throw new KubectlError(
          'Error from server (NotFound): the server could not find the requested resource',
        );
      }
      checkPreconditions(invocation, object);
      const options = writeOptions(invocation, dryRun, 'Ignore');
      const cause = recorded(invocation, {});
      client.patch(
        info.resource,
        namespace,
        name,
        'merge',
        { spec: { replicas }, ...cause },
        options,
      );
      if (dryRun === 'none') yield* waitForReplicas(invocation, one, replicas);
    }
    print(info, scaled, 'scaled');
  }
  yield* invocation.output.flush(invocation.sys);
  throwAll(errors);
  return 0;
}

function checkPreconditions({ flags }: Invocation, { metadata, spec }: KubeObject): void {
  const size = flags.number('current-replicas');
  const version = flags.string('resource-version');
  const { replicas = 0 } = (spec ?? {}) as { replicas?: number };
  if (size !== -1 && replicas !== size) {
    throw plain(`Expected replicas to be ${size}, was ${replicas}`);
  }
  if (version !== '' && version !== metadata.resourceVersion) {
    throw plain(`Expected resource version to be ${version}, was ${metadata.resourceVersion}`);
  }
}

/** With --timeout: until the controller says that there are as many. */
function* waitForReplicas(
  invocation: Invocation,
  { info, object }: Found,
  wanted: number,
): Call<void> {
  const { client, flags } = invocation;
  const timeout = flags.duration('timeout');
  if (timeout === 0) return;
  const { namespace, name = '' } = object.metadata;
  const done = yield* waitUntil(
    invocation,
    info.resource,
    onlyObject(namespace, name),
    timeout,
    () => {
      const { spec, status } = client.get(info.resource, namespace, name);
      const asked = (spec as { replicas?: number }).replicas;
      const there = (status as { replicas?: number } | undefined)?.replicas ?? 0;
      return asked !== wanted || there === wanted || undefined;
    },
  );
  if (!done) throw plain(`timed out waiting for "${name}" to be synced`);
}
