import { LAST_APPLIED } from '../../api/apply/last-applied';
import type { Json } from '../../api/patch/json-value';
import { equalJson } from '../../api/patch/json-value';
import { ApiError } from '../../api/status';
import type { Deployment, KubeObject } from '../../api/types';
import type { Task } from '../../kernel/task';
import type { Command, Invocation } from '../command';
import { sameTemplate } from '../describe/workloads';
import { plain, throwAll } from '../errors';
import { DRY_RUN_FLAG, FILENAME_FLAGS, PRINT_FLAGS, SELECTOR_FLAG } from '../flags/common-flags';
import { int64 } from '../flags/flag';
import type { Found } from '../resource/builder';
import { type DryRun, dryRunOf, resultPrinter, writeOptions } from '../write-options';
import { checkHasRevisions, REVISION, type Revision, revisionsOf, templateText } from './revisions';
import { workloadsOf } from './workloads';

export const rolloutUndo: Command = {
  name: 'undo',
  summary: 'Undo a previous rollout',
  flags: [DRY_RUN_FLAG, ...FILENAME_FLAGS, ...PRINT_FLAGS, SELECTOR_FLAG, int64('to-revision')],
  run,
};

/** Annotations that a Deployment keeps, whatever the revision had. */
const KEPT_ANNOTATIONS = [
  LAST_APPLIED,
  REVISION,
  'deployment.kubernetes.io/revision-history',
  'deployment.kubernetes.io/desired-replicas',
  'deployment.kubernetes.io/max-replicas',
  'deprecated.deployment.rollback.to',
];

function* run(invocation: Invocation): Task<number> {
  const { flags, output } = invocation;
  const dryRun = dryRunOf(invocation);
  const print = yield* resultPrinter(invocation, dryRun, { typed: true, late: true });
  const wanted = flags.number('to-revision');
  const { found, errors } = yield* workloadsOf(invocation);
  for (const one of found) {
    const { info, object } = one;
    if (object.metadata.annotations?.[LAST_APPLIED] !== undefined) {
      output.err(
        `Warning: resource ${info.plural}/${object.metadata.name} was previously managed with 'kubectl apply'. Rolling back will not update the ${LAST_APPLIED} annotation, which may cause unexpected behavior on future 'kubectl apply' operations. Consider using 'kubectl apply' with your previous configuration file instead.\n`,
      );
    }
    try {
      checkHasRevisions(object, 'rollbacker', 'rollbacker');
      print(info, object, rollBack(invocation, one, wanted, dryRun));
    } catch (error) {
      errors.push(error);
    }
  }
  throwAll(errors);
  return 0;
}

/** What was done, in words. */
function rollBack(
  invocation: Invocation,
  { info, object }: Found,
  wanted: number,
  dryRun: DryRun,
): string {
  if (wanted < 0) throw plain(`unable to find specified revision ${wanted} in history`);
  const isDeployment = object.kind === 'Deployment';
  const target = targetOf(invocation, object, wanted);
  if (dryRun === 'client') {
    return `${isDeployment ? '' : 'will roll back to '}${templateText(target.template)}`;
  }
  const paused = (object.spec as { paused?: boolean } | undefined)?.paused;
  if (isDeployment && paused) {
    throw plain(
      "you cannot rollback a paused deployment; resume it first with 'kubectl rollout resume' and try again",
    );
  }
  const { template } = (object as Deployment).spec ?? {};
  const isCurrent = isDeployment
    ? sameTemplate(target.template, template)
    : equalJson(asJson(target.template), asJson(template));
  if (isCurrent) {
    return `skipped rollback (current template already matches revision ${wanted})`;
  }
  const { client } = invocation;
  const { namespace, name = '' } = object.metadata;
  const options = writeOptions(invocation, dryRun, 'Ignore');
  try {
    if (isDeployment) {
      client.patch(
        info.resource,
        namespace,
        name,
        'json',
        deploymentPatch(object, target),
        options,
      );
    } else {
      const { data } = target.keeper as unknown as { data: Json };
      client.patch(info.resource, namespace, name, 'strategic', data, options);
    }
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    throw plain(`failed restoring revision ${wanted}: ${error.message}`);
  }
  return 'rolled back';
}

function asJson(value: unknown): Json {
  return (value ?? null) as Json;
}

/** The revision that is meant: the one named, else the last but one. */
function targetOf(invocation: Invocation, object: KubeObject, wanted: number): Revision {
  const revisions = revisionsOf(invocation, object);
  if (wanted > 0) {
    const found = revisions.find(({ number }) => number === wanted);
    if (!found) throw plain(`unable to find specified revision ${wanted} in history`);
    return found;
  }
  const previous = revisions.at(-2);
  if (previous) return previous;
  if (object.kind !== 'Deployment') throw plain('no last revision to roll back to');
  throw plain(`no rollout history found for deployment "${object.metadata.name}"`);
}

function deploymentPatch({ metadata }: KubeObject, { template, keeper }: Revision): Json {
  const annotations: Record<string, string> = {};
  for (const key of KEPT_ANNOTATIONS) {
    const value = metadata.annotations?.[key];
    if (value !== undefined) annotations[key] = value;
  }
  for (const [key, value] of Object.entries(keeper.metadata.annotations ?? {})) {
    if (!KEPT_ANNOTATIONS.includes(key)) annotations[key] = value;
  }
  const { 'pod-template-hash': _hash, ...labels } = template?.metadata?.labels ?? {};
  const bare = { ...template, metadata: { ...template?.metadata, labels } };
  return [
    { op: 'replace', path: '/spec/template', value: bare as unknown as Json },
    { op: 'replace', path: '/metadata/annotations', value: annotations },
  ];
}
