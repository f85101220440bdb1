import type { Bytes } from '../../runtime/bytes';

/** An answer before it is rendered. */
export interface Answer {
  readonly status: number;
  readonly headers: readonly (readonly [string, Bytes])[];
  readonly body: Bytes;
  readonly upstream?: string;
}
