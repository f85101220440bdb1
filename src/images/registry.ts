import type { ImageReference } from '../runtime/cri/image-reference';
import type { ImageRegistry } from '../runtime/cri/image-service';
import type { ImageModel } from '../runtime/image';
import { BASE_IMAGES } from './catalogue/base-images';
import type { ImageBuilder } from './catalogue/catalogue';
import { DATA_IMAGES } from './catalogue/data-images';
import { LAB_IMAGES } from './catalogue/lab-images';
import { OBSERVABILITY_IMAGES } from './catalogue/observability-images';
import { WEB_IMAGES } from './catalogue/web-images';
import { PLACEHOLDER_REPOSITORIES, placeholderImage } from './placeholder';

const BUILDERS: ReadonlyMap<string, ImageBuilder> = new Map(
  [BASE_IMAGES, WEB_IMAGES, OBSERVABILITY_IMAGES, DATA_IMAGES, LAB_IMAGES].flatMap((catalogue) =>
    Object.entries(catalogue),
  ),
);

/** Tags that image authors use: versions, `latest`, variants. Others do not exist in the registry. */
const PLAUSIBLE_TAG =
  /^(latest|stable|mainline|edge|glibc|musl|uclibc|alpine|perl|v?\d+(\.\d+)*)([.-][a-z0-9.]+)*$/;

/** The image registry of the lab. Anything it does not know ends in `not found`, as in a real one. */
export function createRegistry(extra: readonly ImageModel[] = []): ImageRegistry {
  const models = new Map<string, ImageModel>();
  return {
    find(reference: ImageReference): ImageModel | undefined {
      const own = extra.find(
        ({ repositories, tags }) =>
          repositories.includes(reference.repository) &&
          (tags === undefined || tags.includes(reference.tag ?? 'latest')),
      );
      if (own) return own;
      const { repository } = reference;
      const known = PLACEHOLDER_REPOSITORIES.has(repository);
      const builder =
        BUILDERS.get(repository) ?? (known ? () => placeholderImage(repository) : undefined);
      const tag = reference.tag ?? 'latest';
      if (!builder || reference.digest !== undefined || !PLAUSIBLE_TAG.test(tag)) return undefined;
      let model = models.get(reference.full);
      if (!model) {
        model = builder(tag);
        models.set(reference.full, model);
      }
      return model;
    },
  };
}
