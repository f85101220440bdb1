import { isNotFound } from '../../../api/find-object';
import { type ExactJson, goJson } from '../../../api/golang/json';
import { equalJson, type Json } from '../../../api/patch/json-value';
import { ApiError } from '../../../api/status';
import type { KubeObject, PodTemplateSpec } from '../../../api/types';
import { encodeUtf8 } from '../../../api/yaml/utf8';
import { type ControllerContext, unversioned } from '../controller-context';
import { controllerReference } from '../owner-references';
import { fnv1x32, safeEncode } from './template-hash';

const RESOURCE = 'controllerrevisions.apps';

/** A template as it was, kept to go back to. Models pkg/controller/history. */
export interface ControllerRevision extends KubeObject {
  readonly revision: number;
  readonly data: RevisionData;
}

interface RevisionData {
  readonly spec: { readonly template: PodTemplateSpec & { readonly $patch?: string } };
}

/** What a revision holds: a patch that puts the template in the place of any other. */
export function revisionData(template: PodTemplateSpec): RevisionData {
  return { spec: { template: { ...template, $patch: 'replace' } } };
}

/** The template that a revision keeps. Models ApplyRevision of pkg/controller/statefulset. */
export function templateOf({ data }: ControllerRevision): PodTemplateSpec {
  const { $patch: _patch, ...template } = data.spec.template;
  return template;
}

/** Models HashControllerRevision. */
export function revisionHash(data: RevisionData, collisionCount: number): string {
  const text = goJson(data as unknown as ExactJson) + String(collisionCount);
  return safeEncode(String(fnv1x32(encodeUtf8(text))));
}

export interface NewRevision {
  readonly owner: KubeObject;
  readonly hash: string;
  /** The label that holds the hash. */
  readonly label: string;
  readonly template: PodTemplateSpec;
}

/** The revisions of one owner. */
export class Revisions {
  readonly #context: ControllerContext;
  #kept: ControllerRevision[];

  constructor(context: ControllerContext, owner: KubeObject) {
    this.#context = context;
    const kept = context.dependents(RESOURCE).of(owner.metadata.uid) as ControllerRevision[];
    this.#kept = kept.sort((a, b) => a.revision - b.revision || compareNames(a, b));
  }

  /** The oldest first. */
  get all(): readonly ControllerRevision[] {
    return this.#kept;
  }

  /** The revision of the owner's present template: the newest, moved up or made if need be. */
  current(wanted: NewRevision): ControllerRevision {
    const data = revisionData(wanted.template);
    const equal = this.#kept.filter((one) => equalJson(asJson(one.data), asJson(data))).at(-1);
    const last = this.#kept.at(-1);
    if (!equal) return this.#create(wanted, (last?.revision ?? 0) + 1);
    if (!last || equal === last) return equal;
    const moved = this.#context.client.update(RESOURCE, wanted.owner.metadata.namespace, {
      ...unversioned(equal),
      revision: last.revision + 1,
    }) as ControllerRevision;
    this.#kept = [...this.#kept.filter((one) => one !== equal), moved];
    return moved;
  }

  /** Deletes the oldest of those that nobody uses, down to a limit. */
  truncate(limit: number, inUse: (revision: ControllerRevision) => boolean): void {
    const unused = this.#kept.filter((one) => !inUse(one));
    for (const { metadata } of unused.slice(0, Math.max(0, unused.length - limit))) {
      try {
        this.#context.client.delete(RESOURCE, metadata.namespace, metadata.name ?? '');
      } catch (error) {
        if (!isNotFound(error)) throw error;
      }
    }
  }

  #create({ owner, hash, label, template }: NewRevision, revision: number): ControllerRevision {
    const { namespace, name, annotations } = owner.metadata;
    const object = {
      apiVersion: 'apps/v1',
      kind: 'ControllerRevision',
      metadata: {
        name: `${name}-${hash}`,
        ...(namespace === undefined ? {} : { namespace }),
        labels: { ...template.metadata?.labels, [label]: hash },
        ...(annotations ? { annotations } : {}),
        ownerReferences: [controllerReference(owner)],
      },
      data: revisionData(template),
      revision,
    };
    const created = this.#context.client.create(RESOURCE, namespace, object) as ControllerRevision;
    this.#kept = [...this.#kept, created];
    return created;
  }
}

/** A revision of that name exists, and it is another one. */
export function isCollision(error: unknown): boolean {
  return error instanceof ApiError && error.status.reason === 'AlreadyExists';
}

function compareNames(a: KubeObject, b: KubeObject): number {
  return (a.metadata.name ?? '') < (b.metadata.name ?? '') ? -1 : 1;
}

function asJson(value: unknown): Json {
  return value as Json;
}
