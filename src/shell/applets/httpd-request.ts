import type { Bytes } from '../../runtime/bytes';

/** A request's head. */
export interface HttpRequest {
  readonly method: Bytes;
  /** Decoded, without `..` and double slashes. */
  readonly path: Bytes;
  readonly query: Bytes | undefined;
  /** Names in lower case, in the order they came. */
  readonly headers: readonly (readonly [Bytes, Bytes])[];
}
