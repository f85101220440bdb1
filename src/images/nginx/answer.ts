import type { Bytes } from '../../runtime/bytes';

/** An answer before it is rendered. */
export interface Answer {
  readonly status: number;
  readonly headers: readonly (readonly [string, Bytes])[];
  readonly body: Bytes;
  /** From `return`: of the location's default type. */
  readonly isText?: boolean;
  /** Came from another server: its headers are passed on as they are. */
  readonly isProxied?: boolean;
}
