import type { JsonObject } from '../../api/patch/json-value';
import type { Task } from '../../kernel/task';
import type { Command, Invocation } from '../command';
import { plain, throwAll } from '../errors';
import { SELECTOR_FLAG } from '../flags/common-flags';
import { string } from '../flags/flag';
import { resourceList } from '../generate/resource-list';
import { withContainers, withPodSpec } from '../pods/pod-template';
import { recorded } from '../resource/change-cause';
import { dryRunOf, resultPrinter } from '../write-options';
import { checkLocal, matchesName, objectsToSet, SET_FLAGS, setAll } from './change';

export const setResources: Command = {
  name: 'resources',
  summary: 'Update resource requests/limits on objects with pod templates',
  flags: [
    ...SET_FLAGS,
    SELECTOR_FLAG,
    string('containers', 'c', { default: '*' }),
    string('limits'),
    string('requests'),
  ],
  run,
};

function* run(invocation: Invocation): Task<number> {
  const { args, flags } = invocation;
  const dryRun = dryRunOf(invocation);
  const print = yield* resultPrinter(invocation, dryRun, { typed: true });
  const found = yield* objectsToSet(invocation, args);
  checkLocal(invocation, dryRun);
  if (flags.bool('all') && flags.string('selector') !== '') {
    throw plain('cannot set --all and --selector at the same time');
  }
  if (flags.string('limits') === '' && flags.string('requests') === '') {
    throw plain(
      'you must specify an update to requests or limits (in the form of --requests/--limits)',
    );
  }
  const wanted = {
    limits: resourceList(flags.string('limits')),
    requests: resourceList(flags.string('requests')),
  };
  const pattern = flags.string('containers');
  const errors: unknown[] = [];
  setAll(invocation, found, {
    dryRun,
    print,
    operation: 'resource requirements updated',
    failure: 'failed to patch resources update to pod template ',
    errors,
    change(object) {
      let hit = false;
      const changed = withPodSpec(object, (spec) =>
        withContainers(spec, (container) => {
          if (!matchesName(String(container.name), pattern)) return container;
          hit = true;
          return withResources(container, wanted);
        }),
      );
      if (!hit) errors.push(plain(`error: unable to find container named ${pattern}`));
      return hit ? recorded(invocation, changed) : undefined;
    },
  });
  throwAll(errors);
  return 0;
}

function withResources(
  container: JsonObject,
  wanted: Readonly<Record<'limits' | 'requests', JsonObject>>,
): JsonObject {
  const resources: Record<string, JsonObject> = { ...(container.resources as JsonObject) } as never;
  for (const list of ['limits', 'requests'] as const) {
    if (Object.keys(wanted[list]).length === 0) continue;
    resources[list] = { ...resources[list], ...wanted[list] };
  }
  return { ...container, resources };
}
