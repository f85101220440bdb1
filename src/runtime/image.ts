import type { Bytes } from './bytes';
import type { Program } from './syscalls';

/** An entry of an image's root file system. Owners default to root, times to the image's `createdMs`. */
export type ImageFile = { readonly mode?: number; readonly uid?: number; readonly gid?: number } & (
  | { readonly kind: 'file'; readonly content: Bytes }
  /** A binary: what runs when it is executed, and the size it pretends to have. */
  | { readonly kind: 'program'; readonly program: Program; readonly sizeBytes?: number }
  | { readonly kind: 'directory' }
  | { readonly kind: 'symlink'; readonly target: Bytes }
  | { readonly kind: 'hardlink'; readonly to: Bytes }
);

/**
 * An image as a model: what lies in its root file system and what its configuration says. `modelled`
 * tells the learner how much of the real image is behind it.
 */
export interface ImageModel {
  /** Full repository names it answers to, e.g. `docker.io/library/busybox`. */
  readonly repositories: readonly string[];
  /** Tags that exist; undefined: any tag. */
  readonly tags?: readonly string[];
  /** Compressed size in bytes, as `Image size: N bytes` says it. */
  readonly sizeBytes: number;
  /** Absolute path → entry. Parents are made as needed (root, 0755). Evaluated once per image. */
  readonly files: () => ReadonlyMap<Bytes, ImageFile>;
  readonly entrypoint?: readonly string[];
  readonly cmd?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly workingDir?: string;
  /** `user`, `uid`, `user:group` … as in a Dockerfile. */
  readonly user?: string;
  readonly stopSignal?: string;
  readonly exposedPorts?: readonly number[];
  /** 'real': behaves as the image does as far as it goes; 'placeholder': says what it is and waits; 'lab': exists only here. */
  readonly modelled: 'real' | 'placeholder' | 'lab';
  /** A sentence for the learner on what is and is not simulated. */
  readonly about: string;
}
