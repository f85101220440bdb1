import { isNotFound } from '../../api/find-object';
import { labelSelectorRequirements, matchesLabels, type Requirement } from '../../api/selectors';
import type { KubeObject, LabelSelector } from '../../api/types';
import { type ControllerContext, keyOf } from './controller-context';
import type { Dependents } from './dependents';
import { controllerReference } from './owner-references';

/** A selector of a workload, which the API server has checked. */
export function selects(selector: LabelSelector | undefined, object: KubeObject): boolean {
  return matchesLabels(requirementsOf(selector), object.metadata.labels);
}

/** What a selector asks for; one that is not given asks for nothing. */
export function requirementsOf(selector: LabelSelector | undefined): readonly Requirement[] {
  return labelSelectorRequirements(selector ?? {}) ?? [];
}

interface Claimer extends KubeObject {
  readonly spec: { readonly selector?: LabelSelector };
}

/** What an owner selects; a ReplicationController's selector is a plain map. */
function selectionOf({ kind, spec }: Claimer): readonly Requirement[] {
  if (kind !== 'ReplicationController') return requirementsOf(spec.selector);
  return requirementsOf({ matchLabels: spec.selector as Record<string, string> });
}

/**
 * Which objects a controller's owners hold: theirs by controller reference, released when their labels no
 * longer match, and adopted when they match and have no controller. Models controller_ref_manager.go.
 *
 * Objects without a controller are looked through only after somebody who may want them has come, or one
 * of them has: a namespace full of bare pods costs a sync nothing.
 */
export class Claims {
  readonly #context: ControllerContext;
  readonly #resource: string;
  readonly #dependents: Dependents;
  /** Owners by key, with what they select. */
  readonly #owners = new Map<string, Map<string, readonly Requirement[]>>();
  readonly #toLookFor = new Set<string>();
  readonly #finalizers: readonly string[];

  /**
   * `onCandidate` is called with the key of an owner that may adopt something; what is adopted gets the
   * finalizers.
   */
  constructor(
    context: ControllerContext,
    resource: string,
    ownerResource: string,
    onCandidate: (ownerKey: string) => void,
    finalizers: readonly string[] = [],
  ) {
    this.#finalizers = finalizers;
    this.#context = context;
    this.#resource = resource;
    this.#dependents = context.dependents(resource);
    context.subscribe(ownerResource, ({ type, object }) => {
      if (type === 'DELETED') this.#forget(object);
      else if (type === 'ADDED') this.#know(object as Claimer);
    });
    this.#dependents.onOrphan(({ object }) => {
      const owners = this.#owners.get(object.metadata.namespace ?? '');
      if (!owners || object.metadata.deletionTimestamp) return;
      for (const [key, requirements] of owners) {
        if (!matchesLabels(requirements, object.metadata.labels)) continue;
        this.#toLookFor.add(key);
        onCandidate(key);
      }
    });
  }

  /** What the owner controls after releasing and adopting. */
  claim(owner: Claimer): KubeObject[] {
    const requirements = selectionOf(owner);
    const owned = this.#dependents.of(owner.metadata.uid);
    const kept = owned.filter((object) => matchesLabels(requirements, object.metadata.labels));
    if (owner.metadata.deletionTimestamp) return kept;
    if (kept.length < owned.length) {
      for (const object of owned) if (!kept.includes(object)) this.#release(owner, object);
    }
    if (!this.#toLookFor.delete(keyOf(owner)) || requirements.length === 0) return kept;
    for (const object of this.#dependents.orphans(owner.metadata.namespace ?? '')) {
      if (object.metadata.deletionTimestamp) continue;
      if (!matchesLabels(requirements, object.metadata.labels)) continue;
      const adopted = this.#adopt(owner, object);
      if (adopted) kept.push(adopted);
    }
    return kept;
  }

  #know(owner: Claimer): void {
    const { namespace = '' } = owner.metadata;
    let owners = this.#owners.get(namespace);
    if (!owners) {
      owners = new Map();
      this.#owners.set(namespace, owners);
    }
    const key = keyOf(owner);
    owners.set(key, selectionOf(owner));
    this.#toLookFor.add(key);
  }

  #forget(owner: KubeObject): void {
    const { namespace = '' } = owner.metadata;
    const owners = this.#owners.get(namespace);
    owners?.delete(keyOf(owner));
    if (owners?.size === 0) this.#owners.delete(namespace);
    this.#toLookFor.delete(keyOf(owner));
  }

  #adopt(owner: Claimer, object: KubeObject): KubeObject | undefined {
    const references = [...(object.metadata.ownerReferences ?? []), controllerReference(owner)];
    const finalizers = [...new Set([...(object.metadata.finalizers ?? []), ...this.#finalizers])];
    return this.#patch(object, {
      ownerReferences: references,
      ...(finalizers.length > 0 ? { finalizers } : {}),
    });
  }

  #release(owner: Claimer, object: KubeObject): void {
    if (object.metadata.deletionTimestamp) return;
    const { ownerReferences = [], finalizers = [] } = object.metadata;
    const owners = ownerReferences.filter(({ uid }) => uid !== owner.metadata.uid);
    const left = finalizers.filter((one) => !this.#finalizers.includes(one));
    this.#patch(object, {
      ownerReferences: owners.length === 0 ? null : owners,
      ...(left.length === finalizers.length ? {} : { finalizers: left.length > 0 ? left : null }),
    });
  }

  #patch(object: KubeObject, metadata: Readonly<Record<string, unknown>>): KubeObject | undefined {
    const { namespace, name = '', uid } = object.metadata;
    const patch = { metadata: { uid, ...metadata } };
    try {
      return this.#context.client.patch(this.#resource, namespace, name, 'merge', patch);
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }
}
