import type { DeleteOptions } from '../../api/client';
import { isNotFound } from '../../api/find-object';
import type { JsonObject } from '../../api/patch/json-value';
import type { Task } from '../../kernel/task';
import { fromBytes } from '../../runtime/bytes';
import type { Command, Invocation } from '../command';
import { errorText, failWith, KubectlError, plain } from '../errors';
import {
  ALL_NAMESPACES_FLAG,
  DRY_RUN_FLAG,
  FIELD_SELECTOR_FLAG,
  FILENAME_FLAGS,
  SELECTOR_FLAG,
} from '../flags/common-flags';
import { bool, duration, int, string } from '../flags/flag';
import type { FlagValues } from '../flags/flag-values';
import type { Output } from '../output';
import { toJson } from '../print/json';
import { type NamedTarget, resolveTargets, type Target } from '../resource/builder';
import { kindName, qualifiedKind } from '../resource/mapper';
import { type DryRun, dryRunOf, dryRunSuffix } from '../write-options';
import { checkRawPath } from './raw-write';
import { type Deleted, waitUntilGone } from './wait-until-gone';

export const deleteCommand: Command = {
  name: 'delete',
  suggestFor: ['rm', 'remove'],
  summary:
    'Delete resources by file names, stdin, resources and names, or by resources and label selector',
  flags: [
    bool('all'),
    ALL_NAMESPACES_FLAG,
    string('cascade', undefined, { default: 'background', bare: 'background' }),
    DRY_RUN_FLAG,
    FIELD_SELECTOR_FLAG,
    ...FILENAME_FLAGS,
    bool('force'),
    int('grace-period', undefined, { default: '-1' }),
    bool('ignore-not-found'),
    bool('interactive', 'i'),
    bool('now'),
    string('output', 'o'),
    string('raw'),
    SELECTOR_FLAG,
    duration('timeout', undefined, { default: '0s' }),
    bool('wait', undefined, { default: 'true' }),
  ],
  run,
};

/** How long kubectl waits for deletions without --timeout: a week, in ms. */
const LONGEST_WAIT_MS = 168 * 60 * 60 * 1000;

function* run(invocation: Invocation): Task<number> {
  const { flags } = invocation;
  const dryRun = dryRunOf(invocation);
  const grace = gracePeriod(invocation);
  if (flags.string('raw') !== '') {
    checkRawPath(flags.string('raw'));
    return deleteRaw(invocation);
  }
  const ignoring =
    flags.bool('ignore-not-found') || (flags.bool('all') && !flags.changed('ignore-not-found'));
  const { targets, errors } = yield* resolveTargets(invocation, {
    labelSelector: flags.string('selector'),
    fieldSelector: flags.string('field-selector'),
    all: flags.bool('all'),
    allNamespaces: flags.bool('all-namespaces'),
  });
  const texts = errors.map((error) => errorText(error));
  const named = expand(invocation, targets, texts);
  if (named.length === 0 && texts.length === 0) {
    invocation.output.out('No resources found\n');
    return 0;
  }
  if (flags.bool('interactive') && !(yield* confirmed(invocation, named))) return 0;
  const deleted = deleteAll(invocation, named, { dryRun, grace, ignoring, texts });
  yield* invocation.output.flush(invocation.sys);
  failWith(texts);
  if (!flags.bool('wait') || dryRun !== 'none') return 0;
  const timeout = flags.duration('timeout');
  return yield* waitUntilGone(invocation, deleted, timeout > 0 ? timeout : LONGEST_WAIT_MS);
}

/** What the flags say of the grace period; undefined: the server decides. */
function gracePeriod({ flags, output }: Invocation): number | undefined {
  if (flags.bool('all') && (flags.string('selector') || flags.string('field-selector'))) {
    throw plain("setting 'all' parameter but found a non empty selector. ");
  }
  const format = flags.string('output');
  if (format !== '' && format !== 'name') {
    throw plain(`unexpected -o output mode: ${format}. We only support '-o name'`);
  }
  checkCascade(flags, output);
  let grace = flags.number('grace-period');
  if (flags.bool('now')) {
    if (grace !== -1) throw plain('--now and --grace-period cannot be specified together');
    grace = 1;
  }
  const force = flags.bool('force');
  if (grace === 0 && !force) grace = 1;
  if (force && grace < 0) grace = 0;
  if (force && grace > 0) {
    throw plain('--force and --grace-period greater than 0 cannot be specified together');
  }
  if (force) {
    output.warn(
      'Immediate deletion does not wait for confirmation that the running resource has been terminated. The resource may continue to run on the cluster indefinitely.',
    );
  }
  return grace < 0 ? undefined : grace;
}

