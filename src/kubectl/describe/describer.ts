import type { ResourceInfo } from '../../api/client';
import type { Event, KubeObject } from '../../api/types';
import type { Invocation } from '../command';
import type { DescriptionWriter } from './writer';

/** What a describer gets beside the object. */
export interface Describing {
  readonly invocation: Invocation;
  readonly info: ResourceInfo;
  /** Undefined: the events are not to be shown. */
  readonly events: readonly Event[] | undefined;
  /** Unix ms. */
  readonly nowMs: number;
}

/** Writes the description of objects of one kind. Models pkg/describe/describe.go. */
export type Describer = (object: KubeObject, describing: Describing) => DescriptionWriter;
