import { goQuote } from '../../api/golang/quote';
import { labelValueProblems } from '../../api/names';
import type { JsonObject } from '../../api/patch/json-value';
import { createMergePatch } from '../../api/patch/merge-patch';
import type { Task } from '../../kernel/task';
import type { Command, Invocation } from '../command';
import { plain, throwAll } from '../errors';
import {
  ALL_NAMESPACES_FLAG,
  DRY_RUN_FLAG,
  FIELD_SELECTOR_FLAG,
  FILENAME_FLAGS,
  fieldManagerFlag,
  PRINT_FLAGS,
  SELECTOR_FLAG,
} from '../flags/common-flags';
import { bool, string } from '../flags/flag';
import { type Found, fetchTargets, localObjects, resolveTargets } from '../resource/builder';
import {
  type PairChanges,
  parsePairs,
  type ResourcesAndPairs,
  resourcesAndPairs,
} from '../resource/pairs';
import {
  type DryRun,
  dryRunOf,
  type ResultPrinter,
  resultPrinter,
  writeOptions,
} from '../write-options';

interface Sort {
  readonly field: 'labels' | 'annotations';
  readonly noun: 'label' | 'annotation';
  parse(pairs: readonly string[]): PairChanges;
  /** Throws when a value would be replaced without --overwrite. */
  checkOverwrites(before: Texts, changes: PairChanges): void;
  /** What the command says that it did. */
  operation(added: number, removed: number): string;
}

type Texts = Readonly<Record<string, string>>;

const LABELS: Sort = {
  field: 'labels',
  noun: 'label',
  parse: parseLabels,
  checkOverwrites(before, { set }) {
    const errors = [...set]
      .filter(([key, value]) => before[key] !== undefined && before[key] !== value)
      .map(([key]) => `'${key}' already has a value (${before[key]}), and --overwrite is false`);
    throwAll(errors.map((text) => plain(text)));
  },
  operation(added, removed) {
    if (added > 0 && removed > 0) return 'modified';
    if (added > 0) return 'labeled';
    return removed > 0 ? 'unlabeled' : 'not labeled';
  },
};

const ANNOTATIONS: Sort = {
  field: 'annotations',
  noun: 'annotation',
  parse(pairs) {
    return parsePairs(pairs, 'annotation');
  },
  checkOverwrites(before, { set }) {
    const taken = [...set]
      .filter(([key, value]) => before[key] !== undefined && before[key] !== value)
      .filter(([key]) => key !== 'kubernetes.io/change-cause')
      .map(([key]) => `'${key}' already has a value (${before[key]})`);
    if (taken.length === 0) return;
    throw plain(
      `--overwrite is false but found the following declared annotation(s): ${taken.join('; ')}`,
    );
  },
  operation: () => 'annotated',
};

export const label = metadataCommand(LABELS, 'Update the labels on a resource');
export const annotate = metadataCommand(ANNOTATIONS, 'Update the annotations on a resource');

function metadataCommand(sort: Sort, summary: string): Command {
  const name = sort.noun === 'label' ? 'label' : 'annotate';
  return {
    name,
    summary,
    flags: [
      bool('all'),
      ALL_NAMESPACES_FLAG,
      DRY_RUN_FLAG,
      fieldManagerFlag(`kubectl-${name}`),
      FIELD_SELECTOR_FLAG,
      ...FILENAME_FLAGS,
      bool('list'),
      bool('local'),
      bool('overwrite'),
      ...PRINT_FLAGS,
      string('resource-version'),
      SELECTOR_FLAG,
    ],
    run: (invocation) => run(sort, invocation),
  };
}

function parseLabels(pairs: readonly string[]): PairChanges {
  const set = new Map<string, string>();
  const remove: string[] = [];
  for (const pair of pairs) {
    if (!pair.includes('=')) {
      if (!pair.endsWith('-')) throw plain(`unknown label spec: ${pair}`);
      remove.push(pair.slice(0, -1));
      continue;
    }
    const [key = '', value = '', ...more] = pair.split('=');
    if (more.length > 0) throw plain(`invalid label spec: ${pair}`);
    const problems = labelValueProblems(value);
    if (problems.length > 0) {
      throw plain(`invalid label value: ${goQuote(pair)}: ${problems.join(';')}`);
    }
    set.set(key, value);
  }
  return { set, remove };
}

interface Changing {
  readonly sort: Sort;
  readonly invocation: Invocation;
  readonly changes: PairChanges;
  readonly dryRun: DryRun;
  readonly print: ResultPrinter;
  /** One object was named. */
  readonly single: boolean;
}

