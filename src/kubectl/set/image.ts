import { goQuote } from '../../api/golang/quote';
import type { JsonObject } from '../../api/patch/json-value';
import type { Task } from '../../kernel/task';
import type { Command, Invocation } from '../command';
import { plain, throwAll } from '../errors';
import { SELECTOR_FLAG } from '../flags/common-flags';
import { withContainers, withPodSpec } from '../pods/pod-template';
import { recorded } from '../resource/change-cause';
import { parsePairs, resourcesAndPairs } from '../resource/pairs';
import { dryRunOf, resultPrinter } from '../write-options';
import { objectsToSet, SET_FLAGS, setAll } from './change';

export const setImage: Command = {
  name: 'image',
  summary: 'Update the image of a pod template',
  flags: [...SET_FLAGS, SELECTOR_FLAG],
  run,
};

function* run(invocation: Invocation): Task<number> {
  const { args } = invocation;
  const dryRun = dryRunOf(invocation);
  const print = yield* resultPrinter(invocation, dryRun, { typed: true });
  const { resources, pairs } = resourcesAndPairs(args, 'image');
  const { set: images, remove } = parsePairs(pairs, 'image');
  if (remove.length > 0) {
    throw plain(`invalid image format: ${remove.map((name) => `${name}-`).join(', ')}`);
  }
  const found = yield* objectsToSet(invocation, resources);
  check(invocation, resources, images, dryRun === 'server');
  const errors: unknown[] = [];
  setAll(invocation, found, {
    dryRun,
    print,
    operation: 'image updated',
    failure: 'failed to patch image update to pod template: ',
    errors,
    change: (object) =>
      recorded(
        invocation,
        withPodSpec(object, (spec) => withImages(spec, images, errors)),
      ),
  });
  throwAll(errors);
  return 0;
}

function check(
  { flags }: Invocation,
  resources: readonly string[],
  images: ReadonlyMap<string, string>,
  onServer: boolean,
): void {
  const errors: string[] = [];
  if (flags.bool('all') && flags.string('selector') !== '') {
    errors.push('cannot set --all and --selector at the same time');
  }
  if (resources.length === 0 && !flags.namesFiles) {
    errors.push(
      'one or more resources must be specified as <resource> <name> or <resource>/<name>',
    );
  }
  if (images.size === 0) errors.push('at least one image update is required');
  else if (images.size > 1 && images.has('*')) {
    errors.push(
      'all containers are already specified by *, but saw more than one container_name=container_image pairs',
    );
  }
  if (flags.bool('local') && onServer) {
    errors.push('cannot specify --local and --dry-run=server - did you mean --dry-run=client?');
  }
  throwAll(errors.map((text) => plain(text)));
}

function withImages(
  spec: JsonObject,
  images: ReadonlyMap<string, string>,
  errors: unknown[],
): JsonObject {
  let changed = spec;
  for (const [name, image] of images) {
    let hit = false;
    changed = withContainers(changed, (container) => {
      if (name !== '*' && container.name !== name) return container;
      hit = true;
      return { ...container, image };
    });
    if (!hit) errors.push(plain(`error: unable to find container named ${goQuote(name)}`));
  }
  return changed;
}
