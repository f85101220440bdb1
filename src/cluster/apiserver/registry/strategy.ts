import type { DeleteOptions, WriteOptions } from '../../../api/client';
import type { KubeObject } from '../../../api/types';
import type { Random } from '../../../kernel/random';
import type { Store } from '../store';

/** What a kind's rules may ask of the server. */
export interface RegistryContext {
  readonly store: Store;
  readonly random: Random;
  /** Whether the controllers that furnish namespaces run; without them nobody misses their objects. */
  readonly controllers: boolean;
  /** RFC 3339, whole seconds. */
  nowText(): string;
  nowMs(): number;
}

/** How an object that is being deleted goes on living. */
export type DeletionPlan =
  | { readonly kind: 'remove' }
  /** It stays until somebody confirms its end; `graceSeconds` undefined: nothing changes. */
  | { readonly kind: 'wait'; readonly graceSeconds: number | undefined };

/**
 * The rules of a kind, applied between decoding and storing. Models the registry strategies of
 * pkg/registry. Every function gets immutable objects and returns the object to go on with.
 */
export interface Strategy {
  /** metadata.generation counts changes of the spec. */
  readonly countsGenerations: boolean;
  /** What counts as the spec, where there is none. */
  contentOf?(object: KubeObject): unknown;
  /** Status is written through its own subresource only. */
  readonly hasStatus: boolean;
  /** What admission adds to a new object, after defaulting. */
  admit?(object: KubeObject, context: RegistryContext): KubeObject;
  /** What is allocated for a new object, before it is validated. Throws if it cannot be had. */
  allocate?(object: KubeObject, context: RegistryContext, options: WriteOptions): KubeObject;
  prepareForUpdate?(object: KubeObject, old: KubeObject, context: RegistryContext): KubeObject;
  /** `object` is the old one with the status of the request, which is `given` whole. */
  prepareForStatusUpdate?(object: KubeObject, old: KubeObject, given: KubeObject): KubeObject;
  /** Default: removed at once. */
  planDeletion?(object: KubeObject, options: DeleteOptions, context: RegistryContext): DeletionPlan;
}
