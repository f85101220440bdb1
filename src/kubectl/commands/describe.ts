import { isNotFound } from '../../api/find-object';
import type { Task } from '../../kernel/task';
import type { Command, Invocation } from '../command';
import { describerOf } from '../describe/describers';
import { eventsOf } from '../describe/events';
import { plain, throwAll } from '../errors';
import {
  ALL_NAMESPACES_FLAG,
  CHUNK_SIZE_FLAG,
  FILENAME_FLAGS,
  SELECTOR_FLAG,
} from '../flags/common-flags';
import { bool } from '../flags/flag';
import { type Found, fetchTargets, resolveTargets } from '../resource/builder';
import { nothingFound } from './get';

export const describe: Command = {
  name: 'describe',
  suggestFor: ['inspect'],
  summary: 'Show details of a specific resource or group of resources',
  flags: [
    ALL_NAMESPACES_FLAG,
    CHUNK_SIZE_FLAG,
    ...FILENAME_FLAGS,
    SELECTOR_FLAG,
    bool('show-events', undefined, { default: 'true' }),
  ],
  run,
};

function* run(invocation: Invocation): Task<number> {
  const { args, flags, output } = invocation;
  if (args.length === 0 && !flags.namesFiles) {
    throw plain(
      'You must specify the type of resource to describe. Use "kubectl api-resources" for a complete list of supported resources.',
    );
  }
  const { targets, errors } = yield* resolveTargets(invocation, {
    typeMeansAll: true,
    labelSelector: flags.string('selector'),
    allNamespaces: flags.bool('all-namespaces'),
  });
  const { found, errors: missing } = fetchTargets(invocation, targets);
  const failures = [...errors, ...missing];
  const [failure] = failures;
  if (failures.length === 1 && isNotFound(failure) && args.length === 2) {
    return yield* describeByPrefix(invocation, failure);
  }
  // Events are read when one object alone is looked at, unless somebody asks for them.
  const withEvents = flags.changed('show-events')
    ? flags.bool('show-events')
    : found.length === 1 && failures.length === 0;
  output.out(found.map((one) => descriptionOf(invocation, one, withEvents)).join('\n\n'));
  if (found.length === 0 && failures.length === 0) {
    // Whether the resource has namespaces at all is not looked at, other than by get.
    output.err(nothingFound(invocation, true));
  }
  throwAll(failures);
  return 0;
}

function descriptionOf(
  invocation: Invocation,
  { info, object }: Found,
  withEvents: boolean,
): string {
  const events = withEvents ? eventsOf(invocation, object) : undefined;
  const { nowMs } = invocation.sys;
  return describerOf(info.resource)(object, { invocation, info, events, nowMs }).aligned();
}

/**
 * `describe pod web` without a pod of that name: all whose names begin so. The first word may as well be
 * `pod/web`, which stands for that pod. Models DescribeMatchingResources.
 */
function* describeByPrefix(invocation: Invocation, failure: unknown): Task<number> {
  const { args, flags, output } = invocation;
  const [word = '', prefix = ''] = args;
  const { targets } = yield* resolveTargets(invocation, { typeMeansAll: true, args: [word] });
  const { found, errors } = fetchTargets(invocation, targets);
  throwAll(errors);
  const matching = found.filter(({ object }) => object.metadata.name?.startsWith(prefix));
  if (matching.length === 0) throw failure;
  const withEvents = flags.changed('show-events') && flags.bool('show-events');
  for (const one of matching) {
    output.out(`${descriptionOf(invocation, one, withEvents)}\n`);
  }
  return 0;
}