function* run(sort: Sort, invocation: Invocation): Task<number> {
  const { flags, args, output } = invocation;
  const dryRun = dryRunOf(invocation);
  const { resources, pairs } = resourcesAndPairs(args, sort.noun);
  const changes = sort.parse(pairs);
  const print = yield* resultPrinter(invocation, dryRun, { late: sort.noun === 'label' });
  checkFlags(sort, invocation, { resources, pairs }, changes, dryRun);
  const resolved = yield* resolveTargets(invocation, {
    args: resources,
    labelSelector: flags.string('selector'),
    fieldSelector: flags.string('field-selector'),
    typeMeansAll: flags.bool('all'),
    allNamespaces: flags.bool('all-namespaces'),
  });
  const { single, targets } = resolved;
  if (!single && flags.string('resource-version') !== '') {
    throw plain('--resource-version may only be used with a single resource');
  }
  const fetched = flags.bool('local')
    ? { found: localObjects(targets), errors: [] }
    : fetchTargets(invocation, targets);
  const errors: unknown[] = [...resolved.errors, ...fetched.errors];
  for (const found of fetched.found) {
    try {
      change({ sort, invocation, changes, dryRun, print, single }, found);
    } catch (error) {
      errors.push(error);
    }
  }
  yield* output.flush(invocation.sys);
  throwAll(errors);
  return 0;
}

function checkFlags(
  { noun }: Sort,
  { flags }: Invocation,
  { resources }: ResourcesAndPairs,
  { set, remove }: PairChanges,
  dryRun: DryRun,
): void {
  if (flags.bool('list') && flags.string('output') !== '') {
    throw plain('--list and --output may not be specified together');
  }
  const selecting = ['selector', 'field-selector'].find((flag) => flags.string(flag) !== '');
  if (flags.bool('all') && selecting) {
    throw plain(`cannot set --all and --${selecting} at the same time`);
  }
  const files = flags.namesFiles;
  const file = noun === 'label' ? ['pod.yaml', 'pod.json'] : ['rsrc.yaml', 'rsrc.json'];
  const names = `-f ${file[0]} or --filename=${file[1]}`;
  if (flags.bool('local')) {
    if (dryRun === 'server') {
      throw plain('cannot specify --local and --dry-run=server - did you mean --dry-run=client?');
    }
    if (resources.length > 0) {
      throw plain(`can only use local files by ${names} when --local=true is set`);
    }
    if (!files) throw plain(`one or more files must be specified as ${names}`);
  } else if (resources.length === 0 && !files) {
    throw plain(
      'one or more resources must be specified as <resource> <name> or <resource>/<name>',
    );
  }
  const both = remove.filter((key) => set.has(key));
  if (both.length > 0 && noun === 'label') {
    throw plain('can not both modify and remove a label in the same command');
  }
  if (set.size === 0 && remove.length === 0 && !flags.bool('list')) {
    throw plain(`at least one ${noun} update is required`);
  }
  if (both.length > 0) {
    throw plain(
      `can not both modify and remove the following annotation(s) in the same command: ${both.join(', ')}`,
    );
  }
}

function change(changing: Changing, { info, object }: Found): void {
  const { sort, invocation, changes, dryRun, print } = changing;
  const { client, flags, output } = invocation;
  const { field, noun } = sort;
  const local = flags.bool('local') || flags.bool('list') || dryRun === 'client';
  const before = (object.metadata[field] ?? {}) as Texts;
  if (!local && noun === 'label') {
    for (const key of changes.remove) {
      if (before[key] === undefined) output.out(`label ${goQuote(key)} not found.\n`);
    }
  }
  if (!flags.bool('overwrite')) sort.checkOverwrites(before, changes);
  const after: Record<string, string> = { ...before };
  for (const [key, value] of changes.set) after[key] = value;
  for (const key of changes.remove) delete after[key];
  const added = [...changes.set].filter(([key, value]) => before[key] !== value).length;
  const removed = changes.remove.filter((key) => before[key] !== undefined).length;
  const version = flags.string('resource-version');
  const changed = withMetadata(object as unknown as JsonObject, {
    [field]: after,
    ...(version === '' ? {} : { resourceVersion: version }),
  });
  if (flags.bool('list')) {
    listPairs(changing, { info, object }, after);
    return;
  }
  let shown: unknown = changed;
  if (!local && (noun === 'annotation' || added > 0 || removed > 0)) {
    const { resourceVersion: _own, ...metadata } = object.metadata;
    const given = version === '' ? object : { ...object, metadata };
    const patch = createMergePatch(given as unknown as JsonObject, changed);
    const { name = '', namespace } = object.metadata;
    const options = writeOptions(invocation, dryRun);
    const answer = client.patch(info.resource, namespace, name, 'merge', patch, options);
    if (noun === 'annotation') shown = answer;
  }
  print(info, shown, sort.operation(added, removed));
}

function withMetadata(object: JsonObject, change: JsonObject): JsonObject {
  return { ...object, metadata: { ...(object.metadata as JsonObject), ...change } };
}

function listPairs(
  { sort, invocation, single }: Changing,
  { info, object }: Found,
  pairs: Texts,
): void {
  const { output } = invocation;
  if (!single) {
    output.out(`Listing ${sort.field} for ${info.kind}.${info.group}/${object.metadata.name}:\n`);
  }
  for (const key of Object.keys(pairs).sort()) {
    output.out(`${single ? '' : ' '}${key}=${pairs[key]}\n`);
  }
}
