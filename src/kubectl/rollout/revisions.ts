import type { JsonObject } from '../../api/patch/json-value';
import { patchSchemaOf } from '../../api/patch/patch-schema';
import { strategicMerge } from '../../api/patch/strategic-merge';
import type { KubeObject, PodTemplateSpec, ReplicaSet } from '../../api/types';
import type { Invocation } from '../command';
import { describeTemplate } from '../describe/pod';
import { DescriptionWriter } from '../describe/writer';
import { KubectlError, plain } from '../errors';
import { CHANGE_CAUSE } from '../resource/change-cause';

export const REVISION = 'deployment.kubernetes.io/revision';

/** A state of a workload's template that is kept. */
export interface Revision {
  readonly number: number;
  readonly template: PodTemplateSpec | undefined;
  readonly changeCause: string;
  /** What -o shows of it: the ReplicaSet, or the workload as it was. */
  readonly object: KubeObject;
  /** The ReplicaSet or ControllerRevision that keeps it. */
  readonly keeper: KubeObject;
}

/** Kinds that have pods but no revisions; other kinds are refused in other words. */
const WITHOUT_HISTORY = new Set(['Job', 'CronJob', 'Pod', 'ReplicaSet', 'ReplicationController']);

/** Throws for kinds without revisions. `noun` is what kubectl lacks for them, `verb` what it could not do. */
export function checkHasRevisions(object: KubeObject, noun: string, verb: string): void {
  const { apiVersion, kind } = object;
  if (['Deployment', 'DaemonSet', 'StatefulSet'].includes(kind)) return;
  const group = apiVersion.includes('/') ? `.${apiVersion.split('/')[0]}` : '';
  const shown = `"${kind}${group}"`;
  if (WITHOUT_HISTORY.has(kind)) throw plain(`no ${noun} has been implemented for ${shown}`);
  throw new KubectlError(
    `error: error retrieving ${verb} for ${shown}, no visitor method exists for ${shown}`,
  );
}

/** All revisions of a workload, the oldest first. */
export function revisionsOf(invocation: Invocation, object: KubeObject): Revision[] {
  const found =
    object.kind === 'Deployment'
      ? replicaSetRevisions(invocation, object)
      : controllerRevisions(invocation, object);
  return found.sort((a, b) => a.number - b.number);
}

function ownedBy({ metadata }: KubeObject) {
  return (one: KubeObject) =>
    one.metadata.ownerReferences?.some((owner) => owner.controller && owner.uid === metadata.uid);
}

function replicaSetRevisions({ client }: Invocation, object: KubeObject): Revision[] {
  const { namespace } = object.metadata;
  const sets = client.list('replicasets.apps', { namespace }).items.filter(ownedBy(object));
  return (sets as ReplicaSet[])
    .filter(({ metadata }) => metadata.annotations?.[REVISION] !== undefined)
    .map((set) => ({
      number: Number(set.metadata.annotations?.[REVISION]),
      template: set.spec?.template,
      changeCause: set.metadata.annotations?.[CHANGE_CAUSE] ?? '',
      object: set as KubeObject,
      keeper: set as KubeObject,
    }));
}

interface ControllerRevision extends KubeObject {
  readonly revision?: number;
  readonly data?: JsonObject;
}

function controllerRevisions({ client }: Invocation, object: KubeObject): Revision[] {
  const { namespace } = object.metadata;
  const kept = client.list('controllerrevisions.apps', { namespace }).items.filter(ownedBy(object));
  const schema = patchSchemaOf(object.kind);
  return (kept as ControllerRevision[]).map((one) => {
    const then = strategicMerge(object as unknown as JsonObject, one.data ?? {}, schema);
    const { template } = then.spec as { template?: PodTemplateSpec };
    return {
      number: one.revision ?? 0,
      template,
      changeCause: one.metadata.annotations?.[CHANGE_CAUSE] ?? '',
      object: then as unknown as KubeObject,
      keeper: one,
    };
  });
}

/** A template as `describe` shows it, its tabs as they are. */
export function templateText(template: PodTemplateSpec | undefined, changeCause = ''): string {
  const writer = new DescriptionWriter();
  const metadata = template?.metadata;
  const annotations = { ...metadata?.annotations };
  if (changeCause !== '') annotations[CHANGE_CAUSE] = changeCause;
  describeTemplate(writer, template && { ...template, metadata: { ...metadata, annotations } });
  return writer.unaligned();
}
