import type { ImageModel } from '../../runtime/image';

/** How a repository's image depends on its tag. */
export type ImageBuilder = (tag: string) => ImageModel;

/** Full repository names, e.g. `docker.io/library/busybox`, with what builds their images. */
export type Catalogue = Readonly<Record<string, ImageBuilder>>;