/** What --cascade says, also where nothing is deleted. Models GetCascadingStrategy. */
export function checkCascade(flags: FlagValues, output: Output): void {
  const cascade = flags.string('cascade');
  if (cascade === 'true' || cascade === 'false') {
    const meant = cascade === 'true' ? 'background' : 'orphan';
    output.err(
      `warning: --cascade=${cascade} is deprecated (boolean value) and can be replaced with --cascade=${meant}.\n`,
    );
  } else if (!['background', 'foreground', 'orphan'].includes(cascade)) {
    throw plain(
      `invalid cascade value (${cascade}). Must be "background", "foreground", or "orphan"`,
    );
  }
}

/** Lists are taken apart into the objects that are there. */
function expand(
  { client }: Invocation,
  targets: readonly Target[],
  texts: string[],
): NamedTarget[] {
  const named: NamedTarget[] = [];
  for (const target of targets) {
    if (target.kind === 'name') {
      named.push(target);
      continue;
    }
    try {
      for (const { metadata } of client.list(target.info.resource, target).items) {
        const { namespace, name = '' } = metadata;
        named.push({ kind: 'name', info: target.info, namespace, name });
      }
    } catch (error) {
      texts.push(errorText(error));
    }
  }
  return named;
}

interface Deleting {
  readonly dryRun: DryRun;
  readonly grace: number | undefined;
  readonly ignoring: boolean;
  /** Errors, as they are to be printed; those of this deletion are added. */
  readonly texts: string[];
}

/** Deletes objects one by one and says so. */
export function deleteAll(
  invocation: Invocation,
  targets: readonly NamedTarget[],
  { dryRun, grace, ignoring, texts }: Deleting,
): Deleted[] {
  const { client, flags, namespaceGiven, output } = invocation;
  const deleted: Deleted[] = [];
  let warned = !namespaceGiven || flags.bool('all-namespaces');
  const options: DeleteOptions = {
    gracePeriodSeconds: grace,
    propagationPolicy: propagation(flags.string('cascade')),
    dryRun: dryRun === 'server',
  };
  for (const target of targets) {
    const { info, namespace, name, file } = target;
    if (!warned && !info.namespaced) {
      output.warn('deleting cluster-scoped resources, not scoped to the provided namespace');
      warned = true;
    }
    try {
      if (name === '') throw plain('resource name may not be empty');
      if (dryRun === 'client') {
        client.get(info.resource, namespace, name);
      } else {
        const object = client.delete(info.resource, namespace, name, options);
        deleted.push({ info, object });
      }
      output.out(deletedLine(invocation, target, grace, dryRun));
    } catch (error) {
      if (ignoring && isNotFound(error)) continue;
      texts.push(deletionError(error, file));
    }
  }
  return deleted;
}

function deletionError(error: unknown, file: string | undefined): string {
  if (error instanceof KubectlError && file !== undefined) {
    return error.message.replace('error: ', `error: error when deleting "${file}": `);
  }
  return errorText(error, file === undefined ? undefined : { verb: 'deleting', source: file });
}

function propagation(cascade: string): DeleteOptions['propagationPolicy'] {
  if (cascade === 'orphan' || cascade === 'false') return 'Orphan';
  return cascade === 'foreground' ? 'Foreground' : 'Background';
}

/** `pod "web" deleted from default namespace`. */
function deletedLine(
  { flags }: Invocation,
  { info, namespace, name }: NamedTarget,
  grace: number | undefined,
  dryRun: DryRun,
): string {
  if (flags.string('output') === 'name') return `${kindName(info, name)}\n`;
  const operation = grace === 0 ? 'force deleted' : 'deleted';
  const place = namespace === undefined ? '' : ` from ${namespace} namespace`;
  return `${qualifiedKind(info)} "${name}" ${operation}${place}${dryRunSuffix(dryRun)}\n`;
}

function* confirmed(invocation: Invocation, targets: readonly NamedTarget[]): Task<boolean> {
  const { output, sys } = invocation;
  output.out(`You are about to delete the following ${targets.length} resource(s):\n`);
  for (const { info, name } of targets) output.out(`${kindName(info, name)}\n`);
  output.out('Do you want to continue? (y/N): ');
  yield* output.flush(sys);
  const answer = fromBytes(yield* sys.read(0, 1024))
    .trim()
    .toLowerCase();
  if (answer === 'y') return true;
  output.out('deletion is cancelled\n');
  return false;
}

const PATH = /^\/(?:api\/v1|apis\/([^/]+)\/[^/]+)(?:\/namespaces\/([^/]+))?\/([a-z]+)\/([^/]+)$/;

function deleteRaw({ client, flags, output }: Invocation): number {
  const match = PATH.exec(flags.string('raw'));
  const [, group = '', namespace, plural, name = ''] = match ?? [];
  const info = client.resources().find((one) => one.plural === plural && one.group === group);
  if (!info) {
    throw new KubectlError(
      'Error from server (NotFound): the server could not find the requested resource',
    );
  }
  const object = client.delete(info.resource, namespace, name);
  output.out(JSON.stringify(sorted(object as unknown as JsonObject)));
  return 0;
}

function sorted(object: JsonObject): unknown {
  return JSON.parse(toJson(object, { indent: '' }));
}
