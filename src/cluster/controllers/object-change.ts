import type { KubeObject } from '../../api/types';

/** Something that happened to an object of the API. */
export interface ObjectChange {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: KubeObject;
  readonly previous: KubeObject | undefined;
}

/** Has each change of a resource told to a listener. */
export type Subscribe = (resource: string, listener: (change: ObjectChange) => void) => void;
